import Synchronization

/// Suspends those who come to it, deaf to cancellation, until it is opened; tells when somebody has come.
package final class AsyncGate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))
    private let arrived = Atomic(false)

    package init() {}

    /// Notes an arrival and returns once the gate is open.
    package func wait() async {
        arrive()
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Notes an arrival of somebody who waits elsewhere.
    package func arrive() { arrived.store(true, ordering: .releasing) }

    /// Returns once somebody has come.
    package func waitForArrival(fileID: String = #fileID, line: Int = #line) async throws {
        try await eventually(fileID: fileID, line: line) { arrived.load(ordering: .acquiring) }
    }

    /// Lets go of those who wait, and of everybody who comes later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
