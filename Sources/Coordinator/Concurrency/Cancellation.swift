import Support

/// The cancellation of a job, delivered to everything the job waits for: slots, pauses, attempts.
final class Cancellation: Sendable {
    private struct State {
        var interruption: Interruption?
        var handlers: [Int: @Sendable (Interruption) -> Void] = [:]
        var lastID = 0
    }

    private let state = Locked(State())

    /// Why the job was ended, if it was.
    var interruption: Interruption? { state.withLock { $0.interruption } }

    /// Ends the job; the first reason stays.
    func cancel(_ interruption: Interruption) {
        let handlers: [@Sendable (Interruption) -> Void] = state.withLock { state in
            guard state.interruption == nil else { return [] }
            state.interruption = interruption
            defer { state.handlers.removeAll() }
            return Array(state.handlers.values)
        }
        for handler in handlers { handler(interruption) }
    }

    /// Calls the handler once when the job is ended; at once if it has been ended already.
    ///
    /// - Returns: the handler's id for ``forget(_:)``.
    func onCancel(_ handler: @escaping @Sendable (Interruption) -> Void) -> Int {
        let (id, interruption): (Int, Interruption?) = state.withLock { state in
            state.lastID += 1
            if state.interruption == nil { state.handlers[state.lastID] = handler }
            return (state.lastID, state.interruption)
        }
        if let interruption { handler(interruption) }
        return id
    }

    /// Removes a handler without calling it.
    func forget(_ id: Int) { _ = state.withLock { $0.handlers.removeValue(forKey: id) } }
}
