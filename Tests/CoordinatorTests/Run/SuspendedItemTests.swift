import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// Elements of a list that wait for somebody: they are not in flight meanwhile.
@Suite(.timeLimit(.minutes(5))) struct SuspendedItems {
    /// A job of one agent that runs for each of so many elements, four or fewer at once.
    private struct Setting {
        let clock = ManualClock()
        let coordinator: JobCoordinator
        let calls: Calls

        /// - Parameters:
        ///   - asking: which elements ask, in their first call.
        ///   - gated: which elements wait in their last call until the gate is open.
        init(
            elements: Int, concurrency: Int = 4, timeouts: TimeoutPolicy = TimeoutPolicy(attempt: nil),
            breaker: BreakerPolicy = BreakerPolicy(), repeats: Int? = nil, runtime: CoordinatorRuntime? = nil,
            journal: (any JobJournal)? = nil, asking: @escaping @Sendable (Int) -> Bool,
            gated: @escaping @Sendable (Int) -> Bool = { _ in false }
        ) throws {
            let calls = Calls()
            self.calls = calls
            let context = JobContext(
                id: "job-1", artifacts: ["files": .array((0..<elements).map { .integer(Int64($0)) })],
                fields: [FieldDeclaration("artifacts.found", merge: .append)], journal: journal)
            coordinator = JobCoordinator(context, runtime: runtime ?? CoordinatorRuntime(clock: clock))
            try coordinator.register(
                AgentTask(
                    "review", role: Role(name: "r", writes: ["artifacts.found"]), timeouts: timeouts,
                    forEach: ForEach("artifacts.files", concurrency: concurrency), breaker: breaker,
                    agent: ClosureAgent { _, attempt in
                        let index = try #require(attempt.item?.index)
                        calls.begin(index, ended: context.endedItems)
                        defer { calls.end() }
                        if attempt.resumption == nil, asking(index) { throw Suspension(reason: "\(index)?") }
                        if gated(index) { await calls.gate.wait() }
                        // Long enough for another to be seen beside it, if there is one.
                        for _ in 0..<50 { await Task.yield() }
                        return Contribution(append: ["artifacts.found": [attempt.resumption?.value ?? "not asked"]])
                    }))
            if let repeats {
                try coordinator.register(
                    Repeat("again", agents: ["review"], until: .exists("artifacts.never"), atMost: repeats))
            }
        }

        func start() -> Task<JobResult, any Error> {
            Task { [coordinator] in try await coordinator.executeParallel() }
        }

        func waitUntilSuspended(_ items: some Collection<Int>, round: Int? = nil) async throws {
            let runs = items.map { SuspendedItems.run($0, round: round) }
            try await eventually { coordinator.suspendedRuns.map(\.run) == runs }
        }

        func waitUntilEnded(_ count: Int) async throws {
            try await eventually { coordinator.context.endedItems == count }
        }
    }

    /// The calls of an agent's code.
    private final class Calls: Sendable {
        let gate = AsyncGate()
        private let state = Locked((now: 0, most: 0, indices: [Int](), mostBeyondEnded: 0))

        /// - Parameter ended: how many elements had ended, as readers see it.
        func begin(_ index: Int, ended: Int) {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
                state.indices.append(index)
                state.mostBeyondEnded = max(state.mostBeyondEnded, state.indices.count - ended)
            }
        }

        func end() { state.withLock { $0.now -= 1 } }

        var now: Int { state.withLock { $0.now } }
        var most: Int { state.withLock { $0.most } }
        var indices: [Int] { state.withLock { $0.indices } }
        /// The most calls that had begun beyond the elements that had ended.
        var mostBeyondEnded: Int { state.withLock { $0.mostBeyondEnded } }
    }

    private static func run(_ item: Int, round: Int? = nil) -> RunIdentity {
        RunIdentity(agent: "review", round: round, item: item)
    }

    @Test func asManySuspendedElementsAsMayRunAtOnceStopNoOther() async throws {
        let setting = try Setting(elements: 12, asking: { $0 < 4 })
        let job = setting.start()
        try await setting.waitUntilSuspended(0..<4)
        try await setting.waitUntilEnded(8)
        for index in 0..<4 {
            try await setting.coordinator.resume(Self.run(index), with: .integer(Int64(index)))
        }
        let result = try await job.value
        #expect(result.status == .succeeded && setting.calls.most <= 4)
        #expect(result["review"]?.items.map(\.index) == Array(0..<12))
        let found = (0..<4).map { JSONValue.integer($0) } + (4..<12).map { _ in "not asked" }
        #expect(result.artifacts["found"] == .array(found))
        #expect(setting.coordinator.suspendedRuns.isEmpty)
    }

    @Test func answeredElementsGoOnWithinTheLimit() async throws {
        let setting = try Setting(elements: 50, asking: { _ in true }, gated: { _ in true })
        let job = setting.start()
        try await setting.waitUntilSuspended(0..<50)
        for index in 0..<50 { try await setting.coordinator.resume(Self.run(index), with: "yes") }
        try await eventually { setting.calls.now == 4 }
        setting.calls.gate.open()
        let result = try await job.value
        #expect(result.status == .succeeded && setting.calls.most == 4)
        #expect(setting.calls.indices.count == 100)
        #expect(result.metrics.job.maxParallel <= 4)
    }

    @Test func cancellationEndsSuspendedElementsAndThoseThatHaveNotBegun() async throws {
        let setting = try Setting(elements: 10, asking: { $0 < 4 }, gated: { _ in true })
        let job = setting.start()
        try await setting.waitUntilSuspended(0..<4)
        try await eventually { setting.calls.now == 4 }
        setting.coordinator.cancel()
        let result = try await job.value
        let items = try #require(result["review"]?.items)
        #expect(result.status == .cancelled && items.map(\.index) == Array(0..<10))
        #expect(items.allSatisfy { $0.outcome == .cancelled })
        #expect(items.map(\.attempts.count) == [1, 1, 1, 1, 1, 1, 1, 1, 0, 0])
        #expect(setting.coordinator.suspendedRuns.isEmpty)
        setting.calls.gate.open()
        #expect(await setting.coordinator.waitForAbandonedCode(atMost: .seconds(60)))
    }

    @Test func elementsOfEachRoundOfARepeatWaitAndGoOn() async throws {
        let journal = MemoryJournal()
        let setting = try Setting(elements: 6, concurrency: 2, repeats: 2, journal: journal, asking: { $0 < 3 })
        let job = setting.start()
        for round in 1...2 {
            try await setting.waitUntilSuspended(0..<3, round: round)
            for index in 0..<3 {
                try await setting.coordinator.resume(Self.run(index, round: round), with: .integer(Int64(round)))
            }
        }
        let result = try await job.value
        #expect(result.status == .succeeded && result["review"]?.items.count == 12 && setting.calls.most <= 2)
        let rounds = (1...2).map { Array(repeating: JSONValue.integer($0), count: 3) }
        let others = Array(repeating: JSONValue.string("not asked"), count: 3)
        #expect(result.artifacts["found"] == .array(rounds[0] + others + rounds[1] + others))
        let kept = try await journal.allEvents(of: "job-1")
        #expect(try ContextReplay(kept).snapshot.root == setting.coordinator.context.snapshot.root)
    }

    /// The first element's time is up while it waits for the place that the second has: it has none to give up then.
    @Test func elementWhoseTimeIsUpBeforeItHasAPlaceAgainGivesNoneUp() async throws {
        let clock = ManualClock()
        let setting = try Setting(
            elements: 40, concurrency: 1, timeouts: TimeoutPolicy(attempt: nil, total: .seconds(60)),
            runtime: CoordinatorRuntime(clock: clock),
            asking: { index in
                // The others begin later, so that their time is up later.
                if index == 0 { clock.advance(by: .seconds(30)) }
                return index == 0
            }, gated: { $0 == 1 })
        let job = setting.start()
        try await setting.waitUntilSuspended([0])
        try await setting.calls.gate.waitForArrival()
        try await setting.coordinator.resume(Self.run(0), with: "yes")
        clock.advance(by: .seconds(30))
        try await setting.waitUntilEnded(1)
        setting.calls.gate.open()
        let items = try #require(try await job.value["review"]?.items)
        #expect(items.map(\.outcome) == [.timeout] + Array(repeating: .succeeded, count: 39))
        #expect(items.first?.attempts.count == 1 && setting.calls.most == 1)
    }

    /// The breaker opens while the first element waits: it gives its place up until it asks the breaker again.
    @Test func elementThatWaitsForAnOpenBreakerTakesItsPlaceAnewEachTime() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(.init(retryBudget: nil), clock: clock)
        let policy = BreakerPolicy(minimumCalls: 2)
        let setting = try Setting(
            elements: 2, concurrency: 1, breaker: policy, runtime: runtime, asking: { $0 == 0 }, gated: { $0 == 1 })
        let job = setting.start()
        try await setting.waitUntilSuspended([0])
        try await setting.calls.gate.waitForArrival()
        let other = JobCoordinator(JobContext(id: "other"), runtime: runtime)
        try other.register(
            AgentTask(
                "review", role: Role(name: "r"), retry: RetryPolicy(maxRetries: 1, initial: .zero), breaker: policy,
                agent: ScriptedAgent(.fail(Flaky()), .fail(Flaky()))))
        #expect(try await other.executeParallel()["review"]?.outcome == .failed)
        setting.calls.gate.open()
        try await setting.waitUntilEnded(1)
        try await setting.coordinator.resume(Self.run(0), with: "yes")
        await clock.waitForSleeper(until: policy.openFor)
        clock.advance(by: policy.openFor)
        let result = try await job.value
        #expect(result.status == .succeeded && result.artifacts["found"] == ["yes", "not asked"])
    }

    /// What waits for a slow journal is bounded too: a success that is not kept yet is in flight.
    @Test func successHasItsPlaceUntilItIsKept() async throws {
        let journal = ScriptedJournal(otherwise: .keepAfter { for _ in 0..<1_000 { await Task.yield() } })
        let setting = try Setting(elements: 40, journal: journal, asking: { _ in false })
        let job = setting.start()
        #expect(try await job.value.status == .succeeded)
        #expect(setting.calls.mostBeyondEnded <= 4)
    }
}

extension JobContext {
    /// How many elements of the agent have ended, as readers see it.
    fileprivate var endedItems: Int {
        guard case .integer(let ended)? = snapshot.value(at: "agents.review.items.ended") else { return 0 }
        return Int(ended)
    }
}
