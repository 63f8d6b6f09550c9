import CurlClient

/// A response's body, read with a limit on how long its next piece may take.
struct TimedBody: Sendable {
    /// What came of waiting for a piece.
    enum Arrival: Sendable {
        case piece([UInt8])
        case end
        case failed(HTTPClientError)
        /// Nothing came in time; the transfer is aborted.
        case silence
    }

    /// The most bytes that are read and dropped after the end of an answer. 64 KiB.
    static let drainBytes = 64 << 10

    let body: HTTPBody

    /// - Parameters:
    ///   - limit: how long to wait; `nil` for as long as the request may take.
    ///   - isEnough: whether what has come is enough to give up waiting; asked once, when the time is over.
    func next(within limit: Duration?, isEnough: @escaping @Sendable () -> Bool = { true }) async -> Arrival {
        guard let limit else { return await read() }
        return await withTaskGroup(of: Arrival?.self) { group in
            group.addTask { await read() }
            group.addTask {
                // Throws when the task is cancelled, since a piece came or the call was given up.
                try? await Task.sleep(until: .now + limit, clock: .continuous)
                return !Task.isCancelled && isEnough() ? .silence : nil
            }
            var first: Arrival?
            for await result in group {
                first = result
                if first != nil { break }
            }
            // Ends the other child at once: an HTTP body can be given up while it is waited for.
            group.cancelAll()
            return first ?? .end
        }
    }

    /// Reads on to the end for a moment, so that the connection can be used again; a connection that stays open longer is
    /// closed when the body is released.
    func drain(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        var size = 0
        while case .piece(let bytes) = await next(within: end - .now) {
            size += bytes.count
            if size > Self.drainBytes { return }
        }
    }

    private func read() async -> Arrival {
        var iterator = body.makeAsyncIterator()
        do {
            return try await iterator.next().map { .piece($0) } ?? .end
        } catch {
            return .failed(error)
        }
    }
}
