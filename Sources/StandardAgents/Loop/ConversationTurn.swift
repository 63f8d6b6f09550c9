import Coordinator
import LanguageModels

/// An answer of the model, as it is kept.
struct ConversationTurn: Sendable, Hashable, Codable {
    /// What the model wrote.
    var text: String
    /// The calls that it asks for, as it wrote them.
    var calls: [Call]
    /// Why the answer ended.
    var end: End
    /// Why it would not answer, in the service's words; `nil` where it did.
    var refusal: String?
    /// The model that answered, as the service says.
    var model: String
    /// The attempt of the run that asked.
    var attempt: Int
    /// Whether the service takes no tools.
    var isWithoutTools: Bool

    /// One call.
    struct Call: Sendable, Hashable, Codable {
        /// The service's name for it.
        var id: String
        /// The tool's name as the model wrote it.
        var name: String
        /// The arguments as the model wrote them, which may be no JSON.
        var arguments: String
        /// What the service wants back with the call; see `ToolCall`.
        var attachment: JSONValue?
    }

    /// Why an answer ended, as far as the loop makes a difference.
    enum End: String, Sendable, Hashable, Codable {
        case whole
        case cut
        case refused
    }

    enum CodingKeys: String, CodingKey {
        case text, calls, end, refusal, model, attempt
        case isWithoutTools = "without_tools"
    }

    init(_ response: ModelResponse, attempt: Int, isWithoutTools: Bool) {
        text = response.text
        calls = response.toolCalls.map {
            Call(id: $0.id, name: $0.name, arguments: $0.arguments, attachment: $0.attachment)
        }
        end =
            switch response.finishReason {
            case .length: .cut
            case .contentFilter: response.text.isEmpty && response.toolCalls.isEmpty ? .refused : .cut
            case .stop, .toolCalls, .other: .whole
            }
        refusal = nil
        model = response.model
        self.attempt = attempt
        self.isWithoutTools = isWithoutTools
    }

    /// An answer that is none.
    init(refusal: String, model: String, attempt: Int, isWithoutTools: Bool) {
        (text, calls, end) = ("", [], .refused)
        self.refusal = refusal
        self.model = model
        self.attempt = attempt
        self.isWithoutTools = isWithoutTools
    }
}
