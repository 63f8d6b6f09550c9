import Coordinator

/// A tool as its server describes it. The description is data of the server's author, and no instruction.
package struct MCPTool: Sendable, Hashable {
    /// The name, without its server's.
    package let name: String
    /// What it does, in the server's words, cut to a bound.
    package let description: String
    /// A JSON Schema of its arguments.
    package let parameters: JSONValue
    /// `sha256:` and 64 hex digits over the name, the whole description and the schema as the server sent them.
    package let digest: String

    package init(name: String, description: String, parameters: JSONValue, digest: String) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.digest = digest
    }
}

/// What a call came to.
package enum MCPAnswer: Sendable, Hashable {
    /// The tool answered; with `isError` it says that it failed. The text is what the content says, cut to a bound.
    case result(text: String, structured: JSONValue?, isError: Bool)
    /// The tool asks a person first; the call is made again with the answer.
    case inputRequired(MCPQuestion)
}

/// What a tool asks a person before it goes on.
package struct MCPQuestion: Sendable, Hashable, Codable {
    /// The question, in the server's words, cut to a bound.
    package let message: String
    /// A JSON Schema of what may be answered; `nil` where yes or no is all.
    package let schema: JSONValue?
    /// What the server needs to go on, sent back as it is.
    package let state: JSONValue

    package init(message: String, schema: JSONValue?, state: JSONValue) {
        self.message = message
        self.schema = schema
        self.state = state
    }
}

/// What a person has answered to a tool's question.
package struct MCPReply: Sendable, Hashable, Codable {
    /// The question.
    package let question: MCPQuestion
    /// Whether the person went along with it.
    package let isAccepted: Bool
    /// What they filled in; `nil` for nothing.
    package let content: JSONValue?

    package init(question: MCPQuestion, isAccepted: Bool, content: JSONValue?) {
        self.question = question
        self.isAccepted = isAccepted
        self.content = content
    }
}
