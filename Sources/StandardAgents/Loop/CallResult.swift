import Coordinator

/// What a call came to, as it is kept and as the model is told it.
struct CallResult: Sendable, Hashable, Codable {
    /// The text, within its bound.
    var text: String
    /// Whether the call was refused or has failed.
    var isError: Bool
    /// Whether the call could not be read: no JSON, no such tool, arguments that do not fit.
    var isUnreadable: Bool
    /// What the call asks a person; it has no result yet then.
    var question: Question?
    /// The failure's `error.type`; beside the value in the journal.
    var errorType: String?

    /// What a call asks a person.
    struct Question: Sendable, Hashable, Codable {
        var question: String
        var schema: JSONValue?
        var state: JSONValue
    }

    enum CodingKeys: String, CodingKey {
        case text, question
        case isError = "is_error"
        case isUnreadable = "is_unreadable"
    }

    init(_ text: String, isError: Bool = false, isUnreadable: Bool = false, errorType: String? = nil) {
        self.text = text
        self.isError = isError
        self.isUnreadable = isUnreadable
        self.errorType = errorType
    }

    /// Reads a result as it was kept; one of another form, such as a person's own words, is shown as it is.
    init(kept end: ConversationStep.ToolEnd) {
        if let result = try? end.result.decoded(as: CallResult.self) {
            self = result
        } else {
            self.init(end.result.stringValue ?? (try? end.result.json()) ?? "", isError: end.errorType != nil)
        }
        errorType = end.errorType
    }

    init(asking question: ToolQuestion) {
        self.init("")
        self.question = Question(question: question.question, schema: question.schema, state: question.state)
    }

    /// The result as a tool gave it.
    var tool: ToolResult { ToolResult(text, isError: isError, errorType: errorType) }
}
