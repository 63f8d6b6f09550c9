import CoordinatorTestKit
import Synchronization
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct Backends {
    private struct Full: ClassifiedError {
        let failureClass = FailureClass.transient
        let errorType = "disk_full"
    }

    /// Answers each commit as scripted.
    private final class Scripted: ContextBackend {
        let inner = InMemoryContextBackend()
        private let script: @Sendable (CommitRecord) async throws -> Void

        init(_ script: @escaping @Sendable (CommitRecord) async throws -> Void) { self.script = script }

        func append(_ commit: CommitRecord) async throws {
            try await script(commit)
            try await inner.append(commit)
        }

        func commits(of jobID: String) async throws -> [CommitRecord] { try await inner.commits(of: jobID) }
    }

    private func task(_ name: String, retries: Int = 0, needs: [String] = []) -> AgentTask {
        AgentTask(
            name, role: writer(name, .init(ContextPath(segments: ["artifacts", name]))),
            timeouts: TimeoutPolicy(attempt: nil), retry: RetryPolicy(maxRetries: retries, initial: .zero),
            needs: needs, agent: ClosureAgent { _, _ in .artifact(name, 1) })
    }

    private func coordinator(
        _ backend: any ContextBackend, runtime: CoordinatorRuntime? = nil, _ tasks: AgentTask...
    ) throws -> JobCoordinator {
        // With the real clock, a slow machine must not look like a backend that hangs.
        let timeout = runtime == nil ? .seconds(3600) : JobContext.defaultBackendTimeout
        let context = JobContext(id: "kept", backend: backend, backendTimeout: timeout)
        let coordinator = JobCoordinator(context, runtime: runtime)
        for task in tasks { try coordinator.register(task) }
        return coordinator
    }

    @Test func commitIsInvisibleUntilTheBackendStoresIt() async throws {
        let context = Mutex<JobContext?>(nil)
        let seen = Mutex<[JSONValue?]>([])
        let backend = Scripted { _ in
            let value = context.withLock { $0 }?.snapshot.value(at: "artifacts.a")
            seen.withLock { $0.append(value) }
        }
        let coordinator = try coordinator(backend, task("a"))
        context.withLock { $0 = coordinator.context }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        #expect(seen.withLock { $0 } == [nil])
        #expect(coordinator.context.snapshot.value(at: "artifacts.a") == 1)
        let kept = try await backend.commits(of: "kept")
        #expect(kept.map(\.attemptID) == ["kept/a/1"])
        #expect(kept.map(\.contribution) == [.artifact("a", 1)])
    }

    @Test func commitRefusedByTheBackendFailsOnlyItsAttempt() async throws {
        let refusals = Atomic(0)
        let backend = Scripted { commit in
            if commit.agent == "unlucky", refusals.add(1, ordering: .relaxed).newValue == 1 { throw Full() }
        }
        let coordinator = try coordinator(backend, task("a"), task("unlucky", retries: 1), task("b"))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result["unlucky"]?.attempts.map(\.errorType) == ["disk_full", nil])
        let kept = try await backend.commits(of: "kept")
        #expect(kept.map(\.number) == [1, 2, 3])
        #expect(result.artifacts.count == 3)
    }

    /// The backend hangs on the first commit: the attempt ends at the limit, and later commits are refused with the
    /// reason.
    @Test func hangingBackendFailsCommitsAtTheTimeout() async throws {
        let clock = ManualClock()
        let backend = Scripted { _ in try await untilCancelled() }
        let coordinator = try coordinator(
            backend, runtime: CoordinatorRuntime(clock: clock), task("a"), task("b", needs: []))
        let job = Task { try await coordinator.executeParallel() }
        await clock.waitForSleeper(until: JobContext.defaultBackendTimeout)
        clock.advance(by: JobContext.defaultBackendTimeout)
        let result = try await job.value
        #expect(result.status == .failed)
        #expect(result.agents.allSatisfy { $0.error?.contains("backend does not take the commit") == true })
        #expect(coordinator.context.snapshot.value(at: "artifacts")?.objectValue == [:])
    }

    /// The backend's state is not known after a commit without an answer, so it gets no further commits.
    @Test func backendReceivesNoCommitAfterATimedOutOne() async throws {
        let clock = ManualClock()
        let asked = Mutex<[Int]>([])
        let backend = Scripted { commit in
            asked.withLock { $0.append(commit.number) }
            if asked.withLock({ $0.count }) == 1 { try await untilCancelled() }
        }
        let coordinator = try coordinator(
            backend, runtime: CoordinatorRuntime(clock: clock), task("a"))
        let gate = AsyncStream<Void>.makeStream()
        try coordinator.register(
            AgentTask(
                "later", role: writer("l", "artifacts.later"), timeouts: TimeoutPolicy(attempt: nil),
                agent: ClosureAgent { _, _ in
                    for await _ in gate.stream {}
                    return .artifact("later", 1)
                }))
        let job = Task { try await coordinator.executeParallel() }
        await clock.waitForSleeper(until: JobContext.defaultBackendTimeout)
        clock.advance(by: JobContext.defaultBackendTimeout)
        for try await event in coordinator.events {
            if case .agentFinished(let end) = event.payload, end.outcome == .failed { break }
        }
        gate.continuation.finish()
        let result = try await job.value
        #expect(result["later"]?.error?.contains("an earlier commit was not answered in time") == true)
        #expect(asked.withLock { $0 } == [1])
    }

    /// A contribution that is refused never reaches the backend.
    @Test func refusedContributionNeverReachesTheBackend() async throws {
        let backend = InMemoryContextBackend()
        let coordinator = try coordinator(
            backend,
            AgentTask(
                "bad", role: writer("bad", "artifacts.**"),
                agent: ScriptedAgent(
                    .succeed(Contribution(set: ["artifacts.x": 1, "artifacts.x.y": 2])))))
        let result = try await coordinator.executeParallel()
        #expect(result["bad"]?.outcome == .failed)
        #expect(try await backend.commits(of: "kept").isEmpty)
    }

    @Test func conformanceSuitePassesTheReferenceAndFindsEveryFault() async throws {
        #expect(try await ContextBackendConformance.violations(of: InMemoryContextBackend()) == [])
        for fault in Faulty.Fault.allCases {
            let violations = try await ContextBackendConformance.violations(of: Faulty(fault))
            #expect(!violations.isEmpty, "\(fault)")
        }
    }

    /// The reference backend with one fault each.
    private final class Faulty: ContextBackend {
        enum Fault: CaseIterable { case forgets, reverses, takesAnyNumber, mixesJobs, keepsAndThrows }

        private let fault: Fault
        private let kept = Mutex<[CommitRecord]>([])

        init(_ fault: Fault) { self.fault = fault }

        func append(_ commit: CommitRecord) async throws {
            try kept.withLock { kept in
                let count = kept.count { $0.jobID == commit.jobID }
                guard fault == .takesAnyNumber || commit.number == count + 1 else {
                    throw Full()
                }
                if fault == .forgets, commit.number == 3 { return }
                kept.append(commit)
            }
            if fault == .keepsAndThrows { try Task.checkCancellation() }
        }

        func commits(of jobID: String) async throws -> [CommitRecord] {
            let all = kept.withLock { kept in
                kept.filter { $0.jobID == jobID || (fault == .mixesJobs && $0.jobID.hasPrefix("conformance-p")) }
            }
            return fault == .reverses ? all.reversed() : all
        }
    }
}
