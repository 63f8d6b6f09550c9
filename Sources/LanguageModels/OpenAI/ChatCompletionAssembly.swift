import Coordinator

/// Assembles a chat completion from its chunks.
struct ChatCompletionAssembly: AnswerAssembly {
    private struct Call {
        var id = ""
        var name = ""
        var arguments = ""
    }

    /// The most calls of one answer.
    static let callLimit = 128

    private let service: String
    private var model: String
    private var id: String?
    private var text = ""
    private var refusal = ""
    private var calls: [Int: Call] = [:]
    private var finish: String?
    private(set) var usage: ModelUsage?
    private(set) var isComplete = false
    /// Some services close the connection instead of sending the last event.
    var mayEndHere: Bool { finish != nil }

    init(model: String, service: String) {
        self.model = model
        self.service = service
    }

    mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) -> [ModelEvent] {
        if event.data == "[DONE]" {
            isComplete = true
            return toolCalls(of: calls)
        }
        guard let chunk = try? JSONValue(json: event.data.utf8), chunk.objectValue != nil else {
            throw ModelError(.invalidResponse, "\(service) sent an event that is not a JSON object")
        }
        if chunk["error"] != nil { throw ServiceFailure(status: nil, document: chunk, service: service).error }
        note(chunk)
        guard let choice = chunk["choices"]?.arrayValue?.first else { return [] }
        if let reason = choice["finish_reason"]?.stringValue { finish = reason }
        return try add(choice["delta"] ?? .null)
    }

    mutating func take(whole document: JSONValue) throws(ModelError) -> [ModelEvent] {
        if document["error"] != nil { throw ServiceFailure(status: nil, document: document, service: service).error }
        note(document)
        guard let choice = document["choices"]?.arrayValue?.first, let message = choice["message"] else {
            throw ModelError(.invalidResponse, "\(service) answered with JSON that is no chat completion")
        }
        finish = choice["finish_reason"]?.stringValue ?? "stop"
        let events = try add(message)
        isComplete = true
        return events + toolCalls(of: calls)
    }

    private mutating func note(_ document: JSONValue) {
        if let name = document["model"]?.stringValue, !name.isEmpty { model = name }
        if let name = document["id"]?.stringValue, !name.isEmpty { id = name }
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
        if let piece = delta["content"]?.stringValue, !piece.isEmpty {
            text += piece
            events.append(.text(piece))
        }
        refusal += delta["refusal"]?.stringValue ?? ""
        for (offset, part) in (delta["tool_calls"]?.arrayValue ?? []).enumerated() {
            let index = part["index"]?.integerValue.map { Int(clamping: $0) } ?? offset
            guard (0..<Self.callLimit).contains(index) else {
                throw ModelError(
                    .invalidResponse, "\(service) asks for more than \(Self.callLimit) calls in one answer")
            }
            if let id = part["id"]?.stringValue { calls[index, default: Call()].id = id }
            if let name = part["function"]?["name"]?.stringValue { calls[index, default: Call()].name += name }
            if let arguments = part["function"]?["arguments"]?.stringValue {
                calls[index, default: Call()].arguments += arguments
            }
        }
        let size = text.utf8.count + refusal.utf8.count + calls.values.reduce(0) { $0 + $1.arguments.utf8.count }
        guard size <= ModelTransport.textBytes else {
            throw ModelError(
                .responseTooLarge, "\(service) sent an answer of more than \(ModelTransport.textBytes >> 20) MiB")
        }
        return events
    }

    private func toolCalls(of calls: [Int: Call]) -> [ModelEvent] { ordered.map { .toolCall($0) } }

    private var ordered: [ToolCall] {
        calls.sorted { $0.key < $1.key }.map { index, call in
            ToolCall(id: call.id.isEmpty ? "call-\(index)" : call.id, name: call.name, arguments: call.arguments)
        }
    }

    func response() throws(ModelError) -> ModelResponse {
        if !refusal.isEmpty {
            throw ModelError(.refused, "the model would not answer: \(ModelError.detail(refusal))")
        }
        let reason: FinishReason =
            switch finish {
            case "length": .length
            case "tool_calls", "function_call": .toolCalls
            case "content_filter": .contentFilter
            case "stop", nil: calls.isEmpty ? .stop : .toolCalls
            case .some(let other): .other(other)
            }
        return ModelResponse(
            text: text, toolCalls: ordered, finishReason: reason, usage: usage ?? ModelUsage(), model: model, id: id)
    }
}
