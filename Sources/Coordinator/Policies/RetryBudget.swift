import Support

/// Keeps retries of a shared runtime from multiplying an outage.
///
/// A failed attempt takes a token, a success gives a tenth back; retries are allowed while more than half the tokens
/// are there. The numbers are gRPC's (proposal A6, retry throttling).
///
/// ```swift
/// let runtime = CoordinatorRuntime(.init(retryBudget: RetryBudgetPolicy(tokens: 20)))
/// ```
public struct RetryBudgetPolicy: Sendable, Hashable {
    /// Tokens at the start and at most.
    public var tokens: Double
    /// The tokens that a success gives back.
    public var successCredit: Double
    /// The number of attempts before the budget refuses anything.
    public var minimumAttempts: Int

    /// Sets a budget: 10 tokens, a tenth back per success, from 10 attempts on.
    public init(tokens: Double = 10, successCredit: Double = 0.1, minimumAttempts: Int = 10) {
        self.tokens = tokens
        self.successCredit = successCredit
        self.minimumAttempts = minimumAttempts
    }
}

/// The tokens of one runtime.
final class RetryBudget: Sendable {
    private let policy: RetryBudgetPolicy
    private let state: Locked<(tokens: Double, attempts: Int)>

    init(_ policy: RetryBudgetPolicy) {
        self.policy = policy
        state = Locked((policy.tokens, 0))
    }

    func report(succeeded: Bool) {
        state.withLock { state in
            state.attempts += 1
            let change = succeeded ? policy.successCredit : -1
            state.tokens = min(policy.tokens, max(0, state.tokens + change))
        }
    }

    var allowsRetry: Bool {
        state.withLock { $0.attempts < policy.minimumAttempts || $0.tokens > policy.tokens / 2 }
    }
}
