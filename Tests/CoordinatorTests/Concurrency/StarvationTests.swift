import CoordinatorTestKit
import Glibc
import Synchronization
import TelemetryCatalog
import TestSupport
import Testing

@testable import Coordinator

/// Agents that block their threads, so that no cancellation reaches them.
@Suite(.timeLimit(.minutes(5))) struct Starvation {
    /// Four blocked agents per core: all end as `timeout` while they still block, a sibling is not affected, and once
    /// their code ends nothing of them is left.
    @Test func blockedThreadsDelayNoOtherAgent() async throws {
        let count = 4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let recorder = TelemetryRecorder()
        let gate = BlockingGate()
        defer { gate.open() }
        let runtime = CoordinatorRuntime(.init(minThreads: 2))
        let coordinator = try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "blocked"), runtime: runtime, workflow: "test")
            for index in 0..<count { try coordinator.register(blocker(index, gate)) }
            try coordinator.register(
                AgentTask("healthy", role: writer("h", "artifacts.healthy")) { _, _ in .artifact("healthy", true) })
            return coordinator
        }
        let result = try await coordinator.executeParallel()
        #expect(result.agents.dropLast().allSatisfy { $0.outcome == .timeout && $0.attempts.count == 1 })
        #expect(result.agents.dropLast().flatMap(\.attempts).allSatisfy { $0.abandoned })
        #expect(result["healthy"]?.outcome == .succeeded)
        #expect(result.artifacts == ["healthy": true])
        // The agents still block: the gauge counts them, and each holds a thread.
        #expect(coordinator.metrics().job.abandoned == count)
        #expect(abandoned(recorder) == Double(count))
        #expect(runtime.pool.threadCount >= count)
        gate.open()
        try await eventually { abandoned(recorder) == 0 }
        #expect(coordinator.metrics().job.abandoned == 0)
        #expect(coordinator.metrics().job.lateWrites == count)
        #expect(coordinator.context.snapshot.root["artifacts"] == ["healthy": true])
        try await eventually { runtime.pool.threadCount <= 2 }
    }

    /// With every thread blocked and the limit of threads reached, the gauge shows it, deadlines still hold, and an
    /// agent that got no thread in time is not called after its deadline.
    @Test func agentWithoutAThreadByItsDeadlineIsNeverCalled() async throws {
        let recorder = TelemetryRecorder()
        let gate = BlockingGate()
        defer { gate.open() }
        let called = Atomic(0)
        let runtime = CoordinatorRuntime(.init(minThreads: 2, maxThreads: 2))
        let coordinator = try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "starved"), runtime: runtime, workflow: "test")
            for index in 0..<2 { try coordinator.register(blocker(index, gate)) }
            return coordinator
        }
        let late = try await recorder.record {
            let late = JobCoordinator(JobContext(id: "late"), runtime: runtime, workflow: "test")
            try late.register(
                AgentTask("late", role: writer("l", "artifacts.late"), timeout: .milliseconds(50)) { _, _ in
                    called.add(1, ordering: .relaxed)
                    return .artifact("late", true)
                })
            return late
        }
        let blocked = try await coordinator.executeParallel()
        #expect(blocked.agents.allSatisfy { $0.outcome == .timeout })
        let result = try await late.executeParallel()
        #expect(result["late"]?.outcome == .timeout)
        #expect(isStarved(.agent, recorder))
        gate.open()
        try await eventually { abandoned(recorder) == 0 }
        #expect(called.load(ordering: .relaxed) == 0)
        #expect(late.context.snapshot.root["artifacts"] == [:])
        try await eventually { !isStarved(.agent, recorder) }
    }

    private func blocker(_ index: Int, _ gate: BlockingGate) -> AgentTask {
        let field = "blocked-\(index)"
        return AgentTask(
            field, role: writer("b", ContextPattern(ContextPath(segments: ["artifacts", field]))),
            timeout: .milliseconds(200)
        ) { _, _ in
            gate.block()
            return .artifact(field, true)
        }
    }

    private func abandoned(_ recorder: TelemetryRecorder) -> Double {
        recorder.metrics.meters(label: Instruments.agentAbandoned.name).compactMap(\.lastValue).reduce(0, +)
    }
}

/// Whether the gauge shows that an executor takes no more work.
func isStarved(_ executor: ExecutorName, _ recorder: TelemetryRecorder) -> Bool {
    recorder.meter(Instruments.executorStarved.name, [(AttributeKey.executor, executor.rawValue)]) == 1
}
