import Support

/// Calls reducers, which are not our code: one commit after the other, away from the coordinator's own tasks, and with a
/// limit.
final class ReducerCalls: Sendable {
    /// The threads and the time that user code runs on: whether a reducer hangs is a fact of the machine, whatever clock
    /// the job is on.
    struct Environment: Sendable {
        let executor: (any TaskExecutor)?
        let timers: any TimerService
    }

    private let timeout: Duration
    private let turn = Slots(1)

    init(timeout: Duration) { self.timeout = timeout }

    /// Does something while no other commit calls reducers.
    ///
    /// - Throws: ``ContextError`` with code `invalidWrite` when the turn does not come in time.
    func inTurn<Result>(_ environment: Environment, _ body: () async throws -> Result) async throws -> Result {
        let refusal = await turn.acquire(
            deadline: Limit(due: environment.timers.now + timeout, interruption: .queueTimeout(timeout)),
            timers: environment.timers,
            cancellation: Cancellation())
        if refusal != nil { throw slow("those of other contributions took longer than \(Interruption.text(timeout))") }
        defer { turn.release() }
        return try await body()
    }

    /// - Throws: what the reducers throw; ``ContextError`` with code `invalidWrite` when they take too long.
    func call<Value: Sendable>(
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
