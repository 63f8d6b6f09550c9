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
}

/// The definitions of all attributes.
public enum Attributes {
    private typealias Key = AttributeKey

    private static func definitions(
        _ origin: AttributeDefinition.Origin, _ descriptions: KeyValuePairs<String, String>
    ) -> [AttributeDefinition] {
        descriptions.map { AttributeDefinition(key: $0.key, origin: origin, description: $0.value) }
    }

    private static func list(_ values: [String]) -> String { values.joined(separator: ", ") }

    /// Every attribute, in the order of ``AttributeKey/all``.
    public static let all = genAI + general + openInference + sdk + own

    private static let genAI = definitions(
        .genAI,
        [
            Key.operationName: "What is done: "
                + "\(list([SpanName.workflow, SpanName.agent, SpanName.chat, SpanName.tool])).",
            Key.formerWorkflowName:
                "The workflow's name under its former key, beside \(Key.workflowName) for one release.",
            Key.agentName:
                "The agent's name as registered, or of a job its workflow's; low-cardinality. _OTHER beyond the limit on "
                + "names, on metrics.",
            Key.providerName: "The company or product that serves the model.",
            Key.requestModel: "The model that was asked for.",
            Key.responseModel: "The model that answered.",
            Key.inputTokens: "Tokens sent to the model, cached ones included.",
            Key.outputTokens: "Tokens the model produced, those of its reasoning included.",
            Key.cacheReadTokens: "Tokens of the prompt that the service had in its cache; absent where it states none.",
            Key.cacheWriteTokens:
                "Tokens of the prompt that the service put into its cache; absent where it states none.",
            Key.reasoningTokens:
                "Tokens of the answer that were spent on reasoning; absent where the service states none.",
            Key.inputMessages:
                "The prompt, as a JSON list of messages; only where OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is true, and "
                + "cut.",
            Key.outputMessages: "The answer, likewise.",
            Key.systemInstructions: "The instructions that went beside the messages, likewise.",
            Key.toolDefinitions: "The tools that the model could call, likewise.",
            Key.finishReasons: "Why the answer ended: stop, length, tool_call, content_filter, or the service's word.",
            Key.toolName:
                "The tool; a server's is server.tool. _OTHER for a tool that is not there, and beyond the limit on names, on "
                + "metrics.",
            Key.toolType: "Where the tool runs: \(list(ToolTypeName.all)).",
            Key.toolCallID: "The call's name in its agent's run; on spans only.",
            Key.toolCallArguments: "The call's arguments as JSON, recorded and cut as prompts are.",
            Key.toolCallResult: "What the call came to, likewise.",
            Key.evaluationName: "What was judged: \(list(EvaluationName.all)).",
            Key.evaluationScore:
                "The verdict as a number, from 0 to 1: the share of what was judged that is shown to hold.",
            Key.evaluationLabel: "The verdict: \(list(EvaluationLabel.all)).",
            Key.evaluationExplanation: "Why; a model's words are recorded as its answers are.",
            Key.mcpMethodName: "The method of a request to a server of tools: tools/call, tools/list, …",
            Key.mcpProtocolVersion: "The version of the Model Context Protocol that is spoken with the server.",
        ])

    private static let general = definitions(
        .general,
        [
            Key.errorType:
                "Why it failed; absent on success. \(list(ErrorType.all)), and the names of an application's error types. "
                + "The same on span, metric and log.",
            Key.exceptionMessage: "The error's text; on logs only.",
            Key.exceptionType: "The error's type; on logs only.",
            Key.serverAddress: "The host an outgoing call went to.",
            Key.serverPort: "The port an outgoing call went to.",
            Key.networkTransport: "What carries a request to a server of tools: \(list(TransportName.all)).",
            Key.rpcStatusCode: "The code of an error that a server of tools answered with; on spans only.",
            Key.httpStatusCode: "The status code of the collector's answer; absent when there was none.",
        ])

    private static let openInference = definitions(
        .openInference,
        [
            Key.openInferenceSpanKind:
                "\(OpenInferenceKind.chain) on jobs, \(OpenInferenceKind.agent) on agents' runs, \(OpenInferenceKind.llm) on "
                + "model calls, \(OpenInferenceKind.tool) on calls of tools, for viewers of that family."
        ])

    private static let sdk = definitions(
        .general,
        [
            Key.componentType: "The type of a part of the SDK: batching_span_processor, …",
            Key.componentName: "The name of a part of the SDK: batching_span_processor/0, …",
            Key.metricOverflow: "true on the series that adds up what is beyond the limit on series.",
            Key.spanParentOrigin: "Where a span's parent lives: none, local, remote.",
            Key.spanSamplingResult: "What the sampler decided: DROP, RECORD_AND_SAMPLE.",
        ])

    private static let own = definitions(
        .own,
        [
            Key.workflowName:
                "The job file's `workflow`; low-cardinality. It tells jobs apart from agents. _OTHER beyond the limit on names, "
                + "on metrics.",
            Key.jobID: "The job's id; on spans and logs only.",
            Key.jobStatus: "How the job ended: \(list(JobStatusName.all)).",
            Key.jobResumption:
                "How often the job had been taken up again, this time included; absent where it never was; on spans only.",
            Key.agentCount: "How many agents the job has.",
            Key.agentRole: "The role the agent runs under.",
            Key.attemptCount: "How many attempts the run took.",
            Key.itemIndex: "The index, from 0, of the element that the agent runs for; on spans and logs only.",
            Key.round: "The round of the repeat, from 1; on spans and logs only.",
            Key.attemptNumber: "The attempt's number, from 1; on spans and logs only.",
            Key.attemptKind: "Whether the attempt was the first or a retry: first, retry.",
            Key.attemptTimeout: "Seconds the attempt may take.",
            Key.attemptBackoff: "Seconds waited before the attempt, or to be waited.",
            Key.attemptAbandoned: "Whether the agent's code still ran when the attempt ended.",
            Key.attemptInterceptors:
                "The interceptors around the agent's call, the outermost first; absent without any; on spans only.",
            Key.attemptAnsweredBy:
                "The interceptor that answered, or refused, in place of the agent, which was not called; on spans only.",
            Key.contextVersion: "The blackboard's version the attempt saw; on spans only.",
            Key.contextVersionFrom: "The blackboard's version before the commit.",
            Key.contextVersionTo: "The blackboard's version after the commit.",
            Key.contextChangedKeys: "How many paths the commit changed.",
            Key.contextCommitResult: "How the commit ended: "
                + "\(list([CommitResultName.applied, CommitResultName.conflict, CommitResultName.rejected])).",
            Key.outcome: "How the run or attempt ended: \(list(OutcomeName.all)).",
            Key.queueDuration: "Seconds the run waited for a slot.",
            Key.executor: "Which executor: \(list(ExecutorName.allCases.map(\.rawValue))).",
            Key.resource: "The shared resource.",
            Key.breakerState: "A circuit breaker's state: closed, open, half_open.",
            Key.breakerTo: "The state a circuit breaker went to: closed, open, half_open.",
            Key.sandboxLevel:
                "How far a program was confined: \(list(SandboxLevelName.all)). On a span, the least of the attempt's "
                + "programs; absent where it reported none.",
            Key.codeOrigin: "Who wrote the code that the program ran: \(list(CodeOriginName.all)).",
            Key.storeFile: "Which file of the store: \(list(StoreFileName.all)).",
            Key.promptVersion: "The version of the prompt file a model call used.",
            Key.limitedMetric:
                "The metric that has reached its limit on series; on coordinator.telemetry.overflow only.",
            Key.toolServer: "The server that the tool belongs to, as the job names it.",
            Key.leftOutOptions: "The options left out of a model call, since the service refuses them.",
            Key.endMarkMissing: "true where a model's answer came without an end mark, and was used since it is whole.",
        ])
}
