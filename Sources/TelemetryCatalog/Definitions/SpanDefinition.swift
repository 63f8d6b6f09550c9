/// One kind of span: its name, its attributes, and when its status is an error.
public struct SpanDefinition: Sendable, Hashable {
    /// Where the work is done, by OpenTelemetry's kinds.
    public enum Kind: String, Sendable, Hashable {
        /// In this process.
        case `internal` = "INTERNAL"
        /// In another process that this one calls.
        case client = "CLIENT"
    }

    /// The first word of its name; one of ``SpanName``.
    public let name: String
    /// The rest of its name, such as the agent's name; `nil` if the name is one word.
    public let suffix: String?
    /// Where the work is done.
    public let kind: Kind
    /// The work that it covers.
    public let description: String
    /// The attributes it may carry, in the order in which they are documented.
    public let attributes: [String]
    /// The names of events it may carry, from ``EventName``.
    public let events: [String]
    /// When its status is an error.
    public let status: String

    init(
        _ name: String, suffix: String?, kind: Kind = .internal, _ description: String, attributes: [String],
        events: [String] = [], status: String
    ) {
        self.name = name
        self.suffix = suffix
        self.kind = kind
        self.description = description
        self.attributes = attributes
        self.events = events
        self.status = status
    }
}

/// Every kind of span.
public enum Spans {
    private typealias Key = AttributeKey

    /// One job.
    public static let workflow = SpanDefinition(
        SpanName.workflow, suffix: "workflow",
        "A job, from its start until its result is complete, or until its process gives it up. A job that is taken up again "
            + "has one more in the same trace, linked to the one before.",
        attributes: [
            Key.operationName, Key.agentName, Key.workflowName, Key.formerWorkflowName, Key.openInferenceSpanKind,
            Key.jobID, Key.jobStatus, Key.jobResumption, Key.agentCount, Key.errorType,
        ], status: "error when the job failed; a partial or cancelled job is none")
    /// One agent's run.
    public static let agent = SpanDefinition(
        SpanName.agent, suffix: "agent",
        "An agent's run within a job: waiting, all attempts, the pauses between them. In a repeat, one for each round; "
            + "with for_each, one below it for each element.",
        attributes: [
            Key.operationName, Key.agentName, Key.openInferenceSpanKind, Key.agentRole, Key.itemIndex, Key.round,
            Key.attemptCount,
            Key.queueDuration, Key.outcome, Key.errorType,
        ], status: "error unless it succeeded or was skipped; a run that recovered by a retry is none")
    /// One attempt.
    public static let attempt = SpanDefinition(
        SpanName.attempt, suffix: "agent", "One attempt that reached the agent; linked to the attempt before it.",
        attributes: [
            Key.agentName, Key.attemptNumber, Key.attemptTimeout, Key.attemptBackoff, Key.contextVersion,
            Key.attemptAbandoned, Key.attemptInterceptors, Key.attemptAnsweredBy, Key.sandboxLevel, Key.outcome,
            Key.errorType,
        ], events: [EventName.attemptAbandoned, EventName.attemptSuspended, EventName.attemptResumed],
        status: "error unless it succeeded, with the error's message")
    /// One contribution brought to the blackboard.
    public static let commit = SpanDefinition(
        SpanName.commit, suffix: nil, "One contribution brought to the blackboard.",
        attributes: [
            Key.contextVersionFrom, Key.contextVersionTo, Key.contextChangedKeys, Key.contextCommitResult,
            Key.errorType,
        ], status: "error when it was refused")
    /// One model call.
    public static let chat = SpanDefinition(
        SpanName.chat, suffix: "model", kind: .client, "A model call.",
        attributes: [
            Key.operationName, Key.openInferenceSpanKind, Key.providerName, Key.requestModel, Key.responseModel,
            Key.inputTokens, Key.outputTokens, Key.cacheReadTokens, Key.cacheWriteTokens, Key.reasoningTokens,
            Key.agentName, Key.serverAddress, Key.serverPort, Key.promptVersion, Key.errorType, Key.inputMessages,
            Key.outputMessages, Key.systemInstructions, Key.toolDefinitions, Key.finishReasons, Key.leftOutOptions,
            Key.endMarkMissing,
        ], status: "error when the call failed")
    /// One tool call.
    public static let tool = SpanDefinition(
        SpanName.tool, suffix: "tool",
        "A call of a tool that a model asked for. Where a server runs the tool, its span says how the server was reached.",
        attributes: [
            Key.operationName, Key.openInferenceSpanKind, Key.toolName, Key.toolType, Key.toolCallID, Key.agentName,
            Key.toolCallArguments, Key.toolCallResult, Key.toolServer, Key.mcpMethodName, Key.mcpProtocolVersion,
            Key.networkTransport, Key.serverAddress, Key.serverPort, Key.rpcStatusCode, Key.errorType,
        ], status: "error when the call failed; one that asks a person first is none")
    /// One request to a server of tools outside of a tool's call.
    public static let toolServerRequest = SpanDefinition(
        SpanName.toolServerRequest, suffix: nil, kind: .client,
        "A request to a server of tools that is no call of a tool, named after its method: server/discover, initialize, "
            + "tools/list.",
        attributes: [
            Key.mcpMethodName, Key.mcpProtocolVersion, Key.toolServer, Key.networkTransport, Key.serverAddress,
            Key.serverPort, Key.rpcStatusCode, Key.errorType,
        ], status: "error when the request failed")

    /// Every kind of span, outermost first.
    public static let all = [workflow, agent, attempt, commit, chat, tool, toolServerRequest]
}
