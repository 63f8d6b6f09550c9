import Coordinator
import CurlClient
import Support

/// Assembles a message from its events.
struct MessageAssembly: AnswerAssembly {
    private struct Block {
        var call: ToolCall?
        var input: String?
        /// What the model thought, as the service wants it back.
        var thought: JSONObject?
    }

    /// The most blocks of one answer.
    static let blockLimit = 256
    /// The types of blocks that hold what the model thought, which the service wants back before the call they led to.
    static let thoughtTypes: Set<String> = ["thinking", "redacted_thinking"]
    /// The member of a call's attachment in which they are kept.
    static let thoughtsMember = "thinking"

    private let service: String
    /// The name of the tool whose arguments are a structured answer; `nil` for an answer of free text.
    private let formTool: String?
    private var model: String
    private var id: String?
    private var said = ""
    var text: String { form ?? said }
    private var form: String?
    private var blocks: [Int: Block] = [:]
    private var blockCount = 0
    private var hasToldCalls = false
    private var calls: [ToolCall] = []
    private var names = UniqueNames()
    /// What the model has thought since the last call.
    private var thoughts: [JSONValue] = []
    /// The bytes of arguments and thoughts.
    private var size = 0
    private var finish: String?
    private var counted = ModelUsage()
    /// Whether the tokens of the answer were counted at its end; the message's start counts only its first ones.
    private var isCounted = false
    var usage: ModelUsage? { isCounted ? counted : nil }
    private(set) var isComplete = false
    var hasBegun: Bool {
        !text.isEmpty || !calls.isEmpty || blocks.values.contains { $0.call.map { $0.name != formTool } ?? false }
    }
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
            blockCount += 1
            guard blockCount <= Self.blockLimit else {
                throw ModelError(.invalidResponse, "\(service) sent more than \(Self.blockLimit) blocks in one answer")
            }
            // Some services give each block the same index.
            return end(index) + start(index, document["content_block"] ?? .null)
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
        return events + finished()
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

    mutating func end() -> [ModelEvent] {
        // Blocks without an end event of their own end with the message.
        var events: [ModelEvent] = []
        for index in blocks.keys.sorted() { events += end(index) }
        guard !hasToldCalls else { return events }
        hasToldCalls = true
        return events + told.map { .toolCall($0) }
    }

    private mutating func finished() -> [ModelEvent] {
        isComplete = true
        return end()
    }

    private mutating func note(_ message: JSONValue) {
        if let name = message["model"]?.wireText { model = name }
        id = message["id"]?.wireText ?? id
        count(message["usage"] ?? .null)
    }

    /// Reads the token counts. Tokens that the service read from or wrote to its cache count as input too.
    private mutating func count(_ counts: JSONValue) {
        let read = ModelUsage.tokens(counts["cache_read_input_tokens"])
        let written = ModelUsage.tokens(counts["cache_creation_input_tokens"])
        if let fresh = ModelUsage.tokens(counts["input_tokens"]) {
            counted.inputTokens = ModelUsage.counted(fresh + (read ?? 0) + (written ?? 0))
            counted.cacheReadTokens = read ?? 0
            counted.cacheWriteTokens = written ?? 0
        }
        if let output = ModelUsage.tokens(counts["output_tokens"]) { counted.outputTokens = output }
        let details = counts["output_tokens_details"]
        if let thought = ModelUsage.tokens(details?["thinking_tokens"] ?? details?["reasoning_tokens"]) {
            counted.reasoningTokens = thought
        }
        counted.bound()
    }

    private mutating func start(_ index: Int, _ block: JSONValue) -> [ModelEvent] {
        let type = block["type"]?.stringValue ?? ""
        size += (try? block.json())?.utf8.count ?? 0
        if Self.thoughtTypes.contains(type) {
            blocks[index] = Block(thought: block.objectValue)
            return []
        }
        guard type == "tool_use" else {
            blocks[index] = Block()
            let piece = ContentParts.text(block)
            said += piece
            return piece.isEmpty ? [] : [.text(piece)]
        }
        blocks[index] = Block(
            call: ToolCall(
                id: block["id"]?.wireText ?? "",
                name: String((block["name"]?.wireText ?? "").prefix(ToolCall.nameLength)),
                arguments: ""),
            // The arguments come in pieces; a service that does not stream them has them here.
            input: block["input"].flatMap { input in
                if let text = input.stringValue { return text.isEmpty ? nil : text }
                return input == .null || input == [:] ? nil : try? input.json()
            })
        return []
    }

    private mutating func add(_ index: Int, _ delta: JSONValue) throws(ModelError) -> [ModelEvent] {
        var newText: String?
        if case let piece = ContentParts.text(delta["text"]), !piece.isEmpty {
            said += piece
            newText = piece
        } else if let value = delta["partial_json"], case let piece = value.stringValue ?? (try? value.json()) ?? "" {
            size += piece.utf8.count
            blocks[index]?.call?.arguments += piece
            // The arguments of this tool are the text of a structured answer.
            if let formTool, blocks[index]?.call?.name == formTool {
                form = (form ?? "") + piece
                newText = piece
            }
        } else {
            for name in ["thinking", "signature"] {
                guard let piece = delta[name]?.stringValue else { continue }
                size += piece.utf8.count
                let before = blocks[index]?.thought?[ExactString(name)]?.stringValue ?? ""
                blocks[index]?.thought?[ExactString(name)] = .string(before + piece)
            }
        }
        guard said.utf8.count + (form?.utf8.count ?? 0) + size <= ModelTransport.textBytes else {
            throw ModelError(
                .responseTooLarge, "\(service) sent an answer of more than \(ModelTransport.textBytes >> 20) MiB")
        }
        return newText.map { $0.isEmpty ? [] : [.text($0)] } ?? []
    }

    private mutating func end(_ index: Int) -> [ModelEvent] {
        // A block ends only once, even when another end event names it.
        guard let block = blocks[index] else { return [] }
        blocks[index] = Block()
        if let thought = block.thought { thoughts.append(.object(thought)) }
        guard var call = block.call else { return [] }
        if call.arguments.allSatisfy(\.isWhitespace) { call.arguments = block.input ?? "" }
        guard call.name != formTool else {
            guard form == nil else { return [] }
            form = call.arguments.isEmpty ? "{}" : call.arguments
            return [.text(form ?? "")]
        }
        call.id = names.next(call.id.isEmpty ? "call-\(calls.count)" : call.id)
        if !thoughts.isEmpty {
            call.attachment = ToolCall.attachment([ExactString(Self.thoughtsMember): .array(thoughts)])
        }
        thoughts = []
        calls.append(call)
        return []
    }

    /// The calls as they are told: once the reason for the end shows whether the last one may lack its arguments.
    private var told: [ToolCall] {
        calls.enumerated().map { index, call in
            var call = call
            let mayBeCut = isCut && index == calls.count - 1
            if call.arguments.isEmpty, !mayBeCut { call.arguments = "{}" }
            return call
        }
    }

    private var isCut: Bool { finish == "max_tokens" || finish == "model_context_window_exceeded" }

    func response() throws(ModelError) -> ModelResponse {
        let calls = told
        let reason: FinishReason =
            switch finish {
            case _ where isCut: .length
            // Services say either whether there are calls or not.
            case "end_turn", "stop_sequence", "tool_use", nil: calls.isEmpty ? .stop : .toolCalls
            case "refusal": throw ModelError(.refused, "the model would not answer")
            case .some(let other): .other(other)
            }
        return ModelResponse(
            text: text, toolCalls: calls, finishReason: reason, usage: counted, model: model, id: id)
    }
}
