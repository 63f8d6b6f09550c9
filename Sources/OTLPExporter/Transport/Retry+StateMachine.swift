import CurlClient

/// Decides the next action after each attempt to deliver one request, as the OTLP specification says.
///
/// A pure value: time and randomness come in as arguments.
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

        /// Whether no connection could be made.
        var isUnreachable: Bool {
            switch self {
            case .answered: false
            case .unanswered(let code): [.connectionRefused, .connectionFailed, .unknownHost].contains(code)
            }
        }
    }

    /// What to do after an attempt.
    enum Action: Sendable, Hashable {
        /// The server took the request.
        case accept
        /// Wait, then send again.
        case sendAgain(after: Duration)
        /// The request must not be sent again.
        case refuse
        /// The request could be sent again, but the deadline would pass first.
        case giveUp(wanted: Duration)
    }

    private enum State: Sendable, Hashable {
        case sending(attempt: Int)
        case ended
    }

    private let policy: OTLPRetryPolicy
    private var state: State

    /// - Parameter attempt: the number of the first attempt.
    init(policy: OTLPRetryPolicy, attempt: Int = 1) {
        self.policy = policy
        state = .sending(attempt: attempt)
    }

    /// The number of attempts so far, the current one included; `nil` when no further attempt is to be made.
    var attempt: Int? {
        switch state {
        case .sending(let attempt): attempt
        case .ended: nil
        }
    }

    /// Decides what follows an attempt.
    ///
    /// - Parameters:
    ///   - outcome: How the attempt ended.
    ///   - remaining: The time left until the deadline; `nil` when there is no deadline, so that it never gives up.
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

    /// Whether sending again may help: failures to connect and lost connections are temporary, while an invalid request
    /// or certificate stays invalid.
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
