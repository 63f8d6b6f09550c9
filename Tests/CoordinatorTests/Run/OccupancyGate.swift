import Coordinator
import Synchronization

/// What each of `count` agents did first: got a slot and started, or had to queue for one.
func firstStartedOrQueued(of coordinator: JobCoordinator, _ count: Int) async throws -> (started: Int, queued: Int) {
    var started: Set<String> = []
    var queued: Set<String> = []
    for try await event in coordinator.events {
        guard let agent = event.agent else { continue }
        switch event.payload {
        case .attemptStarted where !queued.contains(agent): started.insert(agent)
        case .agentQueued: queued.insert(agent)
        default: continue
        }
        if started.count + queued.count == count { break }
    }
    return (started.count, queued.count)
}

/// Counts the agents inside, and holds them there until it is opened.
final class OccupancyGate: Sendable {
    private let state = Mutex((inside: 0, most: 0))
    private let gate = AsyncStream<Void>.makeStream()

    /// The most agents that were inside at one time.
    var most: Int { state.withLock { $0.most } }

    func stay() async {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
        for await _ in gate.stream {}
        state.withLock { $0.inside -= 1 }
    }

    func open() { gate.continuation.finish() }

    /// An agent that stays inside and writes nothing.
    var agent: ClosureAgent {
        ClosureAgent { _, _ in
            await self.stay()
            return Contribution()
        }
    }
}

extension OccupancyGate {
    /// Runs a job and opens the gate once an event fits.
    func run(
        _ coordinator: JobCoordinator, until isAwaited: (JobEvent.Payload) -> Bool
    ) async throws -> JobResult {
        let job = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events where isAwaited(event.payload) { break }
        open()
        return try await job.value
    }

    /// Registers this many agents that stay inside.
    func fill(_ coordinator: JobCoordinator, _ count: Int) throws {
        for index in 0..<count {
            try coordinator.register(AgentTask("agent-\(index)", role: writer("r"), agent: agent))
        }
    }

    /// A job of one agent that holds a slot of the runtime, and of a resource, until the room is opened.
    func hold(_ runtime: CoordinatorRuntime, resource: String? = nil) async throws -> Task<JobResult, any Error> {
        let holder = JobCoordinator(JobContext(id: "holder"), runtime: runtime)
        try holder.register(
            AgentTask(
                "holds", role: writer("h"), timeouts: TimeoutPolicy(attempt: nil), resource: resource, agent: agent))
        let job = Task { try await holder.executeParallel() }
        _ = try await firstStartedOrQueued(of: holder, 1)
        return job
    }
}
