/// How long an agent may take; `nil` means no limit of that kind.
///
/// ```swift
/// let timeouts = TimeoutPolicy(attempt: .seconds(120), total: .seconds(600), idle: .seconds(30))
/// AgentTask("drafter", role: .drafter, timeouts: timeouts, agent: drafter)
/// ```
public struct TimeoutPolicy: Sendable, Hashable {
    /// One attempt, from its start to its end.
    public var attempt: Duration?
    /// The whole run, over all attempts and pauses, from when its needs were met.
    public var total: Duration?
    /// The wait for a concurrency slot.
    public var queue: Duration?
    /// The time without a heartbeat or progress within an attempt.
    public var idle: Duration?

    /// One attempt may take five minutes unless said otherwise.
    public static let defaultAttempt: Duration = .seconds(300)

    /// Sets limits.
    public init(
        attempt: Duration? = TimeoutPolicy.defaultAttempt, total: Duration? = nil, queue: Duration? = nil,
        idle: Duration? = nil
    ) {
        self.attempt = attempt
        self.total = total
        self.queue = queue
        self.idle = idle
    }
}
