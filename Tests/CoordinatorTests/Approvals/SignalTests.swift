import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// What people tell a job while it runs.
@Suite(.timeLimit(.minutes(5))) struct Signals {
    /// A job whose agent `waits` goes on when it is let, and whose agent `frozen` runs only where a signal stands.
    private struct Setting {
        let agent = SuspendedAgent("?") { _, _ in Contribution() }
        let coordinator: JobCoordinator
        let journal = MemoryJournal()

        init() throws {
            coordinator = JobCoordinator(JobContext(id: "job-1", journal: journal))
            try coordinator.register(AgentTask("waits", role: Role(name: "r"), agent: agent))
            try coordinator.register(
                AgentTask("frozen", role: Role(name: "r"), needs: ["waits"], when: .exists("signals.freeze")) { _, _ in
                    Contribution()
                })
        }

        func start() async throws -> Task<JobResult, any Error> {
            let job = Task { [coordinator] in try await coordinator.executeParallel() }
            try await eventually { !coordinator.suspendedRuns.isEmpty }
            return job
        }

        func goOn() async throws { try await coordinator.resume(RunIdentity(agent: "waits"), with: nil) }
    }

    @Test func signalStandsOnTheBlackboardAndConditionsSeeIt() async throws {
        let setting = try Setting()
        let job = try await setting.start()
        try await setting.coordinator.signal(name: "freeze", ["until": "friday"], by: "ann (uid 1000)")
        try await setting.coordinator.signal(name: "freeze", ["until": "monday"], by: "bob (uid 1001)")
        #expect(setting.coordinator.context.snapshot.value(at: "signals.freeze.until") == "monday")
        let writes = setting.coordinator.context.provenance(of: "signals.freeze")
        #expect(writes.map(\.by) == ["bob (uid 1001)", "ann (uid 1000)"] && writes.allSatisfy { $0.agent.isEmpty })
        try await setting.goOn()
        let result = try await job.value
        #expect(result["frozen"]?.outcome == .succeeded)
        let kept = try await setting.journal.allEvents(of: "job-1")
        let replay = try ContextReplay(kept)
        #expect(replay.snapshot.root == setting.coordinator.context.snapshot.root)
        #expect(replay.provenance(of: "signals.freeze") == writes)
        let named = kept.compactMap { event -> String? in
            if case .signalReceived(let signal) = event.payload { signal.name } else { nil }
        }
        #expect(named == ["freeze", "freeze"])
    }

    @Test func withoutTheSignalTheConditionDoesNotHold() async throws {
        let setting = try Setting()
        let job = try await setting.start()
        try await setting.goOn()
        #expect(try await job.value["frozen"]?.outcome == .skipped)
    }

    @Test func signalNamedLikeAnApprovalAnswersIt() async throws {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("release", asking: ApprovalAgent("?")))
        let job = Task { try await coordinator.executeParallel() }
        try await eventually { !coordinator.suspendedRuns.isEmpty }
        await #expect(throws: ApprovalRefusal.self) {
            try await coordinator.signal(name: "release", "perhaps", by: "ann")
        }
        try await coordinator.signal(name: "release", ["choice": "reject", "remark": "no"], by: "ann")
        // The second is no signal of another kind, but an answer too many.
        await #expect(throws: ApprovalRefusal.self) {
            try await coordinator.signal(name: "release", "approve", by: "bob")
        }
        #expect(try await job.value.status == .succeeded)
        let root = coordinator.context.snapshot.root
        #expect(root["decisions"]?.arrayValue?.first?["choice"] == "reject" && root["signals"] == nil)
    }

    @Test func signalBeforeTheStartIsNotLost() async throws {
        let setting = try Setting()
        // It is kept once the job is.
        async let signalled: Void = setting.coordinator.signal(name: "freeze", true, by: "ann")
        try await eventually { setting.coordinator.context.pendingSignals == 1 }
        let job = try await setting.start()
        try await signalled
        try await setting.goOn()
        #expect(try await job.value["frozen"]?.outcome == .succeeded)
        let kept = try await setting.journal.allEvents(of: "job-1")
        #expect(try ContextReplay(kept).snapshot.root == setting.coordinator.context.snapshot.root)
    }

    @Test func signalsAreBounded() async throws {
        let setting = try Setting()
        let coordinator = setting.coordinator
        let job = try await setting.start()
        func code(_ name: String, _ value: JSONValue) async -> CoordinatorError.Code? {
            do {
                try await coordinator.signal(name: name, value, by: "ann")
                return nil
            } catch {
                return (error as? CoordinatorError)?.code
            }
        }
        for name in ["", "a b", "a.b", "1a", "\u{1B}", String(repeating: "n", count: 65)] {
            #expect(await code(name, true) == .unusableSignal, "\(name.debugDescription)")
        }
        let most = String(repeating: "v", count: JobCoordinator.largestSignal - 2)
        #expect(await code("large", .string(most + "v")) == .unusableSignal)
        #expect(await code("nan", .number(.nan)) == .unusableSignal)
        #expect(await code("large", .string(most)) == nil)
        for index in 1..<JobCoordinator.mostSignals { #expect(await code("again", .integer(Int64(index))) == nil) }
        #expect(await code("again", 0) == .unusableSignal)
        #expect(coordinator.context.snapshot.value(at: "signals.again") == .integer(999))
        try await setting.goOn()
        _ = try await job.value
        #expect(await code("late", true) == .alreadyEnded)
    }

    @Test func whoSendsIsShownHarmlessly() async throws {
        let setting = try Setting()
        let job = try await setting.start()
        try await setting.coordinator.signal(
            name: "freeze", true, by: "\u{1B}[2J" + String(repeating: "x", count: 10_000))
        let by = try #require(setting.coordinator.context.provenance(of: "signals.freeze").first?.by)
        #expect(by.utf8.count <= ApprovalAnswer.longestName + 3 && !by.unicodeScalars.contains("\u{1B}"))
        try await setting.goOn()
        _ = try await job.value
    }

    @Test func noAgentWritesWhereSignalsStand() {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        for pattern in ["signals.freeze", "signals", "signals.**"] as [ContextPattern] {
            let error = #expect(throws: CoordinatorError.self) {
                try coordinator.register(AgentTask("a", role: writer("a", pattern)) { _, _ in Contribution() })
            }
            #expect(error?.code == .deniedKey)
        }
    }
}

extension JobContext {
    /// How many signals were handed over.
    fileprivate var pendingSignals: Int { heads.withLock { $0.pending.signalCount } }
}
