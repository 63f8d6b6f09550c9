import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct InMemoryContextBackends {
    private func commits(of jobID: String, in backend: InMemoryContextBackend) async throws -> [CommitRecord] {
        let context = JobContext(id: jobID, backend: backend, backendTimeout: .seconds(3600))
        let coordinator = JobCoordinator(context)
        for name in ["a", "b"] {
            let path = ContextPath(segments: ["artifacts", name])
            try coordinator.register(
                AgentTask(
                    name, role: Role(name: "r", writes: [ContextPattern(path)]),
                    agent: ScriptedAgent(.succeed(Contribution(set: [path: .string(jobID)])))))
        }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        return try await backend.commits(of: jobID)
    }

    @Test func commitsAreKeptPerJob() async throws {
        let backend = InMemoryContextBackend()
        for jobID in ["one", "two"] {
            let kept = try await commits(of: jobID, in: backend)
            #expect(kept.map(\.number) == [1, 2] && kept.allSatisfy { $0.jobID == jobID })
            #expect(Set(kept.map(\.agent)) == ["a", "b"])
        }
        #expect(try await backend.commits(of: "three") == [])
    }

    @Test func outOfSequenceCommitIsRefusedWithTheExpectedNumber() async throws {
        let backend = InMemoryContextBackend()
        let kept = try await commits(of: "job", in: backend)
        let error = await #expect(throws: InMemoryContextBackend.UnexpectedNumber.self) {
            try await backend.append(kept[1])
        }
        #expect(error?.jobID == "job" && error?.number == 2 && error?.expected == 3)
        #expect(error?.description.contains("commit 2 of job 'job' was refused: 3 is next") == true)
        #expect(try await backend.commits(of: "job") == kept)
    }

    @Test func inMemoryBackendPassesTheConformanceSuite() async throws {
        #expect(try await ContextBackendConformance.violations(of: InMemoryContextBackend()) == [])
    }

    /// A backend that already holds the suite's jobs is reported, and does not pass.
    @Test func conformanceSuiteNeedsAFreshBackend() async throws {
        let backend = InMemoryContextBackend()
        _ = try await ContextBackendConformance.violations(of: backend)
        #expect(try await ContextBackendConformance.violations(of: backend).isEmpty == false)
    }
}
