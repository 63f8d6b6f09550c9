import Support

/// The pauses between attempts to deliver batches. A flush ends the pauses that the receiver did not ask for.
final class RetryPauses: Sendable {
    private struct State {
        var pauses: [Int: Task<Void, any Error>] = [:]
        var next = 0
    }

    private let clock: any Clock<Duration>
    private let state = Locked(State())

    init(clock: any Clock<Duration>) { self.clock = clock }

    /// Waits until the time has passed, ``end()`` is called, or the calling task is cancelled.
    ///
    /// - Parameter isDemanded: whether the receiver asked for the pause; ``end()`` then leaves it alone.
    func pause(for duration: Duration, isDemanded: Bool) async {
        let clock = clock
        let sleep = Task { try await clock.sleep(for: duration) }
        let number = state.withLock { state in
            state.next += 1
            if !isDemanded { state.pauses[state.next] = sleep }
            return state.next
        }
        await withTaskCancellationHandler {
            _ = await sleep.result
        } onCancel: {
            sleep.cancel()
        }
        state.withLock { $0.pauses[number] = nil }
    }

    /// Ends the pauses that the receiver did not ask for.
    func end() {
        for pause in state.withLock({ $0.pauses.values.map(\.self) }) { pause.cancel() }
    }
}
