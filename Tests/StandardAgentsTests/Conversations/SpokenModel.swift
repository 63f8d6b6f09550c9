import Coordinator
import LanguageModels
import StandardAgents
import Support

/// A model whose part of a conversation is written down, with calls of tools, in the same process.
final class SpokenModel: LanguageModel {
    enum Answer: Sendable {
        case text(String)
        case calls([(tool: String, arguments: String)], text: String = "")
        /// Calls that all have this name for the service.
        case callsNamed(String, [(tool: String, arguments: String)])
        case cut(String)
        case failure(ModelError)
        /// An answer of a service that takes no tools, and left them out.
        case withoutTools(String)

        static func call(_ tool: String, _ arguments: String = "{}") -> Answer { .calls([(tool, arguments)]) }
    }

    let identity = ModelIdentity(provider: "test", model: "spoken", serverAddress: "here", serverPort: 1)
    private let answers: Locked<[Answer]>
    private let asked = Locked<[ModelRequest]>([])
    private let answered = Locked(0)

    /// - Parameter answers: the answers in order; the last one again and again.
    init(_ answers: [Answer]) { self.answers = Locked(answers) }

    var requests: [ModelRequest] { asked.withLock { $0 } }

    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        asked.withLock { $0.append(request) }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        var response = ModelResponse(text: "", usage: ModelUsage(inputTokens: 100, outputTokens: 10), model: "spoken-1")
        if case .failure(let error) = answer { throw error }
        let turn = answered.withLock { count in
            count += 1
            return count
        }
        switch answer {
        case .failure: break
        case .text(let text): response.text = text
        case .cut(let text):
            response.text = text
            response.finishReason = .length
        case .withoutTools(let text):
            response.text = text
            if !request.tools.isEmpty { response.leftOut = ["tools"] }
        case .calls(let calls, let text):
            response.text = text
            response.toolCalls = calls.enumerated().map {
                ToolCall(id: "id_\(turn)_\($0)", name: $1.tool, arguments: $1.arguments)
            }
        case .callsNamed(let id, let calls):
            response.toolCalls = calls.map { ToolCall(id: id, name: $0.tool, arguments: $0.arguments) }
        }
        if !response.text.isEmpty { receive(.text(response.text)) }
        for call in response.toolCalls { receive(.toolCall(call)) }
        if !response.toolCalls.isEmpty { response.finishReason = .toolCalls }
        return response
    }
}

/// A tool whose results are made by a closure, and which remembers its calls.
final class NotedTool: AgentTool {
    let name: String
    let description = "A tool of a test."
    let parameters: JSONValue
    let hasEffects: Bool
    private let body: @Sendable (JSONObject, ToolContext) async throws -> ToolResult
    private let made = Locked<[JSONObject]>([])
    private let restored = Locked<[JSONObject]>([])

    init(
        _ name: String, hasEffects: Bool = false, parameters: JSONValue = ["type": "object"],
        _ body: @escaping @Sendable (JSONObject, ToolContext) async throws -> ToolResult = { _, _ in ToolResult("done")
        }
    ) {
        self.name = name
        self.hasEffects = hasEffects
        self.parameters = parameters
        self.body = body
    }

    var calls: [JSONObject] { made.withLock { $0 } }
    var restorations: [JSONObject] { restored.withLock { $0 } }

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        made.withLock { $0.append(arguments) }
        return try await body(arguments, call)
    }

    func restore(_ arguments: JSONObject, _ result: ToolResult) async throws {
        restored.withLock { $0.append(arguments) }
    }
}

extension ModelRequest {
    /// The results of tools in the request, in order, without their fences.
    var results: [String] {
        messages.compactMap { message in
            guard case .toolResult(_, let content, _) = message else { return nil }
            return content.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast(2)
                .joined(separator: "\n")
        }
    }

    /// The names of calls in the messages, and of the results that go with them.
    var callIDs: (asked: [String], answered: [String]) {
        var (asked, answered): ([String], [String]) = ([], [])
        for message in messages {
            switch message {
            case .assistant(_, let calls): asked += calls.map(\.id)
            case .toolResult(let id, _, _): answered.append(id)
            case .user: break
            }
        }
        return (asked, answered)
    }

    /// The texts of the user's messages.
    var userTexts: [String] {
        messages.compactMap { if case .user(let text) = $0 { text } else { nil } }
    }
}
