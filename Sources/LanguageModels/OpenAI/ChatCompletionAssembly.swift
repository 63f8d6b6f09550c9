import Coordinator
import CurlClient

/// Assembles a chat completion from its chunks.
struct ChatCompletionAssembly: AnswerAssembly {
    /// The members of a message in which services send what the model thought, and want it back beside its calls.
    static let thoughtMembers = ["reasoning_content", "reasoning_details"]

    private let service: String
    private var model: String
    private var id: String?
    private(set) var text = ""
    private var refusal = ""
    private var calls = ChatCompletionCalls()
    /// What some services want back with the calls: what the model thought before them.
    private var thoughts: JSONObject = [:]
    private var thoughtBytes = 0
    private var finish: String?
    private(set) var usage: ModelUsage?
    private(set) var isComplete = false
    private var hasToldCalls = false
    var hasBegun: Bool { !text.isEmpty || !refusal.isEmpty || !calls.isEmpty }
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
        return toldCalls.map { .toolCall($0) }
    }

    private mutating func note(_ document: JSONValue) {
        if let name = document["model"]?.wireText { model = name }
        if let name = document["id"]?.wireText { id = name }
        usage = ModelUsage(chatCompletion: document["usage"], after: usage)
    }

    private mutating func add(_ delta: JSONValue) throws(ModelError) -> [ModelEvent] {
        var events: [ModelEvent] = []
        let piece = ContentParts.text(delta["content"])
        if !piece.isEmpty {
            text += piece
            events.append(.text(piece))
        }
        refusal += (delta["refusal"]?.wireText ?? "") + ContentParts.refusal(delta["content"])
        do throws(ChatCompletionCalls.TooMany) {
            try calls.add(delta["tool_calls"])
            // As the protocol had calls before it had several.
            try calls.add(delta["function_call"])
        } catch {
            throw ModelError(
                .invalidResponse, "\(service) asks for more than \(ChatCompletionCalls.limit) calls in one answer")
        }
        takeThoughts(delta)
        let size = text.utf8.count + refusal.utf8.count + calls.size + thoughtBytes
        guard size <= ModelTransport.textBytes else {
            throw ModelError(
                .responseTooLarge, "\(service) sent an answer of more than \(ModelTransport.textBytes >> 20) MiB")
        }
        return events
    }

    private mutating func takeThoughts(_ delta: JSONValue) {
        if let piece = delta["reasoning_content"]?.wireText {
            thoughtBytes += piece.utf8.count
            thoughts["reasoning_content"] = .string((thoughts["reasoning_content"]?.stringValue ?? "") + piece)
        }
        if let details = delta["reasoning_details"]?.arrayValue, !details.isEmpty {
            thoughtBytes += (try? JSONValue.array(details).json())?.utf8.count ?? 0
            thoughts["reasoning_details"] = .array((thoughts["reasoning_details"]?.arrayValue ?? []) + details)
        }
    }

    private var toldCalls: [ToolCall] { calls.told(isCut: isCut, thoughts: thoughts) }

    private var isCut: Bool {
        ["length", "max_tokens", "max_output_tokens", "model_length"].contains(finish?.lowercased())
    }

    func response() throws(ModelError) -> ModelResponse {
        if !refusal.isEmpty {
            throw ModelError(.refused, "the model would not answer: \(ModelError.detail(refusal))")
        }
        let calls = toldCalls
        let reason: FinishReason =
            switch finish?.lowercased() {
            case _ where isCut: .length
            case "content_filter": .contentFilter
            // Services say either whether there are calls or not.
            case "tool_calls", "tool_call", "tool_use", "function_call", "stop", "eos", "eos_token", "end_turn",
                "stop_sequence", nil:
                calls.isEmpty ? .stop : .toolCalls
            case .some: .other(finish ?? "")
            }
        return ModelResponse(
            text: text, toolCalls: calls, finishReason: reason, usage: usage ?? ModelUsage(), model: model, id: id)
    }
}
