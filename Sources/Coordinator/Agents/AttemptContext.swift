import Logging

/// What an agent knows about the call it is in.
public struct AttemptContext: Sendable {
    /// The job's id.
    public let jobID: String
    /// The agent's name.
    public let agent: String
    /// The attempt's number, from 1.
    public let number: Int
    /// The same for every attempt of one run: hand it to services that must not do the work twice.
    public let idempotencyKey: String
    /// Writes with the agent's name, and the attempt's trace when a telemetry backend adds it.
    public let logger: Logger
    /// W3C propagation headers (`traceparent`, `tracestate`, `baggage`) of the attempt's span, for calls that leave
    /// the process by other ways than the tracing façade.
    public let traceHeaders: [String: String]
    private let timeLeft: @Sendable () -> Duration?
    private let onProgress: @Sendable (String?) -> Void

    init(
        jobID: String, agent: String, number: Int, idempotencyKey: String, logger: Logger,
        traceHeaders: [String: String], timeLeft: @escaping @Sendable () -> Duration?,
        onProgress: @escaping @Sendable (String?) -> Void
    ) {
        self.jobID = jobID
        self.agent = agent
        self.number = number
        self.idempotencyKey = idempotencyKey
        self.logger = logger
        self.traceHeaders = traceHeaders
        self.timeLeft = timeLeft
        self.onProgress = onProgress
    }

    /// Names this attempt in every process and log; see ``CommitRecord/attemptID``.
    public var attemptID: String { "\(jobID)/\(agent)/\(number)" }

    /// How long the attempt may still take; `nil` without a deadline, zero once it has passed.
    public var remaining: Duration? { timeLeft() }

    /// Says that the attempt is alive; an idle timeout starts anew.
    public func heartbeat() { onProgress(nil) }

    /// Says what the attempt is doing; an idle timeout starts anew.
    public func progress(_ message: String) { onProgress(message) }
}
