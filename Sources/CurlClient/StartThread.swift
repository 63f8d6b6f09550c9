import Glibc

/// A closure on its way to a new thread.
private final class ThreadBody {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs a closure on a thread of its own, detached, with every signal blocked: libcurl's writes to closed connections
/// raise SIGPIPE on the thread that writes, and the process's other signals belong to its other threads.
func startThread(_ run: @escaping @Sendable () -> Void) throws(HTTPClientError) {
    let context = Unmanaged.passRetained(ThreadBody(run: run))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            let body = Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
            var signals = sigset_t()
            if sigfillset(&signals) == 0, pthread_sigmask(SIG_BLOCK, &signals, nil) == 0 { body.run() }
            return nil
        }, context.toOpaque())
    guard result == 0 else {
        context.release()
        throw HTTPClientError(.system, "no thread for the HTTP client: \(String(cString: strerror(result)))")
    }
    // Fails only for a thread that is gone or detached already.
    _ = pthread_detach(thread)
}
