import Support

/// Calls reducers, which are the user's code: one commit after the other, outside of the coordinator's own tasks, and
/// with a time limit.
final class ReducerCalls: Sendable {
    /// The threads that user code runs on, and the clock of its time limit: the system's, since a reducer hangs in real
    /// time whatever clock the job is on.
    struct Environment: Sendable {
        let executor: (any TaskExecutor)?
        let timers: any TimerService
    }

    private let timeout: Duration
    private let turn = Slots(1)

    init(timeout: Duration) { self.timeout = timeout }

    /// Runs the body while no other commit calls reducers.
    ///
    /// - Throws: ``ContextError`` with code `invalidWrite` when the reducers of other commits take too long.
    nonisolated(nonsending) func inTurn<Result>(
        _ environment: Environment, _ body: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        let refusal = await turn.acquire(
            deadline: Limit(due: environment.timers.now + timeout, interruption: .queueTimeout(timeout)),
            timers: environment.timers,
            cancellation: Cancellation())
        if refusal != nil { throw slow("those of other contributions took longer than \(Interruption.text(timeout))") }
        defer { turn.release() }
        return try await body()
    }

    /// - Throws: the reducers' errors; ``ContextError`` with code `invalidWrite` when they take too long.
    nonisolated(nonsending) func call<Value: Sendable>(
        on environment: Environment, _ reduce: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let answer = OneShot<Result<Value, any Error>?>()
        Task(executorPreference: environment.executor) { answer.set(Result { try reduce() }) }
        let timer = environment.timers.schedule(at: environment.timers.now + timeout) { answer.set(nil) }
        defer { timer.cancel() }
        guard let result = await answer.value else {
            throw slow("they took longer than \(Interruption.text(timeout))")
        }
        return try result.get()
    }

    private func slow(_ what: String) -> ContextError {
        ContextError(
            .invalidWrite, [], "the contribution's reducers gave no value: \(what); reducers must be quick and pure")
    }
}
