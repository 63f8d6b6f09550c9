import Support

// Answers to approvals: each is checked where it is taken, so that whoever answers, and by whatever way, is told the same.

extension JobCoordinator {
    /// Answers an approval that waits.
    ///
    /// Returns once the answer is kept; from then on it cannot be lost. Of several answers the first counts, and the others
    /// are refused with its words.
    ///
    /// ```swift
    /// try await coordinator.answer(agent: "release", ApprovalAnswer("approve", remark: "after lunch"), by: "ann (uid 1000)")
    /// ```
    ///
    /// - Parameters:
    ///   - agent: the approval's name.
    ///   - round: the round of its repeat; `nil` for the one that waits.
    ///   - item: the index of the item that it is asked about; `nil` for the only one that waits.
    ///   - answer: the answer.
    ///   - by: who answers: a token's name or a local user, never what somebody calls themselves. What is longer than
    ///     ``ApprovalAnswer/longestName`` bytes is cut.
    /// - Throws: ``ApprovalRefusal`` when it is not taken; ``CoordinatorError`` when the job's journal does not keep it.
    public func answer(
        agent: String, round: Int? = nil, item: Int? = nil, _ answer: ApprovalAnswer, by: String
    ) async throws {
        let run = try approval(agent, round: round, item: item)
        try await resume(run, with: answer.json, by: by)
    }

    /// Takes a wait out, with the answer as its agent gets it. An approval's answer is checked before, so that one which is
    /// refused ends no wait.
    func take(
        _ run: RunIdentity, answeredWith value: JSONValue, by: String?
    ) throws -> (SuspendedRuns.Waiting, JSONValue) {
        guard let waits, let waiting = waits.find(run), waiting.run.kind == .suspended else { throw notWaiting(run) }
        guard let request = waiting.request else {
            guard waits.take(waiting) else { throw notWaiting(run) }
            return (waiting, value)
        }
        let answer = try ApprovalAnswer(value)
        try ApprovalAnswer.check(answer, to: request)
        var decision = ApprovalDecision(
            agent: run.agent, choice: answer.choice, remark: answer.remark, by: by,
            at: runtime.timestamp(at: runtime.now))
        (decision.round, decision.item, decision.call) = (run.round, run.item, request.call)
        guard waits.take(waiting, deciding: decision) else { throw notWaiting(run) }
        return (waiting, decision.json)
    }

    /// The name of who answers or sends a signal, as it may be kept and shown.
    static func bounded(_ name: String) -> String {
        Excerpt.of(ForeignText.line(name), atMost: ApprovalAnswer.longestName)
    }

    /// Why a job ends or is given up, as it may be kept: it becomes the error of all that ran.
    static func boundedReason(_ reason: String) -> String { Excerpt.of(reason, atMost: Suspension.longestReason) }

    /// The approval of this name that waits.
    private func approval(_ agent: String, round: Int?, item: Int?) throws(ApprovalRefusal) -> RunIdentity {
        let all = suspendedRuns.filter { ApprovalRequest(state: $0.state) != nil }
        let waiting = all.map(\.run).filter { run in
            run.agent == agent && (round == nil || run.round == round) && (item == nil || run.item == item)
        }
        if let run = waiting.first, waiting.count == 1 { return run }
        guard waiting.isEmpty else { throw ApprovalRefusal.several(agent, items: waiting.compactMap(\.item)) }
        if let first = firstDecision(agent, round: round, item: item) { throw ApprovalRefusal.answered(agent, first) }
        throw ApprovalRefusal.noneWaits(agent, among: Set(all.map(\.run.agent)).sorted())
    }

    private func notWaiting(_ run: RunIdentity) -> any Error {
        if let first = firstDecision(run.agent, round: run.round, item: run.item) {
            return ApprovalRefusal.answered(run.agent, first)
        }
        return CoordinatorError(
            .notSuspended,
            "'\(run.idempotencyKey(inJob: context.id))' does not wait for an answer, or has been given one")
    }

    /// The answer that was taken: as this process remembers it, or as an earlier one has written it down.
    func firstDecision(_ agent: String, round: Int?, item: Int?) -> ApprovalDecision? {
        if let taken = waits?.decision(of: agent, round: round, item: item) { return taken }
        let written = context.snapshot.value(at: ApprovalAgent.decisions)?.arrayValue ?? []
        return written.lazy.reversed().compactMap { try? $0.decoded(as: ApprovalDecision.self) }
            .first { $0.answers(agent, round: round, item: item) }
    }
}

extension ApprovalRefusal {
    /// The refusal of an answer that does not say to which item.
    static func several(_ agent: String, items: [Int]) -> ApprovalRefusal {
        ApprovalRefusal(
            .notWaiting,
            "\(items.count) approvals of '\(ForeignText.line(agent, atMost: 64))' wait, one for each item; name the item: "
                + Suggestion.list(items.sorted().map { "\($0)" }))
    }

    /// The refusal of an answer to what does not wait.
    static func noneWaits(_ agent: String, among names: [String]) -> ApprovalRefusal {
        ApprovalRefusal(
            .notWaiting,
            "no approval '\(ForeignText.line(agent, atMost: 64))' waits for an answer"
                + Suggestion.ending(for: agent, among: names, known: "waiting are"))
    }

    /// The refusal of a further answer.
    static func answered(_ agent: String, _ first: ApprovalDecision) -> ApprovalRefusal {
        ApprovalRefusal(
            .alreadyAnswered,
            "'\(ForeignText.line(agent, atMost: 64))' has been answered: \(first.words); the first answer counts",
            first: first)
    }
}

extension ApprovalAnswer {
    /// The answer as ``init(_:)`` reads it.
    package var json: JSONValue {
        var members: JSONObject = ["choice": .string(choice)]
        members["remark"] = remark.map { .string($0) }
        members["digest"] = digest.map { .string($0) }
        members["call"] = call.map { .string($0) }
        return .object(members)
    }
}
