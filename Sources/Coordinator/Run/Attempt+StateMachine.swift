/// One attempt from its call to the end of its code.
///
/// ```
///            code returned              commit ended
/// running ───────────────► committing ───────────────► ended
///    │
///    │ interrupted         code ended, late write dropped
///    ├───────────────► cancelling ───────────────────────► ended
///                          │ grace passed                    ▲
///                          └──────────────► abandoned ───────┘ code ended
/// ```
/// From `cancelling` on the lease is closed: a contribution that the code returns is dropped, and code that no thread
/// has started yet is not called any more.
struct AttemptStateMachine: Sendable {
    private enum State: Sendable {
        case running
        case committing
        case cancelling(Interruption)
        case abandoned
        case ended
    }

    /// The next step of the caller.
    enum Action: Sendable {
        case nothing
        /// Call the agent's code.
        case callCode
        /// Hand what the code returned to the driver, which commits or classifies it.
        case deliver
        /// Check the heartbeat again at this instant.
        case checkHeartbeat(at: Duration)
        /// Cancel the code and give it the grace to end.
        case cancelCode
        /// Finish the attempt; its code has ended.
        case finish(Interruption, lateWrite: Bool)
        /// Finish the attempt; its code still runs.
        case finishAbandoned(Interruption)
        /// The code of a finished attempt ended.
        case codeEnded(lateWrite: Bool)
    }

    private var state = State.running

    /// A thread starts the agent's code.
    mutating func codeStarts() -> Action {
        switch state {
        case .running: return .callCode
        // The run may have ended or been retried already: code that is not called counts as ended without a write.
        case .committing, .cancelling, .abandoned, .ended: return codeEnded(wrote: false)
        }
    }

    /// The agent's code returned or threw.
    mutating func codeEnded(wrote: Bool) -> Action {
        switch state {
        case .running:
            state = .committing
            return .deliver
        case .cancelling(let interruption):
            state = .ended
            return .finish(interruption, lateWrite: wrote)
        case .abandoned:
            state = .ended
            return .codeEnded(lateWrite: wrote)
        case .committing, .ended: return .nothing
        }
    }

    /// A deadline passed or the job was cancelled.
    mutating func interrupted(_ interruption: Interruption) -> Action {
        switch state {
        case .running:
            state = .cancelling(interruption)
            return .cancelCode
        case .committing, .cancelling, .abandoned, .ended: return .nothing
        }
    }

    /// The idle timeout may have passed.
    ///
    /// - Parameters:
    ///   - now: the instant.
    ///   - due: when it passes, counted from the latest heartbeat.
    ///   - limit: the length of the idle timeout.
    mutating func heartbeatChecked(at now: Duration, due: Duration, limit: Duration) -> Action {
        switch state {
        case .running: now >= due ? interrupted(.idle(limit)) : .checkHeartbeat(at: due)
        case .committing, .cancelling, .abandoned, .ended: .nothing
        }
    }

    /// The grace of cancelled code has passed.
    mutating func gracePassed() -> Action {
        switch state {
        case .cancelling(let interruption):
            state = .abandoned
            return .finishAbandoned(interruption)
        case .running, .committing, .abandoned, .ended: return .nothing
        }
    }
}
