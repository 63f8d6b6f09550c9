import CurlClient

/// Decides what follows each attempt to deliver one request, as the OTLP specification says.
///
/// A pure value: time and randomness come in as arguments, the answer is an action.
struct RetryStateMachine: Sendable {
    /// How one attempt ended.
    enum Outcome: Sendable, Hashable {
        /// The server answered.
        case answered(status: Int, retryAfter: Duration?)
        /// There is no complete answer.
        case unanswered(HTTPClientError.Code)

        /// Whether the server said how long to wait.
        var hasDemandedWait: Bool {
            switch self {
            case .answered(_, let retryAfter): retryAfter != nil
            case .unanswered: false
            }
        }

        /// Whether not even a connection could be had.
        var isUnreachable: Bool {
            switch self {
            case .answered: false
            case .unanswered(let code): [.connectionRefused, .connectionFailed, .unknownHost].contains(code)
            }
        }
    }

    /// What to do now.
    enum Action: Sendable, Hashable {
        /// The server took the request.
        case accept
        /// Wait, then send again.
        case sendAgain(after: Duration)
        /// Sending again would be wrong.
        case refuse
        /// Sending again would be right, but the deadline would pass first.
        case giveUp(wanted: Duration)
    }

    private enum State: Sendable, Hashable {
        case sending(attempt: Int)
        case ended
    }

    private let policy: OTLPRetryPolicy
    private var state: State

    /// - Parameter attempt: the number of the attempt that comes first.
    init(policy: OTLPRetryPolicy, attempt: Int = 1) {
        self.policy = policy
        state = .sending(attempt: attempt)
    }

    /// How many attempts were made, the one under way included; `nil` once there is to be none.
    var attempt: Int? {
        switch state {
        case .sending(let attempt): attempt
        case .ended: nil
        }
    }

    /// Takes the end of an attempt.
    ///
    /// - Parameters:
    ///   - outcome: How it ended.
    ///   - remaining: The time left until the deadline; `nil` when there is none, and so no giving up.
    ///   - random: A number in 0..<1.
    mutating func attemptEnded(_ outcome: Outcome, remaining: Duration?, random: Double) -> Action {
        guard case .sending(let attempt) = state else { return .refuse }
        switch outcome {
        case .answered(status: 200..<300, _):
            state = .ended
            return .accept
        case .answered(let status, let retryAfter) where Self.isRetryable(status):
            return sendAgain(attempt, atLeast: retryAfter ?? .zero, remaining, random)
        case .unanswered(let code) where Self.isRetryable(code):
            return sendAgain(attempt, atLeast: .zero, remaining, random)
        case .answered, .unanswered:
            state = .ended
            return .refuse
        }
    }

    private mutating func sendAgain(
        _ attempt: Int, atLeast least: Duration, _ remaining: Duration?, _ random: Double
    ) -> Action {
        let wait = max(least, policy.wait(afterAttempts: attempt, random: random))
        if let remaining, wait >= remaining {
            state = .ended
            return .giveUp(wanted: wait)
        }
        state = .sending(attempt: attempt + 1)
        return .sendAgain(after: wait)
    }

    private static func isRetryable(_ status: Int) -> Bool {
        switch status {
        case 429, 502, 503, 504: true
        default: false
        }
    }

    /// Failures to connect and lost connections pass; what is wrong with the request or with trust stays wrong.
    private static func isRetryable(_ code: HTTPClientError.Code) -> Bool {
        switch code {
        case .connectionRefused, .connectionFailed, .connectionLost, .connectTimeout, .unknownHost, .timeout,
            .queueFull:
            true
        default:
            false
        }
    }
}
