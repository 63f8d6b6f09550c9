/// Every attribute key that Coordinator sets on a span, a metric point or a log record.
public enum AttributeKey {
    // MARK: OpenTelemetry GenAI conventions (status Development; their version 0.1.0)

    /// What is being done: `invoke_workflow`, `invoke_agent`, `chat`, `execute_tool`.
    public static let operationName = "gen_ai.operation.name"
    /// The name of the job's workflow, as the conventions had it before their version 0.1.0. It stands beside
    /// ``workflowName`` for one release.
    public static let formerWorkflowName = "gen_ai.workflow.name"
    /// The agent's name as registered; of a job, its workflow's name.
    public static let agentName = "gen_ai.agent.name"
    /// The company or product that serves the model.
    public static let providerName = "gen_ai.provider.name"
    /// The model that was asked for.
    public static let requestModel = "gen_ai.request.model"
    /// The model that answered.
    public static let responseModel = "gen_ai.response.model"
    /// Tokens sent to the model, cached ones included.
    public static let inputTokens = "gen_ai.usage.input_tokens"
    /// Tokens the model produced, those of its reasoning included.
    public static let outputTokens = "gen_ai.usage.output_tokens"
    /// Tokens of the prompt that the service had in its cache.
    public static let cacheReadTokens = "gen_ai.usage.cache_read.input_tokens"
    /// Tokens of the prompt that the service put into its cache.
    public static let cacheWriteTokens = "gen_ai.usage.cache_write.input_tokens"
    /// Tokens of the answer that the model spent on reasoning.
    public static let reasoningTokens = "gen_ai.usage.reasoning.output_tokens"
    /// The messages sent to a model, where their recording was asked for.
    public static let inputMessages = "gen_ai.input.messages"
    /// The messages of its answer, where their recording was asked for.
    public static let outputMessages = "gen_ai.output.messages"
    /// The instructions that went beside the messages, where their recording was asked for.
    public static let systemInstructions = "gen_ai.system_instructions"
    /// The tools that the model could call, where their recording was asked for.
    public static let toolDefinitions = "gen_ai.tool.definitions"
    /// Why the answer ended.
    public static let finishReasons = "gen_ai.response.finish_reasons"
    /// The tool that is called; a server's is `server.tool`.
    public static let toolName = "gen_ai.tool.name"
    /// What kind of tool it is: `function`, which runs here, or `extension`, which a server runs.
    public static let toolType = "gen_ai.tool.type"
    /// The call's name within its agent's run.
    public static let toolCallID = "gen_ai.tool.call.id"
    /// The arguments of a tool's call as JSON, where their recording was asked for.
    public static let toolCallArguments = "gen_ai.tool.call.arguments"
    /// What a tool's call came to, where its recording was asked for.
    public static let toolCallResult = "gen_ai.tool.call.result"
    /// What was judged; see ``EvaluationName``.
    public static let evaluationName = "gen_ai.evaluation.name"
    /// The verdict as a number.
    public static let evaluationScore = "gen_ai.evaluation.score.value"
    /// The verdict in a word; one of ``EvaluationLabel``.
    public static let evaluationLabel = "gen_ai.evaluation.score.label"
    /// Why the verdict is what it is.
    public static let evaluationExplanation = "gen_ai.evaluation.explanation"
    /// The method of a request to a server of tools, such as `tools/call`.
    public static let mcpMethodName = "mcp.method.name"
    /// The version of the protocol that is spoken with a server of tools.
    public static let mcpProtocolVersion = "mcp.protocol.version"

    // MARK: OpenTelemetry general conventions

    /// Why an operation failed; one of ``ErrorType``.
    public static let errorType = "error.type"
    /// The error's text.
    public static let exceptionMessage = "exception.message"
    /// The error's type.
    public static let exceptionType = "exception.type"
    /// The host an outgoing call went to.
    public static let serverAddress = "server.address"
    /// The port an outgoing call went to.
    public static let serverPort = "server.port"
    /// What carries a request to a server of tools: `pipe` or `tcp`.
    public static let networkTransport = "network.transport"
    /// The code of an error that a server of tools answered with.
    public static let rpcStatusCode = "rpc.response.status_code"
    /// The status code of an HTTP answer.
    public static let httpStatusCode = "http.response.status_code"
    /// OpenInference's span kind, by which viewers of that family tell apart jobs, agents, model calls and tools; one of
    /// ``OpenInferenceKind``.
    public static let openInferenceSpanKind = "openinference.span.kind"
    /// The type of an SDK component, such as `batching_span_processor`.
    public static let componentType = "otel.component.type"
    /// The name of an SDK component, such as `batching_span_processor/0`.
    public static let componentName = "otel.component.name"
    /// Set to true on the point that collects series beyond the cardinality limit.
    public static let metricOverflow = "otel.metric.overflow"

    /// Where a span's parent lives: `none`, `local` or `remote`; on the SDK's metrics about itself.
    public static let spanParentOrigin = "otel.span.parent.origin"
    /// What the sampler decided: `DROP` or `RECORD_AND_SAMPLE`; on the SDK's metrics about itself.
    public static let spanSamplingResult = "otel.span.sampling_result"

    // MARK: Coordinator

    /// The low-cardinality name of the job's workflow. It tells a job's measurements apart from an agent's.
    public static let workflowName = "coordinator.workflow.name"
    /// The job's id; on spans and logs only, never on a metric.
    public static let jobID = "coordinator.job.id"
    /// The job's status; one of ``JobStatusName``.
    public static let jobStatus = "coordinator.job.status"
    /// How often the job had been taken up again; on spans only, and absent before the first time.
    public static let jobResumption = "coordinator.job.resumption"
    /// How many agents the job has.
    public static let agentCount = "coordinator.agent.count"
    /// The role an agent runs under.
    public static let agentRole = "coordinator.agent.role"
    /// How many attempts an agent's run took.
    public static let attemptCount = "coordinator.attempt.count"
    /// The index of the element that an agent runs for, from 0; on spans and logs only.
    public static let itemIndex = "coordinator.item.index"
    /// The round of a repeat, from 1; on spans and logs only.
    public static let round = "coordinator.round"
    /// The attempt's number, from 1; on spans only.
    public static let attemptNumber = "coordinator.attempt.number"
    /// Whether an attempt was the `first` or a `retry`.
    public static let attemptKind = "coordinator.attempt.kind"
    /// The attempt's timeout in seconds.
    public static let attemptTimeout = "coordinator.attempt.timeout"
    /// How long the run waited before this attempt, in seconds.
    public static let attemptBackoff = "coordinator.attempt.backoff"
    /// Whether the attempt's code was still running when the attempt ended.
    public static let attemptAbandoned = "coordinator.attempt.abandoned"
    /// The names of the interceptors around an attempt's call, the outermost first; on spans only.
    public static let attemptInterceptors = "coordinator.attempt.interceptors"
    /// The interceptor that answered in place of the agent, which was not called; on spans only.
    public static let attemptAnsweredBy = "coordinator.attempt.answered_by"
    /// The blackboard's version that an attempt saw.
    public static let contextVersion = "coordinator.context.version"
    /// The blackboard's version before a commit.
    public static let contextVersionFrom = "coordinator.context.version.from"
    /// The blackboard's version after a commit.
    public static let contextVersionTo = "coordinator.context.version.to"
    /// How many paths a commit changed.
    public static let contextChangedKeys = "coordinator.context.changed_key.count"
    /// How a commit ended; one of ``CommitResultName``.
    public static let contextCommitResult = "coordinator.context.commit.result"
    /// How an agent's run or attempt ended; one of ``OutcomeName``.
    public static let outcome = "coordinator.outcome"
    /// Seconds a run waited for a slot.
    public static let queueDuration = "coordinator.queue.duration"
    /// Which executor; see ``ExecutorName``.
    public static let executor = "coordinator.executor"
    /// The named resource an agent shares with others.
    public static let resource = "coordinator.resource"
    /// A circuit breaker's state: `closed`, `open`, `half_open`.
    public static let breakerState = "coordinator.circuit_breaker.state"
    /// The state a circuit breaker went to.
    public static let breakerTo = "coordinator.circuit_breaker.to"
    /// How far a program was confined; one of ``SandboxLevelName``.
    public static let sandboxLevel = "coordinator.sandbox.level"
    /// Who wrote the code that a program ran; one of ``CodeOriginName``.
    public static let codeOrigin = "coordinator.code.origin"
    /// Which file of a store; one of ``StoreFileName``.
    public static let storeFile = "coordinator.store.file"
    /// The version of the prompt file a model call used.
    public static let promptVersion = "coordinator.prompt.version"
    /// The metric that has reached its limit on series; on the SDK's metrics about itself.
    public static let limitedMetric = "coordinator.telemetry.metric"
    /// The server that a tool belongs to, as the job names it.
    public static let toolServer = "coordinator.tool.server"
    /// The options that were left out of a model call, since the service refuses them.
    public static let leftOutOptions = "coordinator.model.left_out_options"
    /// Whether a model's answer came without an end mark, and was used since it is whole.
    public static let endMarkMissing = "coordinator.model.end_mark_missing"

    /// Every key, in the order in which they are documented.
    public static let all = [
        operationName, formerWorkflowName, agentName, providerName, requestModel, responseModel, inputTokens,
        outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens, inputMessages, outputMessages,
        systemInstructions, toolDefinitions, finishReasons, toolName, toolType, toolCallID, toolCallArguments,
        toolCallResult, evaluationName, evaluationScore, evaluationLabel, evaluationExplanation, mcpMethodName,
        mcpProtocolVersion, errorType, exceptionMessage, exceptionType, serverAddress, serverPort, networkTransport,
        rpcStatusCode, httpStatusCode, openInferenceSpanKind, componentType, componentName, metricOverflow,
        spanParentOrigin, spanSamplingResult, workflowName, jobID, jobStatus, jobResumption, agentCount, agentRole,
        attemptCount, itemIndex, round, attemptNumber, attemptKind, attemptTimeout, attemptBackoff, attemptAbandoned,
        attemptInterceptors, attemptAnsweredBy, contextVersion, contextVersionFrom, contextVersionTo,
        contextChangedKeys, contextCommitResult, outcome, queueDuration, executor, resource, breakerState, breakerTo,
        sandboxLevel, codeOrigin, storeFile, promptVersion, limitedMetric, toolServer, leftOutOptions, endMarkMissing,
    ]
}
