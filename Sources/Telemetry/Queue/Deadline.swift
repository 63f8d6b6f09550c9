import Support

/// Runs an operation that may never return, and stops waiting for it at a deadline.
enum Deadline {
    /// Whether the operation ended in time. A task group would wait for the operation in any case, so it runs in a task
    /// of its own, which goes on unobserved after the deadline.
    static func meets(
        _ duration: Duration, clock: any Clock<Duration>, _ operation: @escaping @Sendable () async -> Void
    ) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = Once(continuation)
            let timer = Task {
                try? await clock.sleep(for: duration)
                answer.resume(returning: false)
            }
            Task {
                await operation()
                answer.resume(returning: true)
                timer.cancel()
            }
        }
    }

    private final class Once: Sendable {
        private let continuation: Locked<CheckedContinuation<Bool, Never>?>

        init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = Locked(continuation) }

        func resume(returning value: Bool) {
            continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }?.resume(returning: value)
        }
    }
}
