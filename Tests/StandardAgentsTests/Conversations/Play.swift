import Coordinator
import StandardAgents
import Testing

/// One conversation with a model on a server: what the model answers, and how the attempt is to end.
struct Play: Sendable, CustomTestStringConvertible {
    let name: String
    /// The answers, as `played_model.py` says.
    let answers: JSONValue
    var outcome = AgentOutcome.succeeded
    var errorType: String?
    /// Texts that the model was told, in its last request.
    var told: [String] = []
    /// How often the model was asked; `nil` for any number.
    var requests: Int?
    /// The answer that was written; `nil` for any.
    var written: JSONValue?
    var tools: [BuiltInTool] = [.files, .search, .context]
    var limits = ConversationLimits()
    var hasSchema = false
    var retries = 0
    var approve: Set<String> = []
    var decisions: [ApprovalAnswer] = []
    /// Whether a patch is written.
    var hasPatch = false

    var testDescription: String { name }

    static let shell = BuiltInTool.shell(
        commands: [["cat"], ["sh", "run.sh"], ["git", "status"]], sandbox: SandboxPolicy())

    static func text(_ text: String) -> JSONValue { ["text": .string(text)] }

    /// An answer that calls tools: names, and arguments as they are sent.
    static func calls(_ calls: (String, JSONValue)..., with members: JSONObject = [:]) -> JSONValue {
        .object(
            members.merging(
                ["calls": .array(calls.map { ["name": .string($0.0), "arguments": $0.1] })]) { $1 })
    }

    static func call(_ name: String, _ arguments: JSONValue = "{}", with members: JSONObject = [:]) -> JSONValue {
        calls((name, arguments), with: members)
    }
}
