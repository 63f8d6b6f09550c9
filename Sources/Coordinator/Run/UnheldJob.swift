import Support

/// A job that no process runs, for people who tell it something: its journal keeps what they say, and whoever takes the job
/// up goes on from there.
package struct UnheldJob: Sendable {
    private let history: JobHistory
    private let journal: any JobJournal
    private let now: Timestamp
    private var jobID: String { history.summary.jobID }

    /// Reads what a journal keeps of a job. Nobody may own the job meanwhile: who holds the journal sees to that.
    ///
    /// - Throws: as ``JobHistory/load(_:from:)`` does.
    package init(_ jobID: String, in journal: any JobJournal, now: Timestamp = .now) async throws {
        history = try await JobHistory.load(jobID, from: journal)
        self.journal = journal
        self.now = now
    }

    /// Answers an approval that waits; see ``JobCoordinator/answer(agent:round:item:_:by:)``.
    ///
    /// - Throws: ``ApprovalRefusal``; the journal's own errors.
    package func answer(
        agent: String, round: Int? = nil, item: Int? = nil, _ answer: ApprovalAnswer, by: String
    ) async throws {
        let found = history.runs.filter { run, _ in
            run.agent == agent && (round == nil || run.round == round) && (item == nil || run.item == item)
        }
        let waiting = found.compactMap { run, past in past.openRequest.map { (run: run, request: $0, past: past) } }
        guard let wait = waiting.first else { throw notWaiting(agent, round: round, item: item, found) }
        guard waiting.count == 1 else { throw ApprovalRefusal.several(agent, items: waiting.compactMap(\.run.item)) }
        if let due = wait.past.open?.wait?.due, due <= now {
            throw ApprovalRefusal(
                .notWaiting,
                "the time to answer '\(ForeignText.line(agent, atMost: 64))' was up at \(due); the job goes on without an "
                    + "answer when it is resumed")
        }
        try ApprovalAnswer.check(answer, to: wait.request)
        var decision = ApprovalDecision(
            agent: agent, choice: answer.choice, remark: answer.remark, by: JobCoordinator.bounded(by), at: now)
        (decision.round, decision.item, decision.call) = (wait.run.round, wait.run.item, wait.request.call)
        try await keep([.signalReceived(.init(value: decision.json, by: decision.by))], about: wait.run)
    }

    /// Tells the job something; see ``JobCoordinator/signal(name:_:by:)``.
    ///
    /// - Throws: ``CoordinatorError``, ``ApprovalRefusal``; the journal's own errors.
    package func signal(name: String, _ value: JSONValue, by: String) async throws {
        let named = history.runs.filter { $0.key.agent == name && $0.value.request != nil }
        let isDecided = decisions.contains { $0.answers(name, round: nil, item: nil) }
        if !named.isEmpty || isDecided { return try await answer(agent: name, try ApprovalAnswer(value), by: by) }
        let suspended = history.runs.filter { $0.key.agent == name && $0.value.isWaiting }.map(\.key)
        let by = JobCoordinator.bounded(by)
        if let run = suspended.first, suspended.count == 1 {
            if let fault = Suspension.fault(value, "the answer") { throw CoordinatorError(.unusableAnswer, fault) }
            return try await keep([.signalReceived(.init(value: value, by: by))], about: run)
        }
        try JobCoordinator.checkSignal(name, value)
        var state = history.replay.state(over: FieldTable(history.fields.map(\.declaration)))
        let change: JobEvent.ContextCommitted
        do {
            change = try state.takeSignal(name, value, by: by, atMost: JobCoordinator.mostSignals)
        } catch JobContext.SignalRefusal.tooMany(let most) {
            throw CoordinatorError(.unusableSignal, "the job has had \(most) signals, and takes no more")
        }
        try await keep([.signalReceived(.init(value: value, name: name, by: by)), .contextCommitted(change)])
    }

    /// Says what an attempt in doubt has done; see ``JobCoordinator/resolve(_:as:contribution:by:)``.
    ///
    /// - Throws: ``CoordinatorError`` with code `notSuspended`; the journal's own errors.
    package func resolve(
        _ run: RunIdentity, as resolution: JobEvent.DoubtResolved.Resolution, contribution: Contribution?, by: String
    ) async throws {
        guard let open = history.runs[run]?.open, open.waitsToBeResolved else {
            let doubts = history.summary.doubts.keys.map(\.agent).sorted()
            throw CoordinatorError(
                .notSuspended,
                "'\(run.idempotencyKey(inJob: jobID))' is not in doubt, or somebody has resolved it"
                    + Suggestion.ending(for: run.agent, among: doubts, known: "in doubt are"))
        }
        let resolved = JobEvent.DoubtResolved(
            resolution: resolution, contribution: resolution == .succeeded ? contribution : nil,
            by: JobCoordinator.bounded(by))
        try await keep([.doubtResolved(resolved)], about: run)
    }

    /// Says what a single call in doubt has done; see ``JobCoordinator/resolve(_:call:as:result:by:)``.
    ///
    /// - Throws: ``CoordinatorError``: `notSuspended`, `unusableAnswer`; the journal's own errors.
    package func resolve(
        _ run: RunIdentity, call: String, as resolution: JobEvent.DoubtResolved.Resolution, result: JSONValue = .null,
        by: String
    ) async throws {
        if let fault = Suspension.fault(result, "the call's result") { throw CoordinatorError(.unusableAnswer, fault) }
        let past = history.runs[run]
        let calls = past?.open?.waitsToBeResolved == true ? past?.openCalls ?? OpenCalls() : OpenCalls()
        guard let start = calls[call] else {
            throw CoordinatorError.noCallInDoubt(call, of: run, among: calls.all, jobID: jobID)
        }
        let payloads = start.resolved(
            as: resolution, result: result, remaining: calls.all.count - 1, by: JobCoordinator.bounded(by))
        try await keep(payloads, about: run)
    }

    /// Keeps who wants the job's end, and ends it: no agent is called.
    ///
    /// - Throws: ``CoordinatorError``; the journal's own errors.
    package func cancel(reason: String, by: String) async throws {
        let reason = JobCoordinator.boundedReason(reason)
        try await keep([.cancelRequested(.init(reason: reason, by: JobCoordinator.bounded(by)))])
        let coordinator = try JobCoordinator(ending: try await JobHistory.load(jobID, from: journal), in: journal)
        _ = try await coordinator.executeParallel()
    }

    /// Appends events of one moment, as an owner of its own who gives the job up again.
    private func keep(_ payloads: [JobEvent.Payload], about run: RunIdentity? = nil) async throws {
        let name = String(UInt64.random(in: .min ... .max), radix: 16)
        guard let owner = try await journal.claim(jobID, after: history.epoch, as: name).owner else {
            throw JournalRefusal.notOwner(job: jobID)
        }
        let open = run.flatMap { history.runs[$0]?.open }
        var version = history.summary.version
        let events = payloads.enumerated().map { offset, payload in
            if case .contextCommitted = payload { version += 1 }
            return JobEvent(
                sequence: history.summary.lastSequence + 1 + offset, at: max(now, history.latest), jobID: jobID,
                version: version, agent: run?.agent, round: run?.round, item: run?.item, attempt: open?.number,
                traceID: open?.trace?.traceID, spanID: open?.trace?.spanID, payload: payload)
        }
        do {
            try await journal.append(events, to: jobID, after: history.summary.lastSequence, owner: owner)
        } catch {
            try? await journal.release(jobID, by: owner)
            throw error
        }
        try await journal.release(jobID, by: owner)
    }

    private func notWaiting(
        _ agent: String, round: Int?, item: Int?, _ found: [RunIdentity: RunHistory]
    ) -> ApprovalRefusal {
        let taken = found.values.compactMap { $0.open?.wait?.answer }
        if let first = (taken.compactMap(Self.decision) + decisions)
            .first(where: { $0.answers(agent, round: round, item: item) })
        {
            return .answered(agent, first)
        }
        return .noneWaits(
            agent, among: Set(history.runs.filter { $0.value.openRequest != nil }.map(\.key.agent)).sorted())
    }

    /// What was decided so far, the latest first.
    private var decisions: [ApprovalDecision] {
        let written = history.replay.snapshot.value(at: ApprovalAgent.decisions)?.arrayValue ?? []
        return written.reversed().compactMap(Self.decision)
    }

    private static func decision(_ value: JSONValue) -> ApprovalDecision? { try? value.decoded() }
}

extension RunHistory {
    /// Whether an attempt waits for an answer and has none.
    fileprivate var isWaiting: Bool { open?.wait.map { $0.answer == nil } ?? false }

    /// What its approval asks, answered or not.
    fileprivate var request: ApprovalRequest? {
        (open?.wait?.suspension.state).flatMap(ApprovalRequest.init(state:))
    }

    /// What its approval asks that waits for an answer.
    fileprivate var openRequest: ApprovalRequest? { isWaiting ? request : nil }
}

extension RunHistory.OpenAttempt {
    /// Whether it is in doubt, and somebody has to say what it has done.
    fileprivate var waitsToBeResolved: Bool { isInDoubt && resolution == nil && !hasResolvedCalls }
}

extension RunHistory.Wait {
    /// When nobody is waited for any more; `nil` for never.
    fileprivate var due: Timestamp? { suspension.timeoutMS.map { at.advanced(by: .bounded(milliseconds: $0)) } }
}

extension JobHistory {
    /// When the last event happened.
    fileprivate var latest: Timestamp { events.last?.at ?? Timestamp(nanosecondsSinceEpoch: 0) }
}
