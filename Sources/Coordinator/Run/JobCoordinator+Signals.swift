import Support

// What people tell a job while it runs.

extension JobCoordinator {
    /// The most bytes of JSON that a signal takes. 64 KiB.
    public static let largestSignal = 64 << 10
    /// The most signals of a job, those that replace others among them.
    public static let mostSignals = 1_000

    /// Tells the job something.
    ///
    /// A signal that is named like an approval answers it, by a choice as text or by an object as
    /// ``ApprovalAnswer/init(_:)`` reads it; one that is named like the one run of an agent that waits answers that. Any other is readable at `signals.<name>` from then on: conditions see it, and
    /// so do agents whose role reads it. Of several of one name the last one stands there. Returns once it is kept.
    ///
    /// ```swift
    /// try await coordinator.signal(name: "freeze", ["until": "2026-12-01"], by: "ann (uid 1000)")
    /// ```
    ///
    /// - Parameters:
    ///   - name: a letter or `_`, then letters, digits, `_` and `-`, at most 64 in all; or an approval's name.
    ///   - value: at most ``largestSignal`` bytes of JSON.
    ///   - by: who sends it: a token's name or a local user, never what somebody calls themselves.
    /// - Throws: ``CoordinatorError`` when it cannot be kept: `unusableSignal`, `alreadyEnded`, `storeUnavailable`;
    ///   ``ApprovalRefusal`` when it is no answer to the approval of its name.
    public func signal(name: String, _ value: JSONValue, by: String) async throws {
        if answersApproval(name) { return try await answer(agent: name, try ApprovalAnswer(value), by: by) }
        let waiting = suspendedRuns.filter { $0.run.agent == name && $0.kind == .suspended }
        if let run = waiting.first?.run, waiting.count == 1 { return try await resume(run, with: value, by: by) }
        try Self.checkSignal(name, value)
        let keeping: Keeping
        do {
            keeping = try context.handOverSignal(
                name, value, by: Self.bounded(by), atMost: Self.mostSignals, at: runtime.timestamp(at: runtime.now))
        } catch JobContext.SignalRefusal.ended {
            throw CoordinatorError(.alreadyEnded, "the job has ended; the signal '\(name)' comes too late")
        } catch JobContext.SignalRefusal.tooMany(let most) {
            throw CoordinatorError(.unusableSignal, "the job has had \(most) signals, and takes no more")
        }
        if let refusal = await keeping.refusal() {
            throw CoordinatorError(.storeUnavailable, refusal.failure.message)
        }
    }

    /// - Throws: ``CoordinatorError`` with code `unusableSignal`.
    static func checkSignal(_ name: String, _ value: JSONValue) throws(CoordinatorError) {
        if let fault = NameRule.fault(in: name) {
            throw CoordinatorError(
                .unusableSignal, "'\(ForeignText.line(name, atMost: 64))' is no name of a signal: \(fault)")
        }
        let bytes = (try? value.json().utf8.count) ?? .max
        guard bytes <= largestSignal else {
            let size = bytes == .max ? "has no JSON form" : "takes \(bytes) bytes"
            throw CoordinatorError(
                .unusableSignal, "the signal '\(name)' \(size), and may take \(largestSignal) bytes of JSON")
        }
    }

    /// Whether an approval of this name waits, or has been answered: then a signal is an answer, if one too many.
    private func answersApproval(_ name: String) -> Bool {
        (waits?.hasApproval(of: name) ?? false) || firstDecision(name, round: nil, item: nil) != nil
    }
}
