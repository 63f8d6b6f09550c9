import CoordinatorTestKit
import Glibc
import Support
import Synchronization
import TelemetryCatalog
import TestSupport
import Testing

@testable import Coordinator

/// Agents that block inside a `Task {}` of their own hold threads of Swift's cooperative pool, of which there are as
/// many as cores and which all code shares. The tests run in processes of their own: with that pool blocked, no other
/// test goes on.
@Suite(.timeLimit(.minutes(5))) struct BlockedCooperativePool {
    /// The job runs on and ends, and nothing that is returned later is written. But the job's caller waits on the pool,
    /// so the result reaches it only once a thread is free; the gauge shows this state.
    @Test func jobFinishesOnTimeWhileItsCallerWaitsForThePool() async {
        await #expect(processExitsWith: .success) {
            let recorder = TelemetryRecorder()
            let gate = BlockingGate()
            let runtime = CoordinatorRuntime()
            let coordinator = try await recorder.record {
                let coordinator = JobCoordinator(JobContext(id: "pool"), runtime: runtime, workflow: "test")
                for index in 0..<(4 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
                    let field = "own-\(index)"
                    let role = writer("b", ContextPattern(ContextPath(segments: ["artifacts", field])))
                    try coordinator.register(
                        AgentTask(field, role: role, timeout: .milliseconds(200)) { _, _ in
                            // An unstructured task runs on the cooperative pool, whatever executor runs the agent.
                            await Task { gate.block() }.value
                            return .artifact(field, true)
                        })
                }
                return coordinator
            }
            let seen = Mutex((finished: -1, abandoned: -1.0))
            // A thread of its own, since the pool will have none: it checks once the gauge is set, then releases the
            // agents.
            let started = DetachedThread.start {
                let isSeen = blockUntil { isStarved(.cooperative, recorder) }
                let abandoned = recorder.metrics.meters(label: Instruments.agentAbandoned.name)
                    .compactMap(\.lastValue).reduce(0, +)
                if isSeen { seen.withLock { $0 = (coordinator.metrics().job.attempts, abandoned) } }
                gate.open()
            }
            try #require(started == 0)
            let result = try await coordinator.executeParallel()
            let count = result.agents.count
            #expect(seen.withLock { $0.abandoned } == Double(count), "deadlines hold while the pool is blocked")
            #expect(seen.withLock { $0.finished } == count, "the job's own steps do not wait for the pool")
            #expect(result.agents.allSatisfy { $0.outcome == .timeout })
            #expect(result.artifacts == [:])
            try await eventually { coordinator.metrics().job.lateWrites == count }
            try await eventually { !isStarved(.cooperative, recorder) }
        }
    }
}
