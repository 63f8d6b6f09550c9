import Support

/// Runs an operation that may never return, and stops waiting for it at a deadline.
enum TimeLimit {
    /// Whether the operation ended in time. It runs in a task of its own, which goes on unobserved after the deadline:
    /// a task group would wait for it in any case.
    static func meets(
        _ duration: Duration, clock: any Clock<Duration>, _ operation: @escaping @Sendable () async -> Void
    ) async -> Bool {
        let answer = OneShot<Bool>()
        let timer = Task {
            try? await clock.sleep(for: duration)
            answer.set(false)
        }
        Task {
            await operation()
            answer.set(true)
            timer.cancel()
        }
        return await answer.value
    }
}
