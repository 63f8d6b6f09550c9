import Coordinator
import CurlClient
import LanguageModels
import Processes
import SourceCode
import Support

/// An agent made of a model, instructions and tools.
///
/// It asks the model, calls the tools that the model asks for, hands their results back, and so on until the model answers;
/// the answer is written at ``output``. What it works on, what tools answer and what servers say of their tools is marked as
/// data, which the model is told never to obey.
///
/// ```swift
/// struct Review: Codable, Sendable { var verdict: String }
/// let model = try ModelConfiguration(environment: ProcessInfo.processInfo.environment, model: "claude-sonnet-4-5")
/// let reviewer = ModelAgent(
///     model: model.makeModel(client: client), contextTokens: model.contextTokens,
///     instructions: "Review the patch. Look up the weather before you judge.", input: ["task", "artifacts.patch"],
///     output: "artifacts.review",
///     schema: ["type": "object", "properties": ["verdict": ["type": "string"]], "required": ["verdict"]],
///     tools: [Weather()])
/// AgentTask("reviewer", role: Role(name: "reviewer", reads: ["**"], writes: ["artifacts.review"]), agent: reviewer)
/// ```
///
/// Each answer of the model is kept before the calls that it asks for are made, and each result once it is there. An attempt
/// that follows a failed one, or a process that ended, goes on from there: no answer is paid for twice, and no call with
/// effects is made twice by itself. See ``AgentTool/hasEffects``.
public struct ModelAgent: Agent {
    private let definition: ModelAgentDefinition
    private let model: AgentModel
    private let own: [any AgentTool]
    private let sources: [any ToolSource]
    private let calls: ToolCalls

    /// Where the answer is written.
    public var output: ContextPath { definition.output }

    /// Makes an agent of a model and tools of your own.
    ///
    /// - Parameters:
    ///   - model: the model, as ``LanguageModels/ModelConfiguration`` makes it, or one of your own.
    ///   - contextTokens: the tokens that prompt and answer may take together, at least 1,024.
    ///   - price: the price of its tokens, by which calls are reserved in the job's budget of money; `nil` for the one that
    ///     the shipped table has.
    ///   - instructions: what the model is told to do.
    ///   - input: what of the agent's view goes into the prompt; `task` as the job's own words, everything else as data.
    ///   - output: where the answer is written.
    ///   - schema: the JSON Schema that the answer must fit; `nil` for text.
    ///   - tools: the tools that the model may call.
    ///   - limits: the limits of the conversation, over all attempts of a run.
    ///   - approve: the names of tools of which a person is asked before each call.
    ///   - capturesContent: whether spans hold arguments and results of tools, which may contain any text of users and files.
    public init(
        model: any LanguageModel, contextTokens: Int, price: PriceTable.Price? = nil, instructions: String,
        input: [ContextPath] = ["task"], output: ContextPath, schema: JSONValue? = nil, tools: [any AgentTool] = [],
        limits: ConversationLimits = ConversationLimits(), approve: Set<String> = [], capturesContent: Bool = false
    ) {
        let digest = SHA256.hexDigits(of: instructions.utf8).prefix(8)
        self.init(
            ModelAgentDefinition(
                instructions: instructions, promptVersion: "agent/\(digest)", input: input,
                schema: schema.map { OutputSchema(name: "answer", schema: $0) }, output: output, limits: limits,
                approve: approve),
            model: AgentModel(
                model, contextTokens: max(1_024, contextTokens),
                price: price ?? PriceTable.standard[model.identity.model], capturesContent: capturesContent),
            own: tools, sources: [])
    }

    /// - Parameters:
    ///   - workspace: the folder of the git working tree that its tools read; never written.
    ///   - catalog: reads declarations; shared with other agents that read the same files.
    ///   - runner: starts programs.
    ///   - client: the HTTP client for servers of tools.
    package init(
        _ definition: ModelAgentDefinition, model: AgentModel, workspace: String, catalog: SymbolCatalog,
        runner: ProgramRunner, client: @escaping @Sendable () throws -> HTTPClient
    ) {
        let reader = SourceReader(workspace: workspace, catalog: catalog, runner: runner)
        let tools = BuiltInTools(
            kinds: definition.tools, reader: reader, resultBytes: ToolText.limit(contextTokens: model.contextTokens))
        let servers = ServerTools(servers: definition.servers, client: client, runner: runner)
        self.init(definition, model: model, own: [], sources: [tools, servers])
    }

    private init(
        _ definition: ModelAgentDefinition, model: AgentModel, own: [any AgentTool], sources: [any ToolSource]
    ) {
        self.definition = definition
        self.model = model
        self.own = own
        self.sources = sources
        calls = ToolCalls(capturesContent: model.capturesContent)
    }

    /// Works on the job once, or goes on where the run's conversation was left.
    ///
    /// - Throws: ``AgentError``: `invalid_input`, permanent, when `approve` names no tool that is there; `invalid_output`,
    ///   transient, when the model's answers are of no use; `budget_exceeded`, permanent, at a limit; what a tool throws that fails the attempt. `ModelError`. ``Suspension`` when a person is asked.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        try attempt.countOnlyCalls()
        return try await OpenToolSources.with(sources, view, attempt) { opened in
            try await AgentFailure.translated {
                let tools = try ToolSet(own + opened.flatMap(\.tools))
                try ApprovedTools(names: definition.approve).check(tools.tools.map(\.name))
                let conversation = ModelConversation(
                    model: model, tools: tools, limits: definition.limits, approve: definition.approve,
                    requiresTools: definition.requiresTools, promptVersion: definition.promptVersion, recorder: calls,
                    attempt: attempt)
                let outcome = try await conversation.hold { try start(view, attempt, tools) }
                var contribution = Contribution()
                for source in opened {
                    contribution.set.merge(try await source.contribution().set) { first, _ in first }
                }
                // Of an agent that works on each of a list, one for each index.
                let output = attempt.item.map { definition.output.appending("\($0.index)") } ?? definition.output
                contribution.set[output] = outcome.value
                contribution.usage = outcome.usage
                return contribution
            }
        }
    }

    private func start(_ view: RoleView, _ attempt: AttemptContext, _ tools: ToolSet) throws -> ConversationStart {
        let task = ContextPath(segments: ["task"])
        var inputs = try definition.input.filter { $0 != task }.map { path in
            let value = try view.value(at: path).flatMap { $0 == .null ? nil : $0 }
            return (path: path.description, value: try value.map { try $0.stringValue ?? $0.json() })
        }
        // Of the members of an object the key may be what the element is called, such as a file's path.
        if let key = attempt.item?.key { inputs.append((path: "item_key", value: key)) }
        return AgentPrompt(
            instructions: definition.instructions, schema: definition.schema, tools: tools,
            readsContext: definition.tools.contains(.context)
        ).start(
            definition.promptVersion, task: definition.input.contains(task) ? try TaskText.of(view) : nil,
            inputs: inputs,
            key: attempt.idempotencyKey, model: model)
    }
}

extension ModelAgentDefinition {
    /// Whether the task makes no sense without tools: those that read may be done without.
    fileprivate var requiresTools: Bool {
        !servers.isEmpty
            || tools.contains { tool in
                switch tool {
                case .edit, .shell: true
                case .files, .search, .context: false
                }
            }
    }
}
