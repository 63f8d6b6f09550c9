import Support

/// Hands commits to a backend one after the other, and stops for good once the backend's contents are unknown.
final class CommitQueue: Sendable {
    private struct State {
        var number = 0
        var isBroken = false
    }

    private let backend: any ContextBackend
    private let timeout: Duration
    private let turn = Slots(1)
    private let state = Locked(State())

    init(_ backend: any ContextBackend, timeout: Duration) {
        self.backend = backend
        self.timeout = timeout
    }

    /// Checks a commit, stores it in the backend and applies it; other commits wait meanwhile.
    ///
    /// - Parameters:
    ///   - check: throws when the commit does not fit; then the backend is not called.
    ///   - apply: makes the commit visible; cannot fail after `check` since no other commit came between.
    func commit<Receipt>(
        timers: any TimerService, _ record: (Int) -> CommitRecord, check: () throws -> Void,
        apply: () throws -> Receipt
    ) async throws -> Receipt {
        let deadline = timers.now + timeout
        let refusal = await turn.acquire(
            deadline: Limit(due: deadline, interruption: .queueTimeout(timeout)), timers: timers,
            cancellation: Cancellation())
        if refusal != nil { throw Self.unavailable("it was not this commit's turn within \(text)") }
        defer { turn.release() }
        guard !state.withLock({ $0.isBroken }) else {
            throw Self.unavailable("an earlier commit was not answered in time, so what it holds is not known")
        }
        try check()
        let number = state.withLock { $0.number + 1 }
        let answer = OneShot<Result<Void, any Error>?>()
        let record = record(number)
        // Not a child of the caller: a backend that hangs must not keep the attempt from ending.
        let call = Task { [backend] in
            do {
                try await backend.append(record)
                answer.set(.success(()))
            } catch {
                answer.set(.failure(error))
            }
        }
        let timer = timers.schedule(at: timers.now + timeout) { answer.set(nil) }
        defer { timer.cancel() }
        switch await answer.value {
        case .success:
            state.withLock { $0.number = number }
            return try apply()
        case .failure(let error): throw error
        case nil:
            state.withLock { $0.isBroken = true }
            call.cancel()
            throw Self.unavailable("commit \(number) was not answered within \(text); no commit follows it")
        }
    }

    private var text: String { Interruption.text(timeout) }

    private static func unavailable(_ message: String) -> ContextError {
        ContextError(.backendUnavailable, [], "the context's backend does not take the commit: \(message)")
    }
}
