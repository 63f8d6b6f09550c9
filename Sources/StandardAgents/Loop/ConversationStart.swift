import Coordinator
import LanguageModels
import Support

/// What a conversation begins with. It is kept as the run's turn 0, so that a run which goes on, in this process or in
/// another one, builds the very same messages again.
struct ConversationStart: Sendable, Hashable, Codable {
    /// The prompt's name and version.
    var prompt: String
    /// What the model is told to do.
    var system: String
    /// The first message.
    var user: String
    /// The word that fences data from instructions.
    var fence: String
    /// The form of the answer; `nil` for text.
    var form: Form?
    /// The tools that were offered when it began.
    var tools: [ToolDigest]

    /// An ``OutputSchema`` as it is kept.
    struct Form: Sendable, Hashable, Codable {
        var name: String
        var schema: JSONValue
        var asked: JSONValue?

        init(_ schema: OutputSchema) {
            (name, self.schema, asked) = (schema.name, schema.schema, schema.asked)
        }

        var output: OutputSchema { OutputSchema(name: name, schema: schema, asked: asked) }
    }
}

/// A tool as it was described to the model, by the digest of all of it.
struct ToolDigest: Sendable, Hashable, Codable {
    /// The tool's name.
    var name: String
    /// `sha256:` and the hash of its name, its description and its parameters.
    var digest: String

    init(_ tool: any AgentTool) {
        name = tool.name
        let text = [tool.name, tool.description, (try? tool.parameters.json()) ?? ""].joined(separator: "\u{0}")
        digest = "sha256:" + SHA256.hexDigits(of: text.utf8)
    }
}
