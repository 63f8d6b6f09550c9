import Support
import TelemetryCatalog

// What somebody says of a single call in doubt, for a job that runs and for one that nobody runs.

extension ConversationStep.ToolEnd {
    /// The end of a call as somebody has told it; `nil` for a call that is to be made again.
    init?(
        of start: ConversationStep.ToolStart, as resolution: JobEvent.DoubtResolved.Resolution, result: JSONValue,
        by: String
    ) {
        switch resolution {
        case .succeeded: self.init(call: start.call, tool: start.tool, result: result, durationMS: 0)
        case .failed:
            self.init(
                call: start.call, tool: start.tool,
                result: .string("The process ended while the call ran, and it has failed, as \(by) found out."),
                errorType: ErrorType.inDoubt, durationMS: 0)
        case .retry: return nil
        }
    }
}

extension ConversationStep.ToolStart {
    /// The events that say so: what was said, and where the call has ended by that, its end.
    ///
    /// - Parameter remaining: how many calls of the attempt are in doubt still.
    func resolved(
        as resolution: JobEvent.DoubtResolved.Resolution, result: JSONValue, remaining: Int, by: String
    ) -> [JobEvent.Payload] {
        let end = ConversationStep.ToolEnd(of: self, as: resolution, result: result, by: by)
        return [.doubtResolved(.init(resolution: resolution, call: call, remaining: remaining, by: by))]
            + (end.map { [.toolFinished($0)] } ?? [])
    }
}

extension CoordinatorError {
    /// Why nothing can be said of a call.
    static func noCallInDoubt(
        _ call: String, of run: RunIdentity, among calls: [ConversationStep.ToolStart], jobID: String
    ) -> CoordinatorError {
        let key = ForeignText.line(run.idempotencyKey(inJob: jobID))
        let known = calls.map(\.call)
        return CoordinatorError(
            .notSuspended,
            "call '\(ForeignText.line(call, atMost: 64))' of '\(key)' is not in doubt, or somebody has resolved it"
                + Suggestion.ending(for: call, among: known, known: "in doubt are"))
    }
}
