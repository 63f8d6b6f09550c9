import Support

/// How often and after which pauses a failed attempt is repeated.
///
/// The pause before retry n (from 1) is d(n) = min(cap, initial · multiplier^(n−1)), shortened at random to
/// d · (1 − jitter · U(0,1)). A retry-after of the failing side extends it and never shortens it.
///
/// ```swift
/// let retry = RetryPolicy(maxRetries: 3, initial: .seconds(1), jitter: 1)
/// AgentTask("drafter", role: .drafter, retry: retry, agent: drafter)
/// ```
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts after the first; 0 or more.
    public var maxRetries: Int
    /// The first pause.
    public var initial: Duration
    /// How much longer each pause is than the one before; 1 or more.
    public var multiplier: Double
    /// The longest pause.
    public var cap: Duration
    /// The share of a pause that is left to chance, 0 to 1.
    public var jitter: Double

    /// The longest pause that a failing side may ask for. Whoever is asked to wait longer fails at once: a run that sleeps
    /// for years is no run, and figures such as 99999999999 come from faults.
    public static let longestRetryAfter: Duration = .seconds(24 * 3600)

    /// Sets a policy; by default 0.5 s, 1 s, 2 s … up to 30 s without jitter.
    public init(
        maxRetries: Int = 0, initial: Duration = .milliseconds(500), multiplier: Double = 2,
        cap: Duration = .seconds(30),
        jitter: Double = 0
    ) {
        self.maxRetries = max(0, maxRetries)
        self.initial = max(.zero, initial)
        self.multiplier = max(1, multiplier)
        self.cap = max(.zero, cap)
        self.jitter = min(1, max(0, jitter))
    }

    /// The pause before a retry.
    ///
    /// - Parameters:
    ///   - retry: the retry's number, from 1.
    ///   - retryAfter: the pause that the failing side asked for.
    ///   - uniform: a random number from 0 up to, not including, 1.
    public func delay(beforeRetry retry: Int, retryAfter: Duration? = nil, uniform: Double) -> Duration {
        var full = initial
        for _ in 1..<max(1, retry) {
            full = full.multipliedSaturated(by: multiplier)
            if full >= cap { break }
        }
        let pause = min(cap, full) * (1 - jitter * uniform)
        return max(pause, retryAfter ?? .zero)
    }
}
