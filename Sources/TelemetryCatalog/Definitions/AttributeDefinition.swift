/// One attribute: its key, where its name comes from, and what its value is.
public struct AttributeDefinition: Sendable, Hashable {
    /// Where its name comes from.
    public enum Origin: String, Sendable, Hashable {
        /// The OpenTelemetry conventions for generative AI.
        case genAI = "GenAI"
        /// The general OpenTelemetry conventions.
        case general = "OpenTelemetry"
        /// OpenInference.
        case openInference = "OpenInference"
        /// Coordinator.
        case own = "Coordinator"
    }

    /// The key; one of ``AttributeKey``.
    public let key: String
    /// Where its name comes from.
    public let origin: Origin
    /// What the value is, its unit, and the values there are.
    public let description: String

    init(_ key: String, _ origin: Origin, _ description: String) {
        self.key = key
        self.origin = origin
        self.description = description
    }
}

/// The definitions of all attributes.
public enum Attributes {
    private typealias Key = AttributeKey

    private static func list(_ values: [String]) -> String { values.joined(separator: ", ") }

    /// Every attribute, in the order of ``AttributeKey/all``.
    public static let all: [AttributeDefinition] = conventional + sdk + own

    private static let conventional = [
        AttributeDefinition(
            Key.operationName, .genAI, "What is done: \(SpanName.workflow), \(SpanName.agent), \(SpanName.chat)."),
        AttributeDefinition(Key.workflowName, .genAI, "The job file's `workflow`; low-cardinality."),
        AttributeDefinition(Key.agentName, .genAI, "The agent's name as registered; low-cardinality."),
        AttributeDefinition(Key.providerName, .genAI, "The company or product that serves the model."),
        AttributeDefinition(Key.requestModel, .genAI, "The model that was asked for."),
        AttributeDefinition(Key.responseModel, .genAI, "The model that answered."),
        AttributeDefinition(Key.inputTokens, .genAI, "Tokens sent to the model."),
        AttributeDefinition(Key.outputTokens, .genAI, "Tokens the model produced."),
        AttributeDefinition(
            Key.inputMessages, .genAI,
            "The prompt, as a JSON list of messages; only where OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is true, and "
                + "cut."),
        AttributeDefinition(Key.outputMessages, .genAI, "The answer, likewise."),
        AttributeDefinition(
            Key.errorType, .general,
            "Why it failed; absent on success. \(list(ErrorType.all)), and the names of an application's error types. "
                + "The same on span, metric and log."),
        AttributeDefinition(Key.exceptionMessage, .general, "The error's text; on logs only."),
        AttributeDefinition(Key.exceptionType, .general, "The error's type; on logs only."),
        AttributeDefinition(Key.serverAddress, .general, "The host an outgoing call went to."),
        AttributeDefinition(Key.serverPort, .general, "The port an outgoing call went to."),
        AttributeDefinition(
            Key.httpStatusCode, .general, "The status code of the collector's answer; absent when there was none."),
        AttributeDefinition(
            Key.openInferenceSpanKind, .openInference, "CHAIN on a job's span, so that its viewers group the job."),
    ]

    private static let sdk = [
        AttributeDefinition(Key.componentType, .general, "The type of a part of the SDK: batching_span_processor, …"),
        AttributeDefinition(Key.componentName, .general, "The name of a part of the SDK: batching_span_processor/0, …"),
        AttributeDefinition(
            Key.metricOverflow, .general, "true on the series that collects the points beyond the cardinality limit."),
        AttributeDefinition(Key.spanParentOrigin, .general, "Where a span's parent lives: none, local, remote."),
        AttributeDefinition(Key.spanSamplingResult, .general, "What the sampler decided: DROP, RECORD_AND_SAMPLE."),
    ]

    private static let own = [
        AttributeDefinition(Key.jobID, .own, "The job's id; on spans and logs only."),
        AttributeDefinition(Key.jobStatus, .own, "How the job ended: \(list(JobStatusName.all))."),
        AttributeDefinition(Key.agentCount, .own, "How many agents the job has."),
        AttributeDefinition(Key.agentRole, .own, "The role the agent runs under."),
        AttributeDefinition(Key.attemptCount, .own, "How many attempts the run took."),
        AttributeDefinition(Key.attemptNumber, .own, "The attempt's number, from 1; on spans and logs only."),
        AttributeDefinition(Key.attemptKind, .own, "Whether the attempt was the first or a retry: first, retry."),
        AttributeDefinition(Key.attemptTimeout, .own, "Seconds the attempt may take."),
        AttributeDefinition(Key.attemptBackoff, .own, "Seconds waited before the attempt, or to be waited."),
        AttributeDefinition(
            Key.attemptAbandoned, .own, "Whether the agent's code still ran when the attempt ended."),
        AttributeDefinition(Key.contextVersion, .own, "The blackboard's version the attempt saw; on spans only."),
        AttributeDefinition(Key.contextVersionFrom, .own, "The blackboard's version before the commit."),
        AttributeDefinition(Key.contextVersionTo, .own, "The blackboard's version after the commit."),
        AttributeDefinition(Key.contextChangedKeys, .own, "How many paths the commit changed."),
        AttributeDefinition(
            Key.contextCommitResult, .own,
            "How the commit ended: "
                + "\(list([CommitResultName.applied, CommitResultName.conflict, CommitResultName.rejected]))."),
        AttributeDefinition(Key.outcome, .own, "How the run or attempt ended: \(list(OutcomeName.all))."),
        AttributeDefinition(Key.queueDuration, .own, "Seconds the run waited for a slot."),
        AttributeDefinition(
            Key.executor, .own, "Which executor: \(list(ExecutorName.allCases.map(\.rawValue)))."),
        AttributeDefinition(Key.resource, .own, "The shared resource."),
        AttributeDefinition(Key.breakerState, .own, "A circuit breaker's state: closed, open, half_open."),
        AttributeDefinition(Key.breakerTo, .own, "The state a circuit breaker went to: closed, open, half_open."),
        AttributeDefinition(Key.promptVersion, .own, "The version of the prompt file a model call used."),
    ]
}
