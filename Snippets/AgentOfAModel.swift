// An agent made of a model, with a tool of one's own and an answer of a form that is checked.
import Coordinator
import LanguageModels
import StandardAgents

/// Answers as a service would: it looks the part up, then says what it costs.
struct WrittenDown: LanguageModel {
    let identity = ModelIdentity(provider: "openai", model: "written-down", serverAddress: "localhost", serverPort: 443)

    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let hasLookedUp = request.messages.contains { if case .toolResult = $0 { true } else { false } }
        return hasLookedUp
            ? ModelResponse(text: #"{"part": "hinge", "cents": 250}"#, model: "written-down")
            : ModelResponse(
                text: "", toolCalls: [ToolCall(id: "1", name: "price", arguments: #"{"part": "hinge"}"#)],
                finishReason: .toolCalls, model: "written-down")
    }
}

// snippet.tool
struct PriceList: AgentTool {
    let cents: [String: Int]

    let name = "price"
    let description = "The price of a part, in cents."
    let parameters: JSONValue = [
        "type": "object", "properties": ["part": ["type": "string"]], "required": ["part"],
        "additionalProperties": false,
    ]
    // It changes nothing: a call that was cut off may be made again.
    let hasEffects = false

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        let part = arguments["part"]?.stringValue ?? ""
        guard let price = cents[part] else { return ToolResult("there is no part \(part)", isError: true) }
        return ToolResult("\(price)")
    }
}
// snippet.end

struct Quote: Codable, Sendable {
    var part: String
    var cents: Int
}

@main
struct AgentOfAModel {
    static func main() async throws {
        // In a program: ModelConfiguration(environment: environment, model: "claude-sonnet-4-5").makeModel(client: client)
        let model = WrittenDown()
        // snippet.agent
        let clerk = ModelAgent(
            model: model, contextTokens: 8_192,
            instructions: "You say what a part costs. Look the price up; never guess one.", output: "artifacts.quote",
            schema: [
                "type": "object", "properties": ["part": ["type": "string"], "cents": ["type": "integer"]],
                "required": ["part", "cents"],
            ], tools: [PriceList(cents: ["hinge": 250])], limits: ConversationLimits(turns: 5))

        let job = Job("job-123", task: JobTask(description: "What does a hinge cost?")) {
            AgentTask("clerk", role: Role(name: "clerk", reads: ["task"], writes: ["artifacts.quote"]), agent: clerk)
        }
        let result = try await job.run()
        print(result.status, try result.value(for: ContextKey<Quote>("artifacts.quote")))
        // snippet.end
    }
}
