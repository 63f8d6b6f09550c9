/// A log line that is an event: its text is its name, and everything else is in its attributes.
public struct LogEventDefinition: Sendable, Hashable {
    /// One of ``EventName``.
    public let name: String
    /// `INFO`, `WARN` or `ERROR`.
    public let severity: String
    /// What happened.
    public let description: String
    /// The attributes of the line.
    public let attributes: [String]
}

/// Every event that is logged. Each carries the ids of the trace and of the span it happened in.
public enum LogEvents {
    private typealias Key = AttributeKey

    /// An agent threw.
    public static let agentException = LogEventDefinition(
        name: EventName.agentException, severity: "WARN",
        description: "An attempt failed: the agent threw, or its output was refused.",
        attributes: [Key.agentName, Key.attemptNumber, Key.exceptionType, Key.exceptionMessage])
    /// Another attempt will follow.
    public static let retryScheduled = LogEventDefinition(
        name: EventName.retryScheduled, severity: "INFO",
        description: "Another attempt will follow after a pause.",
        attributes: [Key.agentName, Key.errorType, Key.attemptBackoff])
    /// A breaker changed its state.
    public static let breakerStateChanged = LogEventDefinition(
        name: EventName.breakerStateChanged, severity: "WARN",
        description: "A circuit breaker went to another state.",
        attributes: [Key.agentName, Key.resource, Key.breakerTo])
    /// Two writers wrote one field.
    public static let contextConflict = LogEventDefinition(
        name: EventName.contextConflict, severity: "WARN",
        description: "Another writer was first on a field that allows one.",
        attributes: [Key.agentName, Key.attemptNumber])
    /// A job's journal did not keep what happened.
    public static let jobStopped = LogEventDefinition(
        name: EventName.jobStopped, severity: "ERROR",
        description: "A job stopped where it is, since its journal did not keep what happened.",
        attributes: [Key.jobID, Key.errorType, Key.exceptionMessage])
    /// A model's service refuses options.
    public static let optionsRefused = LogEventDefinition(
        name: EventName.optionsRefused, severity: "INFO",
        description: "A model's service refuses options by name; they are left out from now on.",
        attributes: [Key.requestModel, Key.serverAddress, Key.leftOutOptions])
    /// An answer without its end mark.
    public static let endMarkMissing = LogEventDefinition(
        name: EventName.endMarkMissing, severity: "WARN",
        description: "A model's answer came without an end mark; it is whole, and used.",
        attributes: [Key.requestModel, Key.serverAddress])
    /// A verdict.
    public static let evaluation = LogEventDefinition(
        name: EventName.evaluation, severity: "INFO",
        description: "A validator's verdict on a requirement, and on the change as a whole.",
        attributes: [
            Key.agentName, Key.evaluationName, Key.evaluationScore, Key.evaluationLabel, Key.evaluationExplanation,
        ])

    /// Every event, in the order in which they are documented.
    public static let all = [
        agentException, retryScheduled, breakerStateChanged, contextConflict, jobStopped, optionsRefused,
        endMarkMissing, evaluation,
    ]
}
