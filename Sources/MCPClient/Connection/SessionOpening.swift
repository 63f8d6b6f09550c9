import Support

/// A session on its way: made by one task, waited for by any number.
final class SessionOpening: Sendable {
    private struct State {
        var result: Result<MCPSession, MCPError>?
        var waiting: [Int: OneShot<Result<MCPSession, MCPError>>] = [:]
        var next = 0
        var task: Task<Void, Never>?
    }

    private let state = Locked(State())

    /// - Parameter make: makes the session.
    init(_ make: @escaping @Sendable () async -> Result<MCPSession, MCPError>) {
        let task = Task { [weak self] in
            let result = await make()
            guard let self else {
                // Nobody waits any more.
                if case .success(let session) = result { await session.close() }
                return
            }
            finish(result)
        }
        state.withLock { $0.task = task }
    }

    deinit { state.withLock { $0.task }?.cancel() }

    /// What came of it; `nil` while it is not decided.
    var current: Result<MCPSession, MCPError>? { state.withLock { $0.result } }

    /// Waits for the session.
    func session(until deadline: ContinuousClock.Instant) async throws(MCPError) -> MCPSession {
        let answer = OneShot<Result<MCPSession, MCPError>>()
        let (number, known) = state.withLock { state in
            state.next += 1
            if state.result == nil { state.waiting[state.next] = answer }
            return (state.next, state.result)
        }
        if let known { return try known.get() }
        let timer = Task {
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            answer.set(.failure(MCPError(.timeout, "was not ready in time")))
        }
        let result = await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            answer.set(.failure(MCPError(.cancelled, "was not waited for: the task was cancelled")))
        }
        timer.cancel()
        state.withLock { _ = $0.waiting.removeValue(forKey: number) }
        return try result.get()
    }

    /// Gives the session up, or ends it, and waits for its end.
    func close() async {
        let task = state.withLock { $0.task }
        task?.cancel()
        await task?.value
        if case .success(let session)? = current { await session.close() }
    }

    private func finish(_ result: Result<MCPSession, MCPError>) {
        let waiting = state.withLock { state in
            state.result = result
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for answer in waiting { answer.set(result) }
    }
}
