import Coordinator

/// Assembles a chat completion from its chunks.
struct ChatCompletionAssembly: AnswerAssembly {
    private struct Call {
        var id = ""
        var name = ""
        var arguments = ""

        var isEmpty: Bool { id.isEmpty && name.isEmpty && arguments.isEmpty }

        mutating func add(_ part: JSONValue) {
            id = part["id"]?.wireText ?? id
            let function = part["function"] ?? .null
            // A name comes in pieces, or whole with each piece of the arguments.
            if let piece = function["name"]?.wireText, piece != name { name += piece }
            switch function["arguments"] {
            case .string(let piece): arguments += piece
            // Some services send the arguments as the object that they are.
            case .object(let members): arguments += (try? JSONValue.object(members).json()) ?? ""
            default: break
            }
        }
    }

    /// The most calls of one answer.
    static let callLimit = 128

    private let service: String
    private var model: String
    private var id: String?
    private(set) var text = ""
    private var refusal = ""
    private var calls: [Int: Call] = [:]
    private var finish: String?
    private(set) var usage: ModelUsage?
    private(set) var isComplete = false
    private var hasToldCalls = false
    /// Some services close the connection instead of sending the last event.
    var mayEndHere: Bool { finish != nil }

    init(model: String, service: String) {
        self.model = model
        self.service = service
    }

    mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for content in try event.contents(service) where !isComplete {
            switch content {
            case .end: isComplete = true
            case .document(let members): events += try take(.object(members), isError: event.name == "error")
            }
        }
        return isComplete ? events + end() : events
    }

    private mutating func take(_ chunk: JSONValue, isError: Bool) throws(ModelError) -> [ModelEvent] {
        if isError || chunk["error"]?.said != nil || chunk["object"] == "error" {
            throw ServiceFailure(status: nil, document: chunk, service: service).error
        }
        note(chunk)
        var events: [ModelEvent] = []
        if let choice = chunk["choices"]?.arrayValue?.first {
            if let reason = choice["finish_reason"]?.wireText { finish = reason }
            let delta = choice["delta"] ?? .null
            // Some services send one piece, as a message.
            let isMessage = delta.objectValue?.isEmpty ?? true && text.isEmpty && calls.isEmpty
            events = try add(isMessage ? choice["message"] ?? .null : delta)
        }
        // The count of a whole answer comes with its end or after it; nothing follows but the mark.
        if finish != nil, chunk["usage"]?.said != nil { isComplete = true }
        return events
    }

    mutating func take(whole document: JSONValue) throws(ModelError) -> [ModelEvent] {
        let document = document.arrayValue?.first ?? document
        if document["error"]?.said != nil || document["object"] == "error" {
            throw ServiceFailure(status: nil, document: document, service: service).error
        }
        note(document)
        guard let choice = document["choices"]?.arrayValue?.first, let message = choice["message"] else {
            throw ModelError(.invalidResponse, "\(service) answered with JSON that is no chat completion")
        }
        finish = choice["finish_reason"]?.wireText ?? "stop"
        let events = try add(message)
        isComplete = true
        return events + end()
    }

    mutating func end() -> [ModelEvent] {
        guard !hasToldCalls else { return [] }
        hasToldCalls = true
        return ordered.map { .toolCall($0) }
    }

    private mutating func note(_ document: JSONValue) {
        if let name = document["model"]?.wireText { model = name }
        if let name = document["id"]?.wireText { id = name }
        // Each chunk may have a count; the last one is the total.
        let counts = document["usage"]
        let input = ModelUsage.tokens(counts?["prompt_tokens"])
        let output = ModelUsage.tokens(counts?["completion_tokens"])
        guard input != nil || output != nil else { return }
        var known = usage ?? ModelUsage()
        known.inputTokens = input ?? known.inputTokens
        known.outputTokens = output ?? known.outputTokens
        usage = known
    }

    private mutating func add(_ delta: JSONValue) throws(ModelError) -> [ModelEvent] {
        var events: [ModelEvent] = []
        let piece = ContentParts.text(delta["content"])
        if !piece.isEmpty {
            text += piece
            events.append(.text(piece))
        }
        refusal += (delta["refusal"]?.wireText ?? "") + ContentParts.refusal(delta["content"])
        for (offset, part) in (delta["tool_calls"]?.arrayValue ?? []).enumerated() where part.objectValue != nil {
            let index = index(of: part, offset)
            guard (0..<Self.callLimit).contains(index) else {
                throw ModelError(
                    .invalidResponse, "\(service) asks for more than \(Self.callLimit) calls in one answer")
            }
            calls[index, default: Call()].add(part)
        }
        let size = text.utf8.count + refusal.utf8.count + calls.values.reduce(0) { $0 + $1.arguments.utf8.count }
        guard size <= ModelTransport.textBytes else {
            throw ModelError(
                .responseTooLarge, "\(service) sent an answer of more than \(ModelTransport.textBytes >> 20) MiB")
        }
        return events
    }

    /// The call that a part belongs to. Some services give no index, or the same one for each call; then another
    /// identifier is another call.
    private func index(of part: JSONValue, _ offset: Int) -> Int {
        let stated = part["index"]?.wireInteger.map { Int(clamping: $0) }
        guard let id = part["id"]?.wireText else { return stated ?? (offset == 0 ? calls.keys.max() ?? 0 : offset) }
        if let stated, calls[stated].map({ $0.id.isEmpty || $0.id == id }) ?? true { return stated }
        return calls.first { $0.value.id == id }?.key ?? (calls.keys.max() ?? -1) + 1
    }

    private var ordered: [ToolCall] {
        calls.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { index, call in
            ToolCall(id: call.id.isEmpty ? "call-\(index)" : call.id, name: call.name, arguments: call.arguments)
        }
    }

    func response() throws(ModelError) -> ModelResponse {
        if !refusal.isEmpty {
            throw ModelError(.refused, "the model would not answer: \(ModelError.detail(refusal))")
        }
        let reason: FinishReason =
            switch finish?.lowercased() {
            case "length", "max_tokens", "max_output_tokens", "model_length": .length
            case "tool_calls", "tool_call", "tool_use", "function_call": .toolCalls
            case "content_filter": .contentFilter
            case "stop", "eos", "eos_token", "end_turn", "stop_sequence", nil: calls.isEmpty ? .stop : .toolCalls
            case .some: .other(finish ?? "")
            }
        return ModelResponse(
            text: text, toolCalls: ordered, finishReason: reason, usage: usage ?? ModelUsage(), model: model, id: id)
    }
}
