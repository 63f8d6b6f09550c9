import Dispatch
import Glibc
import Support

/// The writing end of a pipe, for a writer that never waits: what the reader has no room for is kept, up to a limit, and
/// written when there is room.
///
/// Whoever uses it keeps the pipe's reading end open until this end is closed, so that no write raises SIGPIPE.
final class PipeWriter: Sendable {
    private struct State {
        var descriptor: Int32
        /// What is still to be written, from `start`.
        var waiting: [UInt8] = []
        var start = 0
        /// Tells of room in the pipe; only while something waits.
        var room: (any DispatchSourceWrite)?
    }

    private let limit: Int
    private let state: Locked<State>

    /// - Parameters:
    ///   - descriptor: the end, which must not block; it is closed here.
    ///   - limit: the most bytes that wait.
    init(_ descriptor: Int32, limit: Int) {
        self.limit = limit
        state = Locked(State(descriptor: descriptor))
    }

    deinit { close() }

    /// Writes bytes, or keeps them.
    ///
    /// - Returns: `false` where nothing of them is written: this end is closed, or too much waits.
    func write(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            guard state.descriptor >= 0, bytes.count <= limit - (state.waiting.count - state.start) else {
                return false
            }
            state.waiting.append(contentsOf: bytes)
            flush(&state)
            return state.descriptor >= 0
        }
    }

    /// Closes this end: the reader finds the end of its input. What still waits is dropped.
    func close() { state.withLock { Self.close(&$0) } }

    private static func close(_ state: inout State) {
        guard state.descriptor >= 0 else { return }
        state.room?.cancel()
        Glibc.close(state.descriptor)
        state = State(descriptor: -1)
    }

    private func flush(_ state: inout State) {
        while state.start < state.waiting.count {
            let count = state.waiting[state.start...].withUnsafeBytes {
                Glibc.write(state.descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                state.start += count
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                return waitForRoom(&state)
            } else {
                return Self.close(&state)
            }
        }
        state.waiting.removeAll()
        state.start = 0
        state.room?.cancel()
        state.room = nil
    }

    private func waitForRoom(_ state: inout State) {
        // What was written is dropped rarely: each time moves what still waits.
        if state.start > state.waiting.count / 2 {
            state.waiting.removeFirst(state.start)
            state.start = 0
        }
        guard state.room == nil else { return }
        // The source needs a descriptor that stays open until its cancel handler has run.
        let own = fcntl(state.descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return Self.close(&state) }
        let source = DispatchSource.makeWriteSource(fileDescriptor: own)
        source.setEventHandler { [weak self] in self?.roomCame() }
        source.setCancelHandler { Glibc.close(own) }
        state.room = source
        source.activate()
    }

    private func roomCame() {
        state.withLock { state in
            if state.descriptor >= 0 { flush(&state) }
        }
    }
}
