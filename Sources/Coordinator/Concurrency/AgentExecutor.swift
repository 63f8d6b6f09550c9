/// Runs agents on threads that may block without stopping others or the coordinator.
///
/// A preference for it covers an agent's closure, its child tasks and default actors, not an unstructured `Task {}`
/// the agent starts.
final class AgentExecutor: TaskExecutor {
    private let pool: ThreadPool

    init(_ pool: ThreadPool) { self.pool = pool }

    func enqueue(_ job: consuming ExecutorJob) {
        pool.enqueue(.init(job: UnownedJob(job), executor: asUnownedTaskExecutor()), .agent)
    }
}

/// Runs the coordinator's own tasks on the same threads as agents but before them, and on one more thread when agents
/// hold them all. So these tasks stay off the cooperative pool, which an agent that blocks in a `Task {}` of its own
/// can exhaust.
final class DriverExecutor: TaskExecutor {
    private let pool: ThreadPool

    init(_ pool: ThreadPool) { self.pool = pool }

    func enqueue(_ job: consuming ExecutorJob) {
        pool.enqueue(.init(job: UnownedJob(job), executor: asUnownedTaskExecutor()), .driver)
    }
}
