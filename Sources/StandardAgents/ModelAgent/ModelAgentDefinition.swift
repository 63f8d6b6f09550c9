import Coordinator
import LanguageModels

/// What an agent made of a model is to do, and with what.
package struct ModelAgentDefinition: Sendable {
    /// What the model is told to do.
    package var instructions: String
    /// Says which instructions those are, on spans: a name and the first digits of their digest.
    package var promptVersion: String
    /// What of the view goes into the prompt, as data.
    package var input: [ContextPath]
    /// The JSON Schema that the answer must fit; `nil` for text.
    package var schema: OutputSchema?
    /// Where the answer is written.
    package var output: ContextPath
    /// The built-in tools.
    package var tools: [BuiltInTool]
    /// The servers whose tools it may call.
    package var servers: [ToolServer]
    /// The limits of its conversation.
    package var limits: ConversationLimits
    /// The tools of which a person is asked before each call: `shell`, `github.create_issue`, `github.*`.
    package var approve: Set<String>

    package init(
        instructions: String, promptVersion: String, input: [ContextPath], schema: OutputSchema?, output: ContextPath,
        tools: [BuiltInTool] = [], servers: [ToolServer] = [], limits: ConversationLimits = ConversationLimits(),
        approve: Set<String> = []
    ) {
        self.instructions = instructions
        self.promptVersion = promptVersion
        self.input = input
        self.schema = schema
        self.output = output
        self.tools = tools
        self.servers = servers
        self.limits = limits
        self.approve = approve
    }
}
