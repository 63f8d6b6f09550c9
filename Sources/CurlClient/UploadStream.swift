import Support

/// A request body on its way from a task that makes it piece by piece to the I/O thread.
///
/// It holds the bytes that are not sent yet, at most `limit` bytes and one piece. When it is full, the task waits.
final class UploadStream: Sendable {
    /// The answer to a read by the I/O thread.
    enum Reading: Equatable {
        case bytes(Int)
        case end
        /// Ask again when the transfer is resumed.
        case notNow
        /// The body cannot be made.
        case failed
    }

    private struct State {
        var buffer: [UInt8] = []
        var sent = 0
        var end: Reading?
        var isStarved = false
        var isClosed = false
        var writer: CheckedContinuation<Bool, Never>?
    }

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) { self.limit = limit }

    /// Adds a piece and waits while the stream is full. Returns `false` when the transfer is over.
    ///
    /// - Parameter resume: called when the transfer has paused and may go on.
    func write(_ piece: [UInt8], resume: () -> Void) async -> Bool {
        await withCheckedContinuation { continuation in
            let (answer, wasStarved) = state.withLock { state -> (Bool?, Bool) in
                guard !state.isClosed else { return (false, false) }
                state.buffer += piece
                let wasStarved = state.isStarved
                state.isStarved = false
                guard state.buffer.count - state.sent >= limit else { return (true, wasStarved) }
                state.writer = continuation
                return (nil, wasStarved)
            }
            if wasStarved { resume() }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Ends the body: `.end` when it is complete, `.failed` when it cannot be made.
    func finish(_ end: Reading, resume: () -> Void) {
        let wasStarved = state.withLock { state in
            state.end = end
            defer { state.isStarved = false }
            return state.isStarved
        }
        if wasStarved { resume() }
    }

    /// For the I/O thread: the next bytes.
    func read(into target: UnsafeMutableRawBufferPointer) -> Reading {
        let (reading, writer) = state.withLock { state -> (Reading, CheckedContinuation<Bool, Never>?) in
            let count = min(target.count, state.buffer.count - state.sent)
            guard count > 0 else {
                if let end = state.end { return (end, nil) }
                state.isStarved = true
                return (.notNow, nil)
            }
            target.copyBytes(from: state.buffer[state.sent..<state.sent + count])
            state.sent += count
            if state.sent == state.buffer.count {
                state.buffer.removeAll(keepingCapacity: true)
                state.sent = 0
            }
            return (.bytes(count), state.buffer.count - state.sent < limit ? state.writer.take() : nil)
        }
        writer?.resume(returning: true)
        return reading
    }

    /// For the I/O thread: closes the stream, since the transfer is over.
    func close() {
        let writer = state.withLock { state in
            state.isClosed = true
            state.buffer = []
            state.sent = 0
            return state.writer.take()
        }
        writer?.resume(returning: false)
    }
}
