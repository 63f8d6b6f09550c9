import Coordinator

/// Assembles a message from its events.
struct MessageAssembly: AnswerAssembly {
    private struct Block {
        var call: ToolCall?
    }

    /// The most blocks of one answer.
    static let blockLimit = 256

    private let service: String
    /// The name of the tool whose arguments are a structured answer; `nil` for an answer of free text.
    private let formTool: String?
    private var model: String
    private var id: String?
    private var text = ""
    private var form: String?
    private var blocks: [Int: Block] = [:]
    private var calls: [ToolCall] = []
    private var finish: String?
    private var counted = ModelUsage()
    /// Whether the tokens of the answer were counted at its end; the message's start counts only its first ones.
    private var isCounted = false
    var usage: ModelUsage? { isCounted ? counted : nil }
    private(set) var isComplete = false
    var mayEndHere: Bool { false }

    init(model: String, service: String, formTool: String?) {
        self.model = model
        self.service = service
        self.formTool = formTool
    }

    mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) -> [ModelEvent] {
        guard let document = try? JSONValue(json: event.data.utf8), document.objectValue != nil else {
            throw ModelError(.invalidResponse, "\(service) sent an event that is not a JSON object")
        }
        let index = document["index"]?.integerValue.map { Int(clamping: $0) } ?? 0
        switch document["type"]?.stringValue ?? event.name {
        case "error": throw ServiceFailure(status: nil, document: document, service: service).error
        case "message_start": note(document["message"] ?? .null)
        case "content_block_start":
            guard blocks.count < Self.blockLimit else {
                throw ModelError(.invalidResponse, "\(service) sent more than \(Self.blockLimit) blocks in one answer")
            }
            return start(index, document["content_block"] ?? .null)
        case "content_block_delta": return try add(index, document["delta"] ?? .null)
        case "content_block_stop": return end(index)
        case "message_delta":
            finish = document["delta"]?["stop_reason"]?.stringValue ?? finish
            count(document["usage"] ?? .null)
            isCounted = isCounted || ModelUsage.tokens(document["usage"]?["output_tokens"]) != nil
        case "message_stop":
            isComplete = true
            // Blocks without an end event of their own end with the message.
            return blocks.keys.sorted().flatMap { end($0) }
        // `ping`, and events of later versions, which the service asks clients to ignore.
        default: break
        }
        return []
    }

    mutating func take(whole document: JSONValue) throws(ModelError) -> [ModelEvent] {
        if document["type"]?.stringValue == "error" {
            throw ServiceFailure(status: nil, document: document, service: service).error
        }
        guard let content = document["content"]?.arrayValue else {
            throw ModelError(.invalidResponse, "\(service) answered with JSON that is no message")
        }
        note(document)
        isCounted = ModelUsage.tokens(document["usage"]?["output_tokens"]) != nil
        finish = document["stop_reason"]?.stringValue
        var events: [ModelEvent] = []
        for (index, block) in content.prefix(Self.blockLimit).enumerated() {
            events += start(index, block)
            if let input = block["input"], let text = try? input.json() { blocks[index]?.call?.arguments = text }
            events += end(index)
        }
        isComplete = true
        return events
    }

    private mutating func note(_ message: JSONValue) {
        if let name = message["model"]?.stringValue { model = name }
        id = message["id"]?.stringValue ?? id
        count(message["usage"] ?? .null)
    }

    /// Reads the token counts. Tokens that the service read from or wrote to its cache count as input too.
    private mutating func count(_ counts: JSONValue) {
        let parts = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]
            .compactMap { ModelUsage.tokens(counts[$0]) }
        if ModelUsage.tokens(counts["input_tokens"]) != nil {
            counted.inputTokens = min(parts.reduce(0, +), Contribution.Usage.largestTokens)
        }
        if let output = ModelUsage.tokens(counts["output_tokens"]) { counted.outputTokens = output }
    }

    private mutating func start(_ index: Int, _ block: JSONValue) -> [ModelEvent] {
        guard block["type"]?.stringValue == "tool_use" else {
            blocks[index] = Block()
            let piece = block["text"]?.stringValue ?? ""
            text += piece
            return piece.isEmpty ? [] : [.text(piece)]
        }
        blocks[index] = Block(
            call: ToolCall(
                id: block["id"]?.stringValue ?? "call-\(index)", name: block["name"]?.stringValue ?? "", arguments: ""))
        return []
    }

    private mutating func add(_ index: Int, _ delta: JSONValue) throws(ModelError) -> [ModelEvent] {
        var newText: String?
        if let piece = delta["text"]?.stringValue {
            text += piece
            newText = piece
        } else if let piece = delta["partial_json"]?.stringValue {
            blocks[index]?.call?.arguments += piece
            // The arguments of this tool are the text of a structured answer.
            if let formTool, blocks[index]?.call?.name == formTool {
                form = (form ?? "") + piece
                newText = piece
            }
        }
        let size =
            text.utf8.count + (form?.utf8.count ?? 0)
            + blocks.values.reduce(0) { $0 + ($1.call?.arguments.utf8.count ?? 0) }
        guard size <= ModelTransport.textBytes else {
            throw ModelError(
                .responseTooLarge, "\(service) sent an answer of more than \(ModelTransport.textBytes >> 20) MiB")
        }
        return newText.map { $0.isEmpty ? [] : [.text($0)] } ?? []
    }

    private mutating func end(_ index: Int) -> [ModelEvent] {
        // A block ends only once, even when another end event names it.
        guard var call = blocks[index]?.call else { return [] }
        blocks[index] = Block()
        if call.arguments.isEmpty { call.arguments = "{}" }
        guard call.name != formTool else {
            form = form ?? call.arguments
            return []
        }
        calls.append(call)
        return [.toolCall(call)]
    }

    func response() throws(ModelError) -> ModelResponse {
        let reason: FinishReason =
            switch finish {
            case "end_turn", "stop_sequence", nil: .stop
            case "max_tokens": .length
            case "tool_use": form == nil ? .toolCalls : .stop
            case "refusal": throw ModelError(.refused, "the model would not answer")
            case "model_context_window_exceeded": .length
            case .some(let other): .other(other)
            }
        return ModelResponse(
            text: form ?? text, toolCalls: calls, finishReason: reason, usage: counted, model: model, id: id)
    }
}
