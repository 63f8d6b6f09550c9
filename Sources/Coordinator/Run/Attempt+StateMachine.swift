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
/// From `cancelling` on the lease is closed: what the code returns is dropped.
struct AttemptStateMachine: Sendable {
    private enum State: Sendable {
        case running
        case committing
        case cancelling(Interruption)
        case abandoned
        case ended
    }

    /// What the caller must do.
    enum Action: Sendable {
        case nothing
        /// Hand what the code returned to the driver, which commits or classifies it.
        case deliver
        /// Cancel the code and give it a moment to end.
        case cancelCode
        /// Settle the attempt; its code has ended.
        case settle(Interruption, lateWrite: Bool)
        /// Settle the attempt; its code still runs.
        case settleAbandoned(Interruption)
        /// The code of a settled attempt ended.
        case codeEnded(lateWrite: Bool)
    }

    private var state = State.running

    /// The agent's code returned or threw.
    mutating func codeEnded(wrote: Bool) -> Action {
        switch state {
        case .running:
            state = .committing
            return .deliver
        case .cancelling(let interruption):
            state = .ended
            return .settle(interruption, lateWrite: wrote)
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

    /// The moment given to cancelled code is over.
    mutating func gracePassed() -> Action {
        switch state {
        case .cancelling(let interruption):
            state = .abandoned
            return .settleAbandoned(interruption)
        case .running, .committing, .abandoned, .ended: return .nothing
        }
    }
}
