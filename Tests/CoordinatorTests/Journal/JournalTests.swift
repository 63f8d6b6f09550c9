import CoordinatorTestKit
import Support
import Synchronization
import TelemetryCatalog
import TestSupport
import Testing

@testable import Coordinator

/// What a job does with the journal that keeps it.
@Suite(.timeLimit(.minutes(10))) struct Journals {
    private struct DiskFull: Error, CustomStringConvertible { let description = "the disk is full" }

    /// Calls a closure with the events of each append before they are kept.
    private final class Watching: JobJournal {
        let memory = MemoryJournal()
        private let watch: @Sendable ([JobEvent]) async throws -> Void

        init(_ watch: @escaping @Sendable ([JobEvent]) async throws -> Void) { self.watch = watch }

        func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
            try await watch(events)
            return try await memory.create(jobID, with: events, as: name)
        }

        func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
            try await watch(events)
            try await memory.append(events, to: jobID, after: sequence, owner: owner)
        }

        func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
            try await memory.claim(jobID, after: epoch, as: name)
        }

        func release(_ jobID: String, by owner: JobOwner) async throws { try await memory.release(jobID, by: owner) }

        func job(_ jobID: String) async throws -> KeptJob? { try await memory.job(jobID) }

        func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
            try await memory.events(of: jobID, after: sequence, limit: limit)
        }
    }

    private func task(_ name: String, needs: [String] = [], idempotent: Bool = true) -> AgentTask {
        AgentTask(
            name, role: writer(name, .init(ContextPath(segments: ["artifacts", name]))),
            timeouts: TimeoutPolicy(attempt: nil), needs: needs, idempotent: idempotent,
            agent: ClosureAgent { _, _ in .artifact(name, 1) })
    }

    private func coordinator(
        _ journal: any JobJournal, runtime: CoordinatorRuntime? = nil, fields: [FieldDeclaration] = [],
        queueLimit: Int = JobContext.defaultJournalQueueLimit, _ tasks: AgentTask...
    ) throws -> JobCoordinator {
        // With the real clock, a slow machine must not look like a journal that hangs.
        let timeout = runtime == nil ? .seconds(3600) : JobContext.defaultJournalTimeout
        let context = JobContext(
            id: "kept", fields: fields, journal: journal, journalTimeout: timeout, journalQueueLimit: queueLimit)
        let coordinator = JobCoordinator(context, runtime: runtime)
        for task in tasks { try coordinator.register(task) }
        return coordinator
    }

    private func kinds(_ events: [JobEvent]) -> [String] { events.map(\.kind.name) }

    @Test func onlyWhatIsKeptIsShown() async throws {
        let context = Mutex<JobContext?>(nil)
        let early = Mutex<[String]>([])
        let journal = Watching { events in
            guard let context = context.withLock({ $0 }) else { return }
            let shown = context.stream.events.map(\.sequence)
            let versions = context.snapshot.version
            early.withLock { early in
                for event in events where shown.contains(event.sequence) { early.append("event \(event.sequence)") }
                for event in events where event.kind == .contextCommitted && versions >= event.version {
                    early.append("version \(event.version)")
                }
            }
        }
        let coordinator = try coordinator(journal, task("a"), task("b", needs: ["a"]))
        context.withLock { $0 = coordinator.context }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        #expect(early.withLock { $0 } == [])
        #expect(coordinator.context.snapshot.value(at: "artifacts.b") == 1)
        let kept = try await journal.allEvents(of: "kept")
        #expect(kept == coordinator.context.stream.events)
        #expect(kept == (try await events(of: coordinator)))
        #expect(kinds(kept).prefix(2) == ["job_submitted", "job_started"])
        #expect(kinds(kept).last == "job_finished")
    }

    @Test func successIsOneAppend() async throws {
        let batches = Mutex<[[JobEvent]]>([])
        let journal = Watching { events in batches.withLock { $0.append(events) } }
        let silent = AgentTask("silent", role: writer("r"), agent: ScriptedAgent(.succeed(Contribution())))
        let coordinator = try coordinator(journal, task("a"), task("b", needs: ["a"]), silent)
        _ = try await coordinator.executeParallel()
        var found = 0
        for batch in batches.withLock({ $0 }) {
            for (index, event) in batch.enumerated() where event.kind == .contextCommitted {
                found += 1
                let success = ["context_committed", "attempt_finished", "agent_finished"]
                #expect(Array(kinds(batch)[index...].prefix(3)) == success)
                #expect(batch[index...].prefix(3).allSatisfy { $0.agent == event.agent && $0.at == event.at })
            }
            let ends = batch.filter { $0.agent == "silent" && $0.kind != .attemptStarted }
            #expect(ends.isEmpty || kinds(ends) == ["attempt_finished", "agent_finished"])
        }
        #expect(found == 2)
    }

    /// The append of its start is held until the agent was called, or shown not to be.
    @Test func onlyAgentsThatAreNotIdempotentWaitForTheirStart() async throws {
        let called = Latch<Void>()
        let calls = Atomic(0)
        let journal = Watching { events in
            guard events.contains(where: { $0.kind == .attemptStarted }) else { return }
            if events.contains(where: { $0.agent == "any" && $0.kind == .attemptStarted }) { await called.value }
            if events.contains(where: { $0.agent == "once" && $0.kind == .attemptStarted }) {
                #expect(calls.load(ordering: .relaxed) == 0)
            }
        }
        let role = writer("r")
        let coordinator = try coordinator(
            journal,
            AgentTask(
                "any", role: role,
                agent: ClosureAgent { _, _ in
                    called.set(())
                    return Contribution()
                }),
            AgentTask(
                "once", role: role, needs: ["any"], idempotent: false,
                agent: ClosureAgent { _, _ in
                    calls.add(1, ordering: .relaxed)
                    return Contribution()
                }))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(calls.load(ordering: .relaxed) == 1)
        #expect(result["any"]?.attempts.first?.storeMS == 0)
        #expect(result["once"]?.attempts.first.flatMap(\.storeMS).map { $0 > 0 } == true)
    }

    /// A hundred agents over a journal that takes 30 ms: the appends are those of waiting, not of agents.
    @Test func hundredAgentsNeedFourAppendsOfASlowJournal() async throws {
        let clock = ManualClock()
        let pause = Duration.milliseconds(30)
        let journal = ScriptedJournal(
            otherwise: .keepAfter { try await clock.sleep(until: clock.now.advanced(by: pause), tolerance: nil) })
        let coordinator = try coordinator(journal, runtime: CoordinatorRuntime(clock: clock))
        for index in 0..<100 { try coordinator.register(task("agent-\(index)")) }
        let job = Task { try await coordinator.executeParallel() }
        for append in 1...4 {
            await clock.waitForSleeper(until: pause * append)
            // While the start is on its way, every agent hands over its work.
            if append == 2 { try await eventually { coordinator.context.heads.withLock { $0.pending.version } == 100 } }
            clock.advance(by: pause)
        }
        #expect(try await job.value.status == .succeeded)
        #expect(journal.appends.reduce(0, +) == 403)
        #expect(journal.appends.first == 1 && journal.appends.last == 1)
        #expect(journal.appends.count == 4)
    }

    @Test func journalWithoutAnAnswerStopsTheJob() async throws {
        let clock = ManualClock()
        let journal = ScriptedJournal(.keep, otherwise: .hang)
        let runtime = CoordinatorRuntime(clock: clock)
        let coordinator = try coordinator(journal, runtime: runtime, task("a"), task("b", needs: ["a"]))
        try coordinator.register(
            AgentTask("hangs", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil), agent: ScriptedAgent(.hang)))
        let job = Task { try await coordinator.executeParallel() }
        try await eventually { journal.appends.count == 2 }
        await clock.waitForSleeper(until: JobContext.defaultJournalTimeout)
        clock.advance(by: JobContext.defaultJournalTimeout)
        let result = try await job.value
        #expect(result.status == .failed)
        for agent in result.agents {
            #expect(agent.outcome == .cancelled && agent.errorType == "store_unavailable", "\(agent.name)")
        }
        #expect(result["a"]?.error?.contains("the journal did not keep events 2 to ") == true)
        #expect(result["a"]?.error?.contains("within 7.5 s; the job stops here and can be resumed") == true)
        #expect(journal.appends.count == 2)
        #expect(try await kinds(journal.allEvents(of: "kept")) == ["job_submitted"])
        #expect(try await kinds(events(of: coordinator)) == ["job_submitted"])
        #expect(coordinator.context.snapshot.value(at: "artifacts") == [:])
        #expect(result.artifacts.isEmpty && result.metrics.job.commits == 0)
    }

    private static let stops: [(ScriptedJournal.Step, String, JobStatus, String)] = [
        (
            .fail(DiskFull()), "the disk is full; the job stops here and can be resumed", .failed,
            ErrorType.storeUnavailable
        ),
        (
            .keepAndFail(DiskFull()), "the disk is full; the job stops here and can be resumed", .failed,
            ErrorType.storeUnavailable
        ),
        // A job that goes on elsewhere has not failed.
        (.loseOwnership, "the job stops here and goes on there", .cancelled, ErrorType.ownershipLost),
    ]

    @Test(arguments: stops.indices)
    func failureOrRefusalStopsTheJobAtOnce(index: Int) async throws {
        let (step, reason, status, errorType) = Self.stops[index]
        for number in 2...3 {
            // The step takes the place of one of the appends of a chain of agents.
            let journal = ScriptedJournal(.keep, number == 2 ? step : .keep, number == 3 ? step : .keep)
            let coordinator = try coordinator(journal, task("a"), task("b", needs: ["a"]), task("c", needs: ["b"]))
            let result = try await coordinator.executeParallel()
            #expect(result.status == status && result.errorType == errorType)
            #expect(result["c"]?.outcome == .cancelled && result["c"]?.errorType == errorType)
            #expect(result.agents.contains { $0.error?.contains(reason) == true }, "\(result.agents)")
            #expect(journal.appends.count == number, "nothing is written after append \(number)")
            #expect(try await !kinds(journal.allEvents(of: "kept")).contains("job_finished"))
        }
    }

    @Test func failingJournalIsNoFailureOfAnAgent() async throws {
        let runtime = CoordinatorRuntime()
        let context = JobContext(
            id: "kept", journal: ScriptedJournal(.keep, .keep, .fail(DiskFull())), journalTimeout: .seconds(3600))
        let coordinator = JobCoordinator(context, runtime: runtime)
        let agent = ScriptedAgent(.succeed(.artifact("a", 1)), .succeed(.artifact("a", 2)))
        try coordinator.register(
            AgentTask(
                "a", role: writer("a", "artifacts.a"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                idempotent: false, breaker: BreakerPolicy(minimumCalls: 1), agent: agent))
        let result = try await coordinator.executeParallel()
        #expect(result["a"]?.errorType == "store_unavailable")
        #expect(result.metrics.agents["a"]?.breakerState == "closed")
        #expect(agent.attempts.count <= 1)
    }

    /// The clock passes the attempt's deadline inside the reducer, or inside the journal.
    @Test(arguments: [false, true])
    func deadlineHoldsUpToTheHandOver(isBefore: Bool) async throws {
        let clock = ManualClock()
        let reducer = MergeRule.Reducer(name: "slow") { value, added in
            if isBefore { clock.advance(by: .seconds(5)) }
            return .integer(Int64(added.count) + (value?.integerValue ?? 0))
        }
        let journal = Watching { events in
            if events.contains(where: { $0.kind == .contextCommitted }) { clock.advance(by: .seconds(5)) }
        }
        let coordinator = try coordinator(
            journal, runtime: CoordinatorRuntime(clock: clock),
            fields: [FieldDeclaration("artifacts.sum", merge: .custom(reducer))],
            AgentTask(
                "a", role: writer("a", "artifacts.sum"), timeouts: TimeoutPolicy(attempt: .seconds(5)),
                agent: ScriptedAgent(.succeed(Contribution(append: ["artifacts.sum": [1]])))))
        let result = try await coordinator.executeParallel()
        #expect(result["a"]?.outcome == (isBefore ? .timeout : .succeeded))
        #expect(result["a"]?.attempts.first?.durationMS == (isBefore ? 5_000 : 0))
        #expect(coordinator.context.snapshot.value(at: "artifacts") == (isBefore ? [:] : ["sum": 1]))
        #expect(result.metrics.job.lateWrites == (isBefore ? 1 : 0))
        let all = try await events(of: coordinator)
        #expect(kinds(all).contains("late_write") == isBefore)
    }

    @Test func moreThanMayWaitStopsTheJob() async throws {
        let journal = ScriptedJournal(.keep, otherwise: .hang)
        let coordinator = try coordinator(
            journal, queueLimit: 5,
            AgentTask(
                "chatty", role: Role(name: "r", reads: ["task"]), timeouts: TimeoutPolicy(attempt: nil),
                agent: ClosureAgent { view, _ in
                    // Each read outside of the role is an event.
                    for _ in 0..<20 { _ = try? view.value(at: "constraints") }
                    try await untilCancelled()
                    return Contribution()
                }))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .failed)
        #expect(result["chatty"]?.error?.contains("raise journalQueueLimit") == true)
    }

    @Test func stateSetBeforeTheStartIsKeptWithTheJob() async throws {
        let coordinator = try coordinator(MemoryJournal(), task("a"))
        coordinator.context.updateAgentState(AgentState(name: "other", phase: .running, attempt: 3))
        #expect(coordinator.context.snapshot.version == 0)
        _ = try await coordinator.executeParallel()
        #expect(coordinator.context.snapshot.version == 2)
        #expect(coordinator.context.snapshot.value(at: "agents.other.attempt") == 3)
        let all = try await events(of: coordinator)
        #expect(kinds(all).prefix(3) == ["agent_state_changed", "job_submitted", "job_started"])
        #expect(try ContextReplay(all).snapshot.root == coordinator.context.snapshot.root)
    }

    @Test func refusedContributionNeverReachesTheJournal() async throws {
        let journal = MemoryJournal()
        let coordinator = try coordinator(
            journal,
            AgentTask(
                "bad", role: writer("bad", "artifacts.**"),
                agent: ScriptedAgent(.succeed(Contribution(set: ["artifacts.x": 1, "artifacts.x.y": 2])))))
        #expect(try await coordinator.executeParallel()["bad"]?.outcome == .failed)
        #expect(try await !kinds(journal.allEvents(of: "kept")).contains("context_committed"))
    }
}
