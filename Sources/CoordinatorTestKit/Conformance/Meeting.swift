import Support

/// A barrier: callers wait until all have arrived; later callers do not wait.
final class Meeting: Sendable {
    private let state: Locked<(missing: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(of count: Int) { state = Locked((count, [])) }

    /// Waits until all have arrived.
    func arrive() async {
        await withCheckedContinuation { continuation in
            let everybody: [CheckedContinuation<Void, Never>] = state.withLock { state in
                state.missing -= 1
                state.waiting.append(continuation)
                guard state.missing <= 0 else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for one in everybody { one.resume() }
        }
    }
}
