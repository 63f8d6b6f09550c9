import Support
import Synchronization

/// The connection to the I/O thread: an inbox that any task fills and the thread empties.
final class TransferLoop: Sendable {
    /// The requests to the thread since it last took the inbox.
    struct Inbox {
        var submitted: [PendingTransfer] = []
        var cancelled: [PendingTransfer.Identifier] = []
        var resumed: [PendingTransfer.Identifier] = []
        var isStopping = false
    }

    private enum Phase {
        case idle, running, ended
    }

    private struct State {
        var phase = Phase.idle
        var inbox = Inbox()
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: HTTPClientConfiguration
    let multi: MultiHandle
    private let state = Locked(State())
    private let identifiers = Atomic<PendingTransfer.Identifier>(0)

    init(configuration: HTTPClientConfiguration) throws(HTTPClientError) {
        self.configuration = configuration
        multi = try MultiHandle(maximumConnections: max(1, configuration.maximumConcurrentRequests))
    }

    /// Starts the thread, which keeps the loop alive until it is stopped.
    func start() throws(HTTPClientError) {
        state.withLock { $0.phase = .running }
        // Signals are blocked: libcurl's writes to closed connections raise SIGPIPE on the thread that writes.
        let status = DetachedThread.start(blockingSignals: true) { TransferThread(loop: self).run() }
        guard status == 0 else {
            state.withLock { $0.phase = .ended }
            throw HTTPClientError(.system, "no thread for the HTTP client: \(SystemError(status))")
        }
    }

    func nextIdentifier() -> PendingTransfer.Identifier {
        identifiers.add(1, ordering: .relaxed).newValue
    }

    /// Hands a transfer to the thread. When the loop has ended, the transfer fails at once.
    func submit(_ pending: PendingTransfer) {
        let isAccepted = post { $0.submitted.append(pending) }
        if !isAccepted { pending.finish(.failure(.wasShutDown)) }
    }

    /// Asks the thread to end a transfer; does nothing for one that has finished.
    func cancel(_ identifier: PendingTransfer.Identifier) {
        _ = post { $0.cancelled.append(identifier) }
    }

    /// Asks the thread to go on with a paused transfer.
    func resume(_ identifier: PendingTransfer.Identifier) {
        _ = post { $0.resumed.append(identifier) }
    }

    /// Asks the thread to end.
    func stop() {
        _ = post { $0.isStopping = true }
    }

    /// Adds to the inbox and wakes the thread. Returns `false` when the thread has ended or is about to end.
    private func post(_ write: (inout Inbox) -> Void) -> Bool {
        state.withLock { state in
            guard state.phase == .running, !state.inbox.isStopping else { return false }
            write(&state.inbox)
            // Called under the lock, so that the multi handle is not closed meanwhile.
            multi.wake()
            return true
        }
    }

    /// Asks the thread to end and waits until it has.
    func stopAndWait() async {
        stop()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                guard state.phase == .running else { return true }
                state.waitingForEnd.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// For the thread: takes the requests since the last call.
    func takeInbox() -> Inbox {
        state.withLock { state in
            let inbox = state.inbox
            state.inbox = Inbox(isStopping: inbox.isStopping)
            return inbox
        }
    }

    /// For the thread: ends the loop and closes all connections. Call it last; it returns the transfers that arrived
    /// too late, which the caller must finish.
    func end() -> [PendingTransfer] {
        let (late, waiting) = state.withLock { state in
            multi.close()
            let late = state.inbox.submitted
            let waiting = state.waitingForEnd
            state = State(phase: .ended, inbox: Inbox(isStopping: true))
            return (late, waiting)
        }
        for continuation in waiting { continuation.resume() }
        return late
    }
}

extension HTTPClientError {
    static let wasShutDown = HTTPClientError(.shutDown, "the HTTP client was shut down before the request was over")
}
