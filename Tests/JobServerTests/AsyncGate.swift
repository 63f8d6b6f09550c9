#if Server
    import Support

    /// Holds those who come until it is opened, and tells when somebody has come.
    final class AsyncGate: Sendable {
        private struct State {
            var isOpen = false
            var hasArrival = false
            var waiting: [CheckedContinuation<Void, Never>] = []
            var watching: [CheckedContinuation<Void, Never>] = []
        }

        private let state = Locked(State())

        func wait() async {
            await arrive()
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func arrive() async {
            let watching = state.withLock { state in
                state.hasArrival = true
                defer { state.watching = [] }
                return state.watching
            }
            for watcher in watching { watcher.resume() }
        }

        func waitForArrival() async {
            await withCheckedContinuation { continuation in
                let hasArrival = state.withLock { state in
                    if !state.hasArrival { state.watching.append(continuation) }
                    return state.hasArrival
                }
                if hasArrival { continuation.resume() }
            }
        }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in waiting { waiter.resume() }
        }
    }
#endif
