import Coordinator
import CurlClient
import LanguageModels
import MCPClient
import Processes
import SourceCode
import Support
import TelemetryCatalog

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

/// A tool that comes with the program.
package enum BuiltInTool: Sendable, Hashable {
    /// Lists files and reads ranges of their lines.
    case files
    /// Searches texts and symbols.
    case search
    /// Reads the blackboard.
    case context
    /// Edits pieces of files, which are collected into a patch.
    case edit
    /// Runs one of these programs, confined, in a copy with the edits so far. Each is the beginning of an argument list.
    case shell(commands: [[String]], sandbox: SandboxPolicy)
}

/// A server whose tools an agent may call.
package struct ToolServer: Sendable {
    /// The server.
    package var server: MCPServer
    /// The tools that may be called; `nil` for all.
    package var allow: [String]?
    /// Which tools are declared to have effects, or not to; all others have.
    package var effects: [String: Bool]

    package init(server: MCPServer, allow: [String]? = nil, effects: [String: Bool] = [:]) {
        self.server = server
        self.allow = allow
        self.effects = effects
    }
}

/// An agent made of a model, instructions and tools.
public struct ModelAgent: Agent {
    private let definition: ModelAgentDefinition
    private let model: AgentModel

    /// - Parameters:
    ///   - workspace: the folder of the git working tree that its tools read; never written.
    ///   - catalog: reads declarations; shared with other agents that read the same files.
    ///   - runner: starts programs.
    ///   - client: the HTTP client for servers of tools.
    package init(
        _ definition: ModelAgentDefinition, model: AgentModel, workspace: String, catalog: SymbolCatalog,
        runner: ProgramRunner, client: @escaping @Sendable () throws -> HTTPClient
    ) {
        self.definition = definition
        self.model = model
    }

    /// Works on the job once.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        throw AgentError(.permanent, errorType: ErrorType.invalidInput, "no conversation is held yet")
    }
}
