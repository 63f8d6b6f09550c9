import Coordinator
import LanguageModels
import Support
import TestSupport
import Testing

/// How many tokens a request is counted as at most, before it is sent and paid.
@Suite(.timeLimit(.minutes(5))) struct RequestSizes {
    private static let pieces = ["word", "\n", "{\"a\": [1, 2]}", "\"", "\\", "日本語", "🙂", "\u{0}", " ", "<|im_end|>"]

    private static func schema(_ random: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        var properties: JSONObject = [:]
        for _ in 0..<random.int(0...3) {
            properties[ExactString(random.text(3, of: pieces))] =
                depth < 3 ? schema(&random, depth: depth + 1) : ["type": "string"]
        }
        return [
            "type": "object", "properties": .object(properties), "description": .string(random.text(4, of: pieces)),
        ]
    }

    private static func request(_ random: inout SeededGenerator) -> ModelRequest {
        var request = ModelRequest(system: random.text(20, of: pieces), messages: [])
        for _ in 0..<random.int(0...6) {
            switch random.int(0...2) {
            case 0: request.messages.append(.user(random.text(30, of: pieces)))
            case 1:
                request.messages.append(
                    .assistant(
                        random.text(10, of: pieces),
                        toolCalls: (0..<random.int(0...3)).map { _ in
                            ToolCall(
                                id: random.text(3, of: pieces), name: random.text(3, of: pieces),
                                arguments: random.text(10, of: pieces),
                                attachment: Bool.random(using: &random)
                                    ? ["reasoning_content": .string(random.text(10, of: pieces))] : nil)
                        }))
            default:
                request.messages.append(
                    .toolResult(callID: random.text(3, of: pieces), content: random.text(30, of: pieces)))
            }
        }
        request.tools = (0..<random.int(0...4)).map { _ in
            ModelTool(
                name: random.text(3, of: pieces), description: random.text(10, of: pieces), parameters: schema(&random))
        }
        if Bool.random(using: &random) {
            request.schema = OutputSchema(name: random.text(3, of: pieces), schema: schema(&random))
        }
        return request
    }

    /// The tokens that a prompt has where every byte is one, in the form of chats with marks, each a token of its own, and
    /// with schemas that are written once more than they are sent.
    private static func byteTokens(_ request: ModelRequest) -> Int {
        func message(_ role: String, _ texts: [String]) -> Int {
            4 + role.utf8.count + texts.reduce(0) { $0 + $1.utf8.count + 2 }
        }
        var tokens = message("system", [request.system]) + message("assistant", [])
        for said in request.messages {
            switch said {
            case .user(let text): tokens += message("user", [text])
            case .assistant(let text, let calls):
                tokens += message("assistant", [text])
                for call in calls {
                    let attached = call.attachment?["reasoning_content"]?.stringValue ?? ""
                    tokens += message("tool_call", [call.id, call.name, call.arguments, attached])
                }
            case .toolResult(let id, let content, _): tokens += message("tool", [id, content])
            }
        }
        for tool in request.tools {
            tokens += message("function", [tool.name, tool.description, (try? tool.parameters.json()) ?? ""])
        }
        if let schema = request.schema {
            tokens += message("schema", [schema.name, (try? schema.schema.json()) ?? ""])
        }
        return tokens
    }

    @Test func noTokenizerOfBytesMakesMoreTokens() {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let request = Self.request(&random)
            #expect(Self.byteTokens(request) <= request.mostInputTokens, "\(request)")
            #expect(request.textBytes <= request.mostInputTokens)
        }
    }

    /// Each part of a request counts.
    @Test func everythingThatIsSentCounts() {
        let bare = ModelRequest(messages: [])
        let word = String(repeating: "w", count: 1_000)
        let call = ToolCall(id: "", name: "", arguments: "")
        var requests = [
            ModelRequest(system: word, messages: []), ModelRequest(messages: [.user(word)]),
            ModelRequest(messages: [.assistant(word)]),
            ModelRequest(messages: [.toolResult(callID: word, content: "")]),
            ModelRequest(messages: [.toolResult(callID: "", content: word)]),
            ModelRequest(messages: [], schema: OutputSchema(name: "s", schema: ["description": .string(word)])),
            ModelRequest(messages: [], tools: [ModelTool(name: word, description: "", parameters: [:])]),
            ModelRequest(messages: [], tools: [ModelTool(name: "", description: word, parameters: [:])]),
            ModelRequest(
                messages: [], tools: [ModelTool(name: "", description: "", parameters: ["description": .string(word)])]),
        ]
        for path in [\ToolCall.id, \ToolCall.name, \ToolCall.arguments] {
            var call = call
            call[keyPath: path] = word
            requests.append(ModelRequest(messages: [.assistant("", toolCalls: [call])]))
        }
        var attached = call
        attached.attachment = ["reasoning_content": .string(word)]
        requests.append(ModelRequest(messages: [.assistant("", toolCalls: [attached])]))
        for request in requests {
            #expect(request.mostInputTokens >= bare.mostInputTokens + 1_000 && request.textBytes >= 1_000, "\(request)")
        }
    }
}
