import Coordinator

/// Assembles a message from its events.
struct MessageAssembly: AnswerAssembly {
    private struct Block {
        var call: ToolCall?
        var input: String?
    }

    /// The most blocks of one answer.
    static let blockLimit = 256

    private let service: String
    /// The name of the tool whose arguments are a structured answer; `nil` for an answer of free text.
    private let formTool: String?
    private var model: String
    private var id: String?
    private var said = ""
    var text: String { form ?? said }
    private var form: String?
    private var blocks: [Int: Block] = [:]
    private var calls: [ToolCall] = []
    private var finish: String?
    private var counted = ModelUsage()
    /// Whether the tokens of the answer were counted at its end; the message's start counts only its first ones.
    private var isCounted = false
    var usage: ModelUsage? { isCounted ? counted : nil }
    private(set) var isComplete = false
    /// The reason for the end comes before the last event, which a service may fail to send.
    var mayEndHere: Bool { finish != nil }

    init(model: String, service: String, formTool: String?) {
        self.model = model
        self.service = service
        self.formTool = formTool
    }

    mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for content in try event.contents(service) where !isComplete {
            switch content {
            // Services with both protocols end each stream in the way of the other.
            case .end: events += finished()
            case .document(let members): events += try take(.object(members), name: event.name)
            }
        }
        return events
    }

    private mutating func take(_ document: JSONValue, name: String) throws(ModelError) -> [ModelEvent] {
        let index = document["index"]?.wireInteger.map { Int(clamping: $0) } ?? 0
        let type = document["type"]?.wireText ?? name
        if type == "error" || document["error"]?.said != nil {
            throw ServiceFailure(status: nil, document: document, service: service).error
        }
        switch type {
        case "message_start": note(document["message"] ?? .null)
        case "content_block_start":
            guard blocks.count < Self.blockLimit else {
                throw ModelError(.invalidResponse, "\(service) sent more than \(Self.blockLimit) blocks in one answer")
            }
            return start(index, document["content_block"] ?? .null)
        case "content_block_delta": return try add(index, document["delta"] ?? .null)
        case "content_block_stop": return end(index)
        case "message_delta":
            finish = document["delta"]?["stop_reason"]?.wireText ?? finish
            count(document["usage"] ?? .null)
            isCounted = isCounted || ModelUsage.tokens(document["usage"]?["output_tokens"]) != nil
        case "message_stop": return finished()
        // `ping`, and events of later versions, which the service asks clients to ignore.
        default: break
        }
        return []
    }

    mutating func take(whole document: JSONValue) throws(ModelError) -> [ModelEvent] {
        if document["type"] == "error" || document["error"]?.said != nil {
            throw ServiceFailure(status: nil, document: document, service: service).error
        }
        guard let content = Self.blocks(document["content"]) else {
            throw ModelError(.invalidResponse, "\(service) answered with JSON that is no message")
        }
        note(document)
        isCounted = ModelUsage.tokens(document["usage"]?["output_tokens"]) != nil
        finish = document["stop_reason"]?.wireText
        var events: [ModelEvent] = []
        for (index, block) in content.prefix(Self.blockLimit).enumerated() {
            events += start(index, block)
            events += end(index)
        }
        isComplete = true
        return events
    }

    /// Some services write content that is text alone as text, and none as `null`.
    private static func blocks(_ content: JSONValue?) -> [JSONValue]? {
        switch content {
        case .array(let blocks): blocks
        case .string(let text): [["type": "text", "text": .string(text)]]
        case .null: []
        default: nil
        }
    }

    mutating func end() -> [ModelEvent] { blocks.keys.sorted().flatMap { end($0) } }

    private mutating func finished() -> [ModelEvent] {
        isComplete = true
        // Blocks without an end event of their own end with the message.
        return end()
    }

    private mutating func note(_ message: JSONValue) {
        if let name = message["model"]?.wireText { model = name }
        id = message["id"]?.wireText ?? id
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
            let piece = ContentParts.text(block)
            said += piece
            return piece.isEmpty ? [] : [.text(piece)]
        }
        blocks[index] = Block(
            call: ToolCall(
                id: block["id"]?.wireText ?? "call-\(index)", name: block["name"]?.wireText ?? "", arguments: ""),
            // The arguments come in pieces; a service that does not stream them has them here.
            input: block["input"].flatMap { $0 == .null || $0 == [:] ? nil : try? $0.json() })
        return []
    }

    private mutating func add(_ index: Int, _ delta: JSONValue) throws(ModelError) -> [ModelEvent] {
        var newText: String?
        if case let piece = ContentParts.text(delta["text"]), !piece.isEmpty {
            said += piece
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
            said.utf8.count + (form?.utf8.count ?? 0)
            + blocks.values.reduce(0) { $0 + ($1.call?.arguments.utf8.count ?? 0) }
        guard size <= ModelTransport.textBytes else {
            throw ModelError(
                .responseTooLarge, "\(service) sent an answer of more than \(ModelTransport.textBytes >> 20) MiB")
        }
        return newText.map { $0.isEmpty ? [] : [.text($0)] } ?? []
    }

    private mutating func end(_ index: Int) -> [ModelEvent] {
        // A block ends only once, even when another end event names it.
        guard let block = blocks[index], var call = block.call else { return [] }
        blocks[index] = Block()
        if call.arguments.isEmpty { call.arguments = block.input ?? "{}" }
        guard call.name != formTool else {
            guard form == nil else { return [] }
            form = call.arguments
            return [.text(call.arguments)]
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
            text: text, toolCalls: calls, finishReason: reason, usage: counted, model: model, id: id)
    }
}
