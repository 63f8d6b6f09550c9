import TestSupport
import Testing

@testable import Coordinator

/// The work of a server: one job after the other on one runtime. Nothing of a job that has ended may stay in memory.
///
/// Every object of a job must be released. Resident memory is a figure of the whole process, so it is checked only
/// where nothing else runs, in `scripts/deep`.
@Suite(.serialized, .timeLimit(.minutes(30))) struct Memory {
    private static let jobs = ProcessFigures.setting("COORDINATOR_MEMORY_JOBS")
    private static let agents = ProcessFigures.setting("COORDINATOR_MEMORY_AGENTS") ?? 30

    /// What a job consists of.
    enum Work: String, CaseIterable {
        case agents
        case items = "elements, rounds and suspensions over a journal"
    }

    @Test(arguments: Work.allCases) func finishedJobIsDeallocated(work: Work) async throws {
        let runtime = CoordinatorRuntime(Self.configuration)
        for round in 0..<10 {
            let job = try await Self.job(work, runtime, round)
            try await eventually { job.isGone }
        }
    }

    @Test(.enabled(if: jobs != nil), arguments: Work.allCases) func residentMemoryIsFlat(work: Work) async throws {
        let runtime = CoordinatorRuntime(Self.configuration)
        let jobs = max(100, Self.jobs ?? 0)
        let warm = jobs / 4
        var warmBytes = 0
        for round in 0..<jobs {
            let job = try await Self.job(work, runtime, round)
            try await eventually { job.isGone }
            if round == warm - 1 { warmBytes = ProcessFigures.residentBytes }
        }
        let grown = ProcessFigures.residentBytes - warmBytes
        let perJob = Double(grown) / Double(jobs - warm)
        print(
            "memory: \(warmBytes / 1024) KiB resident after \(warm) jobs of \(Self.agents) \(work.rawValue), "
                + "\((warmBytes + grown) / 1024) KiB after \(jobs): \(Int(perJob)) bytes a job, "
                + "\(Int(perJob) / Self.agents) bytes for each of them")
        // The allocator's own pages come and go by hundreds of KiB; a leak grows with the jobs.
        #expect(grown < 2 << 20)
    }

    private static func job(_ work: Work, _ runtime: CoordinatorRuntime, _ round: Int) async throws -> Remains {
        switch work {
        case .agents: try await job(runtime, round)
        case .items: try await jobOfItems(runtime, round, elements: agents)
        }
    }

    /// Few threads: each has a stack and an arena of the allocator, and the number of threads depends on how busy the
    /// machine is, not on the jobs.
    private static let configuration = CoordinatorRuntime.Configuration(
        maxThreads: 4,
        resources: ["narrow": ResourceLimits(concurrency: 4, breaker: BreakerPolicy(minimumCalls: 1_000_000))],
        retryBudget: RetryBudgetPolicy())

    struct Remains {
        weak var context: JobContext?
        weak var coordinator: JobCoordinator?
        weak var agent: Held?
        var isGone: Bool { context == nil && coordinator == nil && agent == nil }
    }

    /// An object that only the job's agents hold.
    final class Held: Sendable {}

    /// A job with every way to end, among them timeouts, late writes and retries.
    private static func job(_ runtime: CoordinatorRuntime, _ round: Int) async throws -> Remains {
        let context = JobContext(id: "memory-\(round)", fields: ChaosPlan.fields)
        let coordinator = JobCoordinator(
            context, runtime: runtime, workflow: "memory", logger: ChaosRun.silent)
        let held = Held()
        let late = AsyncGate()
        for index in 0..<agents {
            try coordinator.register(
                AgentTask(
                    "agent-\(index)", role: writer("r", .init(ContextPath(segments: ["artifacts", "own-\(index)"]))),
                    timeouts: TimeoutPolicy(attempt: index % 5 == 0 ? .milliseconds(2) : .seconds(300)),
                    retry: RetryPolicy(maxRetries: 1, initial: .zero), needs: index % 7 == 6 ? ["agent-1"] : [],
                    resource: index % 3 == 0 ? "narrow" : nil,
                    agent: ClosureAgent { [held] _, attempt in
                        _ = held
                        switch index % 5 {
                        case 0 where index % 2 == 0: await late.wait()
                        case 0: try await forever()
                        case 1 where attempt.number == 1: throw Flaky()
                        case 2 where index % 2 == 0: throw AgentError(.permanent, "no")
                        default: break
                        }
                        return .artifact("own-\(index)", .string(String(repeating: "x", count: 200)))
                    }))
        }
        _ = try await coordinator.executeParallel()
        late.open()
        try await eventually { coordinator.metrics().job.abandoned == 0 }
        return Remains(context: context, coordinator: coordinator, agent: held)
    }

    private static func forever() async throws {
        let forever = AsyncStream<Never> { _ in }
        for await _ in forever {}
        throw CancellationError()
    }
}
