extension ModelRequest {
    /// The tokens that a service may add for one message, tool or call, as the marks of its prompt's form. 64.
    package static let markTokens = 64
    /// The tokens that a service may add where there are tools or a form of the answer, to say how they are used. 1,024;
    /// Anthropic's have some 700.
    package static let toolPromptTokens = 1_024

    /// The bytes of everything that is sent for the model to read.
    package var textBytes: Int { spokenBytes + formBytes }

    /// The most tokens that the request may be counted as.
    ///
    /// No token is shorter than a byte, for a tokenizer that makes tokens of bytes. A service writes the schemas of forms
    /// and tools into its prompt as it likes, perhaps with white space: they count twice.
    package var mostInputTokens: Int {
        let calls = messages.reduce(0) { $0 + ($1.toolCalls.count) }
        let parts = 1 + messages.count + calls + tools.count + (schema == nil ? 0 : 1)
        let hasForms = schema != nil || !tools.isEmpty
        return spokenBytes + 2 * formBytes + parts * Self.markTokens + (hasForms ? Self.toolPromptTokens : 0)
    }

    private var spokenBytes: Int { system.utf8.count + messages.reduce(0) { $0 + $1.bytes } }

    private var formBytes: Int {
        let forms = ([schema?.sent] + tools.map(\.parameters)).compactMap { try? $0?.json() }
        let names = [schema?.name ?? ""] + tools.flatMap { [$0.name, $0.description] }
        return (forms + names).reduce(0) { $0 + $1.utf8.count }
    }
}

extension ModelMessage {
    fileprivate var toolCalls: [ToolCall] {
        if case .assistant(_, let calls) = self { calls } else { [] }
    }

    /// The bytes of its texts, names and arguments.
    fileprivate var bytes: Int {
        switch self {
        case .user(let text): text.utf8.count
        case .assistant(let text, let calls):
            calls.reduce(text.utf8.count) { sum, call in
                let attached = (try? call.attachment?.json())?.utf8.count ?? 0
                return sum + call.id.utf8.count + call.name.utf8.count + call.arguments.utf8.count + attached
            }
        case .toolResult(let id, let content, _): id.utf8.count + content.utf8.count
        }
    }
}
