import Support

/// A response on its way from the I/O thread to a task that reads it piece by piece.
///
/// It holds at most `limit` bytes, or one piece if that alone is larger. When it is full, the transfer pauses, the
/// connection's buffers fill, and the server waits.
final class BodyStream: Sendable {
    typealias Head = Result<HTTPResponse, HTTPClientError>
    typealias Piece = Result<[UInt8]?, HTTPClientError>

    private struct State {
        var head: CheckedContinuation<Head, Never>?
        var buffer: [UInt8] = []
        var isPaused = false
        var end: Piece?
        var reader: CheckedContinuation<Piece, Never>?
    }

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) { self.limit = limit }

    // MARK: the I/O thread's side

    /// Hands over status and header fields, once.
    func deliver(_ head: HTTPResponse) {
        take { $0.head.take() }?.resume(returning: .success(head))
    }

    /// Takes a piece of the body. Returns `false` when there is no room; the transfer must then pause until it is
    /// resumed.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let reader: CheckedContinuation<Piece, Never>?
        let hasRoom: Bool
        (reader, hasRoom) = state.withLock { state in
            if let reader = state.reader.take() { return (reader, true) }
            guard state.buffer.isEmpty || bytes.count <= limit - state.buffer.count else {
                state.isPaused = true
                return (nil, false)
            }
            state.buffer.append(contentsOf: bytes)
            return (nil, true)
        }
        reader?.resume(returning: .success(Array(bytes)))
        return hasRoom
    }

    /// Ends the stream; what is buffered can still be read.
    func finish(_ result: Head) {
        let head = take { state in state.head.take() }
        let reader = take { state -> CheckedContinuation<Piece, Never>? in
            switch result {
            case .success: state.end = .success(nil)
            case .failure(let error): state.end = .failure(error)
            }
            return state.reader.take()
        }
        head?.resume(returning: result)
        reader?.resume(returning: result.map { _ in nil })
    }

    // MARK: the reader's side

    /// Keeps the continuation of the task that waits for the head; call it before the transfer is submitted.
    func keep(head: CheckedContinuation<Head, Never>) { state.withLock { $0.head = head } }

    /// All bytes that have come in, or the next piece when none have; `nil` at the end. Only one task may read at a
    /// time; a second one gets an error.
    ///
    /// - Parameter resume: called when the transfer has paused and may go on.
    func next(resume: () -> Void) async -> Piece {
        await withCheckedContinuation { continuation in
            let (piece, wasPaused) = state.withLock { state -> (Piece?, Bool) in
                let wasPaused = state.isPaused
                state.isPaused = false
                if !state.buffer.isEmpty {
                    let bytes = state.buffer
                    state.buffer = []
                    return (.success(bytes), wasPaused)
                }
                if let end = state.end { return (end, wasPaused) }
                if state.reader != nil {
                    return (
                        .failure(HTTPClientError(.invalidRequest, "two tasks read one response: let one of them read")),
                        wasPaused
                    )
                }
                state.reader = continuation
                return (nil, wasPaused)
            }
            if let piece { continuation.resume(returning: piece) }
            if wasPaused { resume() }
        }
    }

    private func take<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }
}
