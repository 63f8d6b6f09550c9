import Coordinator

/// A job of one agent that holds a conversation, whose process dies and which is taken up again.
struct TalkRun: Sendable {
    static let id = "job-1"
    /// What is said of doubts.
    enum Policy: Sendable, CaseIterable {
        case callsSucceeded, callsFailed, callsRetried, wholeRetried

        var repeatsEffects: Bool { self == .callsRetried || self == .wholeRetried }
    }

    let talk: Talk
    let policy: Policy
    let journal = MemoryJournal()
    var retries = 0
    var idempotent = true

    /// Runs the job until its process dies after an event, or until it ends.
    func run(dyingAfter last: Int = .max) async throws -> JobResult {
        let mortal = MortalJournal(over: journal, dyingAfter: last)
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        let task = AgentTask(
            "talks", role: Role(name: "talks", reads: ["**"], writes: ["artifacts.answer"]),
            retry: RetryPolicy(maxRetries: retries, initial: .zero), idempotent: idempotent, agent: talk.agent
        ).configured { $0.maxRecoveries = 1_000 }
        let job =
            try await journal.job(Self.id) == nil
            ? Job(Self.id, task: "talk", runtime: runtime, journal: mortal) { task }
            : try await Job(
                resuming: Self.id, in: mortal, options: ResumptionOptions(force: true), task: "talk", runtime: runtime
            ) { task }
        let people = Task { await answer(job) }
        defer { people.cancel() }
        return try await job.run()
    }

    /// Runs it to its end, with a death after each of those events.
    func run(dyingAfterEach lasts: [Int]) async throws -> JobResult {
        for last in lasts {
            let result = try? await run(dyingAfter: last)
            if try await events().last?.kind == .jobFinished, let result { return result }
        }
        return try await run()
    }

    func events() async throws -> [JobEvent] {
        guard try await journal.job(Self.id) != nil else { return [] }
        return try await journal.events(of: Self.id, after: 0, limit: .max)
    }

    private func answer(_ job: Job) async {
        while !Task.isCancelled {
            for waiting in job.suspendedRuns {
                switch waiting.kind {
                case .suspended:
                    try? await job.answer(agent: "talks", ApprovalAnswer("approve"), by: "a test")
                case .inDoubt: await resolve(waiting, job.coordinator)
                }
            }
            await Task.yield()
        }
    }

    private func resolve(_ doubt: SuspendedRun, _ job: JobCoordinator) async {
        guard policy != .wholeRetried, !doubt.calls.isEmpty else {
            try? await job.resolve(doubt.run, as: .retry, by: "a test")
            return
        }
        for call in doubt.calls {
            let resolution: JobEvent.DoubtResolved.Resolution =
                switch policy {
                case .callsSucceeded: .succeeded
                case .callsFailed: .failed
                case .callsRetried, .wholeRetried: .retry
                }
            try? await job.resolve(doubt.run, call: call.call, as: resolution, result: "found out", by: "a test")
        }
    }
}
