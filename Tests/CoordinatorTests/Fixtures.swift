import Coordinator
import CoordinatorTestKit

/// A role that may do anything below `artifacts`, for tests that are not about roles.
func writer(_ name: String, _ writes: ContextPattern...) -> Role {
    Role(name: name, reads: ["**"], writes: writes)
}

extension Contribution {
    static func artifact(_ name: String, _ value: JSONValue) -> Contribution {
        Contribution(set: [ContextPath(segments: ["artifacts", name]): value])
    }
}

struct Flaky: Error {}

extension AgentTask {
    /// An agent that fails once, then succeeds with this contribution.
    static func flaky(_ role: Role, _ contribution: Contribution) -> AgentTask {
        AgentTask(
            "flaky", role: role, retry: RetryPolicy(maxRetries: 1, initial: .zero),
            agent: ScriptedAgent(.fail(Flaky()), .succeed(contribution)))
    }
}

/// Runs a job of these agents, on a runtime of its own.
func runJob(
    _ tasks: AgentTask..., limits: JobLimits = JobLimits(), fields: [FieldDeclaration] = [],
    runtime: CoordinatorRuntime? = nil
) async throws -> (result: JobResult, coordinator: JobCoordinator) {
    let context = JobContext(id: "job-1", task: JobTask(requirements: ["feature_x"]), fields: fields)
    let coordinator = JobCoordinator(context, runtime: runtime, workflow: "test", limits: limits)
    for task in tasks { try coordinator.register(task) }
    return (try await coordinator.executeParallel(), coordinator)
}

func events(of coordinator: JobCoordinator) async throws -> [JobEvent] {
    var all: [JobEvent] = []
    for try await event in coordinator.events { all.append(event) }
    return all
}

/// Never returns: throws once its task is cancelled.
func untilCancelled() async throws {
    let forever = AsyncStream<Never> { _ in }
    for await _ in forever {}
    throw CancellationError()
}
