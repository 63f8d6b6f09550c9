import Coordinator
import CoordinatorTestKit
import CurlClient
import LanguageModels
import Processes
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Support
import Testing

/// A job with one agent made of a model, held to its end.
struct HeldConversation {
    var answers: [SpokenModel.Answer]
    var tools: [any AgentTool] = []
    var schema: JSONValue?
    var limits = ConversationLimits()
    var approve: Set<String> = []
    var retries = 0
    var budget = JobLimits.Budget()
    var contextTokens = 32_768
    /// The answers to questions to people, in order; without one nobody is asked.
    var decisions: [ApprovalAnswer] = []
    /// The built-in tools, and the files of the workspace; `nil` for an agent with tools of its own.
    var builtIn: [BuiltInTool] = []
    var files: [String: String] = [:]
    var reads: [ContextPattern] = ["**"]
    var writes: [ContextPattern] = ["artifacts.**"]
    /// What happens in the workspace before the agent runs.
    var prepare: @Sendable (DrafterRepository) async throws -> Void = { _ in }

    /// What came of it.
    struct End {
        let agent: AgentResult
        let artifacts: JSONObject
        let usage: Contribution.Usage
        let requests: [ModelRequest]
        let repository: DrafterRepository?
        let asked: [ApprovalRequest]

        /// The results of tools that the model was last told.
        var results: [String] { requests.last?.results ?? [] }
    }

    static let schema: JSONValue = [
        "type": "object", "properties": ["verdict": ["type": "string"]], "required": ["verdict"],
        "additionalProperties": false,
    ]

    func hold() async throws -> End {
        let model = SpokenModel(answers)
        return try await hold(with: model) { model.requests }
    }

    func hold(
        with model: any LanguageModel, requests: @Sendable () -> [ModelRequest] = { [] }
    ) async throws -> End {
        let repository = builtIn.isEmpty ? nil : try await DrafterRepository(files)
        if let repository { try await prepare(repository) }
        let agent: ModelAgent
        if let repository {
            agent = ModelAgent(
                ModelAgentDefinition(
                    instructions: "Do your work.", promptVersion: "worker/1", input: ["task"],
                    schema: schema.map { OutputSchema(name: "answer", schema: $0) }, output: "artifacts.answer",
                    tools: builtIn, limits: limits, approve: approve),
                model: AgentModel(model, contextTokens: contextTokens), workspace: repository.path,
                catalog: SymbolCatalog(), runner: ProgramRunner(), client: { try HTTPClient() })
        } else {
            agent = ModelAgent(
                model: model, contextTokens: contextTokens, instructions: "Do your work.", output: "artifacts.answer",
                schema: schema, tools: tools, limits: limits, approve: approve)
        }
        let context = JobContext(id: "j", task: JobTask(description: "Look into it."), artifacts: [:])
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: budget))
        try coordinator.register(
            AgentTask(
                "worker", role: Role(name: "worker", reads: reads, writes: writes),
                retry: RetryPolicy(maxRetries: retries, initial: .zero), agent: agent))
        let asked = Locked<[ApprovalRequest]>([])
        let left = Locked(decisions)
        let answerer = Answerer(coordinator) { _, request in
            asked.withLock { $0.append(request) }
            return left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        let result = try await coordinator.executeParallel()
        #expect(answerer.refusals.isEmpty)
        return End(
            agent: try #require(result["worker"]), artifacts: result.artifacts, usage: result.metrics.job.usage,
            requests: requests(), repository: repository, asked: asked.withLock { $0 })
    }
}
