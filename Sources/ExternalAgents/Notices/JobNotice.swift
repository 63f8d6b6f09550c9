import Coordinator
import Support

/// What a person is told of a job: that it waits for them, or has ended.
///
/// Values of the blackboard are not in it, since it leaves the machine: whoever is told looks them up.
package struct JobNotice: Sendable, Hashable {
    /// What happened.
    package enum Kind: String, Sendable {
        /// An approval has begun to wait.
        case approvalWaiting = "approval_waiting"
        /// Nobody knows what an attempt has done: somebody has to say so.
        case inDoubt = "in_doubt"
        /// The job is not taken up by itself any more.
        case jobSuspended = "job_suspended"
        /// The job's process has given it up, since nothing is left but waiting.
        case jobWaiting = "job_waiting"
        /// The job has ended.
        case jobEnded = "job_ended"
    }

    /// The version of the document.
    package static let schemaVersion = 1

    /// What happened.
    package let kind: Kind
    /// The same for every delivery of this notice, and another for every other notice.
    package let id: String
    private let details: JSONObject

    /// The notice of an event; `nil` for one that people are not told of.
    ///
    /// - Parameter workflow: the job's workflow.
    package init?(_ event: JobEvent, workflow: String) {
        var details: JSONObject
        switch event.payload {
        case .attemptSuspended(let suspension):
            guard let request = ApprovalRequest(state: suspension.state) else { return nil }
            kind = .approvalWaiting
            details = [
                "question": .string(request.question), "choices": .array(request.choices.map { .string($0) }),
                "show": .array(request.show.map { .string($0.description) }), "digest": .string(request.digest),
                "on_timeout": request.onTimeout.map { .string($0) } ?? .null,
                "call": request.call.map { .string($0) } ?? .null,
                "timeout_ms": suspension.timeoutMS.map { .number($0) } ?? .null,
            ]
        case .attemptInDoubt(let doubt): (kind, details) = (.inDoubt, ["reason": .string(doubt.reason)])
        case .jobSuspended(let end): (kind, details) = (.jobSuspended, ["reason": .string(end.reason)])
        case .jobInterrupted(let end):
            guard end.cause == .waiting else { return nil }
            (kind, details) = (.jobWaiting, ["reason": .string(end.message)])
        case .jobFinished(let end):
            kind = .jobEnded
            details = [
                "status": .string(end.status.rawValue), "duration_ms": .number(end.durationMS),
                "error_type": end.errorType.map { .string($0) } ?? .null,
                "error": end.error.map { .string(Excerpt.of($0, atMost: Self.longestError)) } ?? .null,
            ]
        default: return nil
        }
        id = "\(event.jobID)/\(event.sequence)"
        details["agent"] = event.agent.map { .string($0) }
        details["round"] = event.round.map { .integer(Int64($0)) }
        details["item"] = event.item.map { .integer(Int64($0)) }
        details["attempt"] = event.attempt.map { .integer(Int64($0)) }
        details["job_id"] = .string(event.jobID)
        details["workflow"] = .string(workflow)
        details["at"] = .string(event.at.description)
        self.details = details
    }

    /// The most bytes of an error that a notice quotes.
    private static let longestError = 2_000

    /// The notice as a JSON document.
    package var json: JSONValue {
        var members = details
        members["schema_version"] = .integer(Int64(Self.schemaVersion))
        members["kind"] = .string(kind.rawValue)
        members["id"] = .string(id)
        return .object(members)
    }

    /// The document as it is sent; every value in it has a JSON form.
    package var body: [UInt8] { Array(((try? json.json()) ?? "{}").utf8) }
}
