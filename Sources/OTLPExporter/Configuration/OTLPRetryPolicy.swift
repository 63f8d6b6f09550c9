/// How long the exporter waits between attempts to deliver one request.
///
/// The wait before attempt n + 1 is `d · (1 − jitter · U(0,1))` with `d = min(cap, initial · multiplier^(n−1))`; a
/// server's `Retry-After` extends it, never shortens it. Attempts go on until the batch's deadline.
public struct OTLPRetryPolicy: Sendable, Hashable {
    /// The first wait. The default is half a second.
    public var initial: Duration
    /// The factor from one wait to the next, at least 1. The default is 2.
    public var multiplier: Double
    /// The longest wait before jitter. The default is 30 seconds.
    public var cap: Duration
    /// The share of the wait that is random, 0 to 1. The default is one half.
    public var jitter: Double

    /// Makes a policy.
    public init(
        initial: Duration = .milliseconds(500), multiplier: Double = 2, cap: Duration = .seconds(30),
        jitter: Double = 0.5
    ) {
        self.initial = initial
        self.multiplier = multiplier
        self.cap = cap
        self.jitter = jitter
    }

    /// The wait after the given number of failed attempts, from 1; `random` is in 0..<1.
    func wait(afterAttempts attempts: Int, random: Double) -> Duration {
        var base = min(cap, max(.zero, initial))
        for _ in stride(from: 1, to: attempts, by: 1) {
            let grown = base * max(1, multiplier)
            // Once at the cap, or at zero, more rounds change nothing.
            if grown == base { break }
            base = min(cap, grown)
        }
        return base * (1 - min(max(jitter, 0), 1) * random)
    }
}
