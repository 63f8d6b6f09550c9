import Synchronization

/// Suspends those who come to it, deaf to cancellation, until it is opened; tells when somebody has come.
package final class AsyncGate: Sendable {
    private let opening = Signal()
    private let arrival = Signal()

    package init() {}

    /// Notes an arrival and returns once the gate is open.
    package func wait() async {
        arrive()
        await opening.wait()
    }

    /// Notes an arrival of somebody who waits elsewhere.
    package func arrive() { arrival.fire() }

    /// Returns once somebody has come.
    package func waitForArrival() async { await arrival.wait() }

    /// Lets go of those who wait, and of everybody who comes later.
    package func open() { opening.fire() }
}

/// Something that happens once.
private final class Signal: Sendable {
    private let state = Mutex((hasFired: false, waiting: [CheckedContinuation<Void, Never>]()))

    func wait() async {
        await withCheckedContinuation { continuation in
            let hasFired = state.withLock { state in
                if !state.hasFired { state.waiting.append(continuation) }
                return state.hasFired
            }
            if hasFired { continuation.resume() }
        }
    }

    func fire() {
        let waiting = state.withLock { state in
            state.hasFired = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
