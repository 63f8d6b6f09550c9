import Glibc

/// Starts threads of the system's own that are detached: they cannot be joined.
package enum DetachedThread {
    /// Runs a closure on a new thread.
    ///
    /// - Parameters:
    ///   - blockingSignals: whether the thread gets none of the process's signals. Without it, a thread that writes to
    ///     a closed connection ends the process by SIGPIPE.
    ///   - body: what to run.
    /// - Returns: 0, or the error of `pthread_create(3)`: `EAGAIN` when the system has no more threads to give.
    package static func start(blockingSignals: Bool = false, _ body: @escaping @Sendable () -> Void) -> Int32 {
        let start = Unmanaged.passRetained(ThreadStart(blockingSignals, body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            return status
        }
        // Fails only for a thread that is gone or detached already.
        _ = pthread_detach(thread)
        return 0
    }
}

/// The closure of a new thread, kept alive until the thread runs it.
private final class ThreadStart: Sendable {
    private let blocksSignals: Bool
    private let body: @Sendable () -> Void

    init(_ blocksSignals: Bool, _ body: @escaping @Sendable () -> Void) {
        self.blocksSignals = blocksSignals
        self.body = body
    }

    func run() {
        var signals = sigset_t()
        if blocksSignals, sigfillset(&signals) != 0 || pthread_sigmask(SIG_BLOCK, &signals, nil) != 0 { return }
        body()
    }
}
