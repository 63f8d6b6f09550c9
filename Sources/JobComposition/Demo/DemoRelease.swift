import Coordinator

/// A job of the demonstration that outlives its owner: it asks a person, is given up while it waits, and is taken up again
/// and answered.
///
/// Both owners are in this process; what the second one knows of the job is what the journal keeps.
package struct DemoRelease: Sendable {
    static let workflow = "demo-release"
    static let agent = "release"
    /// How long the question waits for its answer.
    private static let answerDelay = Duration.seconds(1)
    /// How often it is looked whether the question is there; after that its own timeout ends it.
    private static let mostTries = 10
    private static let timeout = Duration.seconds(30)

    private let runtime: CoordinatorRuntime
    private let journal = MemoryJournal()

    package init(runtime: CoordinatorRuntime) { self.runtime = runtime }

    /// Runs the job to its end.
    ///
    /// - Parameter number: the job's number, from 1.
    /// - Returns: how it ended.
    package func run(_ number: Int) async throws -> JobStatus {
        let id = "\(Self.workflow)-\(number)"
        defer { journal.forget(id) }
        let first = try coordinator(JobContext(id: id, journal: journal))
        first.whenWaiting = .leave
        let left = try await first.executeParallel()
        guard left.status == .waiting else { return left.status }
        let history = try await JobHistory.load(id, from: journal)
        let second = try coordinator(JobContext(resuming: history, journal: journal))
        async let result = second.executeParallel()
        for _ in 1...Self.mostTries {
            try await Task.sleep(for: Self.answerDelay)
            for waiting in second.suspendedRuns {
                try await second.resume(waiting.run, with: ["choice": "approve"])
            }
            if second.context.snapshot.value(at: "artifacts.release") != nil { break }
        }
        return try await result.status
    }

    private func coordinator(_ context: JobContext) throws -> JobCoordinator {
        let coordinator = JobCoordinator(context, runtime: runtime, workflow: Self.workflow)
        let role = Role(name: Self.agent, reads: ["task"], writes: ["artifacts.release"])
        try coordinator.register(
            AgentTask(
                Self.agent, role: role, timeouts: TimeoutPolicy(attempt: nil),
                agent: ClosureAgent { _, attempt in
                    guard let resumption = attempt.resumption else {
                        throw Suspension(
                            state: [:], reason: "May the demonstration be released?", timeout: Self.timeout)
                    }
                    return Contribution(set: ["artifacts.release": resumption.value ?? .null])
                }))
        return coordinator
    }
}
