// What conversations with models are measured by: calls of models, turns, calls of tools, requests to servers of tools.

extension Instruments {
    private typealias Key = AttributeKey

    // MARK: Models

    /// Duration of model calls.
    public static let inferenceDuration = InstrumentDefinition(
        "gen_ai.client.inference.duration", .histogram(bounds: BucketBounds.inference), unit: "s",
        "Duration of a model call.",
        attributes: [Key.operationName, Key.providerName, Key.requestModel, Key.errorType], places: .calls)
    /// Time until a model's first chunk.
    public static let timeToFirstChunk = InstrumentDefinition(
        "gen_ai.client.inference.time_to_first_chunk", .histogram(bounds: BucketBounds.inference), unit: "s",
        "Time from a model call's start until the first chunk of its answer.",
        attributes: [Key.operationName, Key.providerName, Key.requestModel, Key.errorType], places: .calls)
    /// Tokens sent to models.
    public static let inputTokens = InstrumentDefinition(
        "gen_ai.client.inference.usage.input_tokens", .counter, unit: "{token}",
        "Tokens sent to a model, cached ones included.",
        attributes: [Key.requestModel, Key.providerName, Key.agentName], places: .usage)
    /// Tokens produced by models.
    public static let outputTokens = InstrumentDefinition(
        "gen_ai.client.inference.usage.output_tokens", .counter, unit: "{token}",
        "Tokens produced by a model, those of its reasoning included.",
        attributes: [Key.requestModel, Key.providerName, Key.agentName], places: .usage)
    /// Tokens that services had in their caches.
    public static let cacheReadTokens = InstrumentDefinition(
        "gen_ai.client.inference.usage.cache_read.input_tokens", .counter, unit: "{token}",
        "Tokens sent to a model that its service had in its cache.",
        attributes: [Key.requestModel, Key.providerName, Key.agentName], places: .usage)
    /// Tokens that services put into their caches.
    public static let cacheWriteTokens = InstrumentDefinition(
        "gen_ai.client.inference.usage.cache_write.input_tokens", .counter, unit: "{token}",
        "Tokens sent to a model that its service put into its cache.",
        attributes: [Key.requestModel, Key.providerName, Key.agentName], places: .usage)
    /// Tokens spent on reasoning.
    public static let reasoningTokens = InstrumentDefinition(
        "gen_ai.client.inference.usage.reasoning.output_tokens", .counter, unit: "{token}",
        "Tokens produced by a model that it spent on reasoning.",
        attributes: [Key.requestModel, Key.providerName, Key.agentName], places: .usage)
    /// The cost of model calls.
    public static let cost = InstrumentDefinition(
        "coordinator.cost", .counter, unit: "USD", "Cost of model calls in US dollars.",
        attributes: [Key.requestModel, Key.agentName], places: .usage)

    // MARK: Conversations and tools

    /// Answers in one run.
    public static let inferenceCalls = InstrumentDefinition(
        "gen_ai.invoke_agent.inference_calls", .histogram(bounds: BucketBounds.calls), unit: "{inference_call}",
        "A model's answers in one run of an agent that holds a conversation.", attributes: [Key.agentName],
        places: .agent)
    /// Calls of tools in one run.
    public static let toolCalls = InstrumentDefinition(
        "gen_ai.invoke_agent.tool_calls", .histogram(bounds: BucketBounds.calls), unit: "{tool_call}",
        "Calls of tools in one run of an agent that holds a conversation.", attributes: [Key.agentName],
        places: .agent)
    /// Duration of calls of tools.
    public static let toolDuration = InstrumentDefinition(
        "gen_ai.execute_tool.duration", .histogram(bounds: BucketBounds.inference), unit: "s",
        "Duration of a tool's call. One that asks a person first counts when it is made with the answer.",
        attributes: [Key.agentName, Key.toolName, Key.errorType], places: .tools)
    /// Duration of requests to servers of tools.
    public static let toolServerDuration = InstrumentDefinition(
        "mcp.client.operation.duration", .histogram(bounds: BucketBounds.toolServer), unit: "s",
        "Duration of a request to a server of tools, until its answer.",
        attributes: [
            Key.mcpMethodName, Key.toolServer, Key.toolName, Key.mcpProtocolVersion, Key.networkTransport,
            Key.errorType,
        ], places: .toolServers)

    /// All of them, in the order in which they are documented.
    static let conversations = [
        inferenceDuration, timeToFirstChunk, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens,
        reasoningTokens, cost, inferenceCalls, toolCalls, toolDuration, toolServerDuration,
    ]
}
