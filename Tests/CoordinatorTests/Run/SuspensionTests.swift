import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// What an attempt gives back while it waits for somebody, and as what it goes on.
@Suite(.timeLimit(.minutes(10))) struct Suspensions {
    static let asks = RunIdentity(agent: "asks")

    /// A job of an agent that asks, and of others.
    struct Setting {
        let clock = ManualClock()
        let agent: SuspendedAgent
        let coordinator: JobCoordinator

        init(
            timeout: Duration? = nil, timeouts: TimeoutPolicy = TimeoutPolicy(attempt: .seconds(5)),
            retry: RetryPolicy = RetryPolicy(maxRetries: 0), reservation: Contribution.Usage = Contribution.Usage(),
            limits: JobLimits = JobLimits(), resources: [String: ResourceLimits] = [:], resource: String? = nil,
            queueLimit: Int? = nil, concurrency: Int? = nil, journal: (any JobJournal)? = nil,
            answered: @escaping @Sendable (JSONValue?, AttemptContext) async throws -> Contribution = {
                answer, _ in .artifact("answer", answer ?? "none")
            }
        ) throws {
            agent = SuspendedAgent("May it be released?", timeout: timeout, answered: answered)
            let context = JobContext(id: "job-1", journal: journal)
            coordinator = JobCoordinator(
                context, runtime: CoordinatorRuntime(.init(resources: resources), clock: clock), limits: limits)
            try coordinator.register(
                AgentTask(
                    "asks", role: writer("asks", "artifacts.answer"), timeouts: timeouts, retry: retry,
                    resource: resource, breaker: BreakerPolicy(), reservation: reservation, agent: agent))
        }

        func start() -> Task<JobResult, any Error> {
            Task { [coordinator] in try await coordinator.executeParallel() }
        }

        func waitUntilSuspended() async throws {
            for try await event in coordinator.events where event.kind == .attemptSuspended { return }
        }
    }

    @Test func attemptGoesOnAsTheSameOneWithTheSameKey() async throws {
        let setting = try Setting()
        let job = setting.start()
        try await setting.waitUntilSuspended()
        let waiting = try #require(setting.coordinator.suspendedRuns.first)
        #expect(waiting.run == Self.asks && waiting.attempt == 1 && waiting.reason == "May it be released?")
        let state = setting.coordinator.context.snapshot.value(at: "agents.asks")
        #expect(state?["phase"] == "suspended" && state?["message"] == "May it be released?")
        #expect(setting.coordinator.metrics().agents["asks"]?.oldestAttemptAgeMS == nil)
        try await setting.coordinator.resume(Self.asks, with: ["choice": "approve"])
        let result = try await job.value
        #expect(result.status == .succeeded)
        #expect(result.artifacts["answer"] == ["choice": "approve"])
        let calls = setting.agent.history
        #expect(calls.map(\.attempt) == [1, 1])
        #expect(calls.map(\.idempotencyKey) == ["job-1/asks", "job-1/asks"])
        #expect(calls.first?.resumption == nil)
        #expect(calls.last?.resumption?.state == ["question": "May it be released?", "asked_by_attempt": 1])
        #expect(calls.last?.resumption?.value == ["choice": "approve"])
        #expect(result["asks"]?.attempts.count == 1 && result.metrics.job.attempts == 1)
        #expect(setting.coordinator.suspendedRuns.isEmpty)
        let kinds = try await events(of: setting.coordinator).filter { $0.attempt == 1 }.map(\.kind.name)
        #expect(
            kinds == [
                "attempt_started", "attempt_suspended", "signal_received", "attempt_resumed", "context_committed",
                "attempt_finished",
            ])
    }

    /// Of a breaker that is half open another job gets the one probe while the first one's attempt waits.
    @Test func probeIsFreeMeanwhile() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(.init(retryBudget: nil), clock: clock)
        let policy = BreakerPolicy(minimumCalls: 1, successesToClose: 1)
        func coordinator(_ id: String, _ agent: any Agent) throws -> JobCoordinator {
            let coordinator = JobCoordinator(JobContext(id: id), runtime: runtime)
            try coordinator.register(
                AgentTask(
                    "asks", role: writer("asks", "artifacts.answer"), timeouts: TimeoutPolicy(attempt: nil),
                    breaker: policy, agent: agent))
            return coordinator
        }
        _ = try await coordinator("failing", ScriptedAgent(.fail(Flaky()))).executeParallel()
        clock.advance(by: policy.openFor)
        let agent = SuspendedAgent("?") { _, _ in .artifact("answer", 1) }
        let asking = try coordinator("asking", agent)
        let job = Task { try await asking.executeParallel() }
        try await eventually { !asking.suspendedRuns.isEmpty }
        let other = try coordinator("other", ScriptedAgent(.succeed(Contribution())))
        #expect(try await other.executeParallel()["asks"]?.outcome == .succeeded)
        #expect(other.metrics().agents["asks"]?.breakerState == "closed")
        try await asking.resume(Self.asks, with: 1)
        #expect(try await job.value.status == .succeeded)
    }

    @Test func slotsAreFreeMeanwhile() async throws {
        let setting = try Setting(
            limits: JobLimits(concurrency: 1), resources: ["model": ResourceLimits(concurrency: 1)], resource: "model")
        for name in ["b", "c"] {
            try setting.coordinator.register(
                AgentTask(
                    name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil), resource: "model",
                    agent: ScriptedAgent(.succeed(Contribution()))))
        }
        let job = setting.start()
        let coordinator = setting.coordinator
        try await eventually {
            let agents = coordinator.context.snapshot.value(at: "agents")
            return ["b", "c"].allSatisfy { agents?[$0]?["phase"] == "succeeded" } && !coordinator.suspendedRuns.isEmpty
        }
        try await setting.coordinator.resume(Self.asks, with: 1)
        let result = try await job.value
        #expect(result.status == .succeeded && result.metrics.job.maxParallel == 1)
    }

    @Test func ofTwoAnswersTheFirstCounts() async throws {
        let setting = try Setting()
        let job = setting.start()
        try await setting.waitUntilSuspended()
        let refused = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    do {
                        try await setting.coordinator.resume(Self.asks, with: .integer(Int64(number)))
                    } catch {
                        refused.withLock { $0 += 1 }
                    }
                }
            }
        }
        let result = try await job.value
        #expect(refused.withLock { $0 } == 19)
        let signals = try await events(of: setting.coordinator).compactMap { event in
            if case .signalReceived(let signal) = event.payload { signal.value } else { nil }
        }
        #expect(signals.count == 1 && signals.first == result.artifacts["answer"])
    }

    @Test func answerThatIsTooLargeIsRefusedAndTheRunWaitsOn() async throws {
        let setting = try Setting()
        let job = setting.start()
        try await setting.waitUntilSuspended()
        let large = JSONValue.string(String(repeating: "x", count: Suspension.largestValue))
        let error = await #expect(throws: CoordinatorError.self) {
            try await setting.coordinator.resume(Self.asks, with: large)
        }
        #expect(error?.code == .unusableAnswer)
        #expect(error?.message == "the answer takes 1048578 bytes, and may take 1048576")
        #expect(setting.coordinator.suspendedRuns.count == 1)
        try await setting.coordinator.resume(Self.asks, with: 1)
        #expect(try await job.value.status == .succeeded)
    }

    @Test func stateThatIsTooLargeFailsTheAttempt() async throws {
        let agent = ScriptedAgent(
            .run { _, _ in
                throw Suspension(state: .string(String(repeating: "x", count: Suspension.largestValue)))
            }, .succeed(Contribution()))
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(total: .seconds(30)), retry: RetryPolicy(maxRetries: 1),
                agent: agent))
        #expect(result["a"]?.outcome == .failed && result["a"]?.errorType == "invalid_output")
        #expect(agent.unusedSteps == 1)
    }

    /// Another agent needs most of the budget meanwhile: what it gets was given back, and what it uses is lacking then.
    @Test(arguments: [10, 30])
    func reservationIsGivenBackAndMadeAnew(used: Int) async throws {
        let reservation = Contribution.Usage(inputTokens: 80)
        let setting = try Setting(reservation: reservation, limits: JobLimits(budget: .init(tokens: 100)))
        let coordinator = setting.coordinator
        try coordinator.register(
            AgentTask(
                "first", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil),
                agent: ClosureAgent { _, _ in
                    try await eventually { !coordinator.suspendedRuns.isEmpty }
                    return Contribution()
                }))
        try coordinator.register(
            AgentTask(
                "spends", role: writer("r"), needs: ["first"], reservation: reservation,
                agent: ScriptedAgent(.succeed(Contribution(usage: .init(inputTokens: used))))))
        let job = setting.start()
        for try await event in coordinator.events where event.agent == "spends" && event.kind == .agentFinished {
            break
        }
        try await coordinator.resume(Self.asks, with: 1)
        let result = try await job.value
        #expect(result["spends"]?.outcome == .succeeded)
        #expect(result["asks"]?.outcome == (used == 10 ? .succeeded : .failed))
        #expect(result["asks"]?.errorType == (used == 10 ? nil : "budget_exceeded"))
        #expect(result["asks"]?.attempts.map(\.outcome) == [used == 10 ? .succeeded : .failed])
    }

    /// The breaker opens while the attempt waits, and its probe comes 30 s later.
    @Test func openBreakerIsWaitedFor() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(
            .init(resources: ["model": ResourceLimits(concurrency: 1)], retryBudget: nil), clock: clock)
        let policy = BreakerPolicy(minimumCalls: 2)
        let agent = SuspendedAgent("?") { _, _ in .artifact("answer", 1) }
        let coordinator = JobCoordinator(JobContext(id: "first"), runtime: runtime)
        try coordinator.register(
            AgentTask(
                "asks", role: writer("asks", "artifacts.answer"), timeouts: TimeoutPolicy(attempt: .seconds(5)),
                resource: "model", breaker: policy, agent: agent))
        let job = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events where event.kind == .attemptSuspended { break }
        let other = JobCoordinator(JobContext(id: "second"), runtime: runtime)
        try other.register(
            AgentTask(
                "asks", role: writer("asks"), retry: RetryPolicy(maxRetries: 1, initial: .zero), breaker: policy,
                agent: ScriptedAgent(.fail(Flaky()), .fail(Flaky()))))
        #expect(try await other.executeParallel()["asks"]?.outcome == .failed)
        #expect(other.metrics().agents["asks"]?.breakerState == "open")
        try await coordinator.resume(Self.asks, with: 1)
        await clock.waitForSleeper(until: .seconds(30))
        #expect(agent.history.count == 1)
        // Others may use its slots meanwhile.
        let slots = try #require(runtime.resource("model")?.slots)
        #expect(slots.tryAcquire())
        slots.release()
        clock.advance(by: .seconds(30))
        #expect(try await job.value["asks"]?.outcome == .succeeded)
    }

    @Test func suspensionAfterTheDeadlineIsNone() async throws {
        let clock = ManualClock()
        let coordinator = JobCoordinator(JobContext(id: "j"), runtime: CoordinatorRuntime(clock: clock))
        try coordinator.register(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(attempt: .seconds(5)),
                agent: ClosureAgent { _, _ in
                    clock.advance(by: .seconds(5))
                    try? await untilCancelled()
                    throw Suspension(reason: "too late")
                }))
        let result = try await coordinator.executeParallel()
        #expect(result["a"]?.outcome == .timeout)
        #expect(try await !events(of: coordinator).contains { $0.kind == .attemptSuspended })
    }

    /// Somebody answers as soon as the run shows that it waits, which is before its event is handed over.
    @Test(arguments: [false, true])
    func answerNeverStandsBeforeTheSuspension(hasJournal: Bool) async throws {
        for _ in 0..<20 {
            let setting = try Setting(journal: hasJournal ? MemoryJournal() : nil)
            let job = setting.start()
            try await eventually { !setting.coordinator.suspendedRuns.isEmpty }
            try await setting.coordinator.resume(Self.asks, with: 1)
            #expect(try await job.value.status == .succeeded)
            let kinds = try await events(of: setting.coordinator).map(\.kind)
            let suspended = try #require(kinds.firstIndex(of: .attemptSuspended))
            let answered = try #require(kinds.firstIndex(of: .signalReceived))
            #expect(suspended < answered)
        }
    }

    private struct DiskFull: Error {}

    @Test func answerThatIsNotKeptStopsTheJob() async throws {
        let isFull = Locked(false)
        let journal = ScriptedJournal(otherwise: .keepAfter { if isFull.withLock({ $0 }) { throw DiskFull() } })
        let setting = try Setting(journal: journal)
        let job = setting.start()
        try await setting.waitUntilSuspended()
        isFull.withLock { $0 = true }
        let error = await #expect(throws: CoordinatorError.self) {
            try await setting.coordinator.resume(Self.asks, with: 1)
        }
        #expect(error?.code == .storeUnavailable)
        let result = try await job.value
        #expect(result.status == .failed && result["asks"]?.errorType == "store_unavailable")
        #expect(setting.agent.history.count == 1)
    }

    /// The disk is full before it is kept that the run waits: an answer may come before or after the job has stopped.
    @Test func suspensionThatIsNotKeptStopsTheJob() async throws {
        let isFull = Locked(false)
        let journal = ScriptedJournal(otherwise: .keepAfter { if isFull.withLock({ $0 }) { throw DiskFull() } })
        let coordinator = JobCoordinator(JobContext(id: "job-1", journal: journal))
        let calls = Locked(0)
        try coordinator.register(
            AgentTask(
                "asks", role: writer("asks"), timeouts: TimeoutPolicy(attempt: nil),
                agent: ClosureAgent { _, _ in
                    calls.withLock { $0 += 1 }
                    isFull.withLock { $0 = true }
                    throw Suspension(reason: "?")
                }))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .failed && result["asks"]?.errorType == "store_unavailable")
        #expect(calls.withLock { $0 } == 1 && coordinator.suspendedRuns.isEmpty)
    }

    @Test func everyPrefixOfASuspendedJobRebuildsItsState() async throws {
        let journal = MemoryJournal()
        let setting = try Setting(journal: journal)
        let job = setting.start()
        try await setting.waitUntilSuspended()
        let kept = try await journal.allEvents(of: "job-1")
        #expect(kept.last?.kind == .attemptSuspended)
        let snapshot = setting.coordinator.context.snapshot
        #expect(try ContextReplay(kept).snapshot.root == snapshot.root)
        try await setting.coordinator.resume(Self.asks, with: 1)
        _ = try await job.value
        let all = try await journal.allEvents(of: "job-1")
        #expect(try ContextReplay(all).snapshot.root == setting.coordinator.context.snapshot.root)
        for event in all { #expect(try JSONValue(encoding: event).decoded() == event) }
    }
}
