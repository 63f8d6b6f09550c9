import Coordinator

/// An agent that is made of a language model, instructions and tools, as a file describes it.
public struct ModelAgentSpecification: Sendable, Hashable {
    /// What the model is told to do.
    public var instructions: Instructions
    /// What of the blackboard goes into the prompt, as data. The element of ``ForEach`` is one of them, by its name.
    public var input: [ContextPath]
    /// The form of the answer, and where it goes.
    public var output: Output
    /// The built-in tools that the model may call.
    public var tools: [BuiltIn]
    /// The servers whose tools it may call, by their names in ``JobSpecification/tools``.
    public var servers: [Server]
    /// What bounds its conversation.
    public var limits: ConversationLimits
    /// The tools of which a person is asked before each call: `shell`, `github.create_issue`, or all of a server as
    /// `github.*`.
    public var approve: [String]

    /// The longest instructions, in bytes. 64 KiB.
    public static let longestInstructions = 64 << 10
    /// The largest file of a schema, in bytes. 64 KiB.
    public static let largestSchema = 64 << 10
    /// The most paths of ``input``. 20.
    public static let mostInputs = 20
    /// The most members of ``tools`` and ``servers`` together. 20.
    public static let mostTools = 20
    /// The most command lines of a shell. 50.
    public static let mostCommands = 50
    /// The most names of ``Server/allow``, of ``approve`` and of ``ToolServerSpecification/effects``. 200.
    public static let mostNames = 200

    /// What a model is told to do.
    public struct Instructions: Sendable, Hashable {
        /// The text; empty where it stands in a file that was not to be read.
        public var text: String
        /// The file that holds the text, as it is named in the job file; `nil` for text of the job file itself.
        public var file: String?

        /// Describes instructions.
        public init(_ text: String, file: String? = nil) {
            self.text = text
            self.file = file
        }
    }

    /// The form of an answer, and where it goes.
    public struct Output: Sendable, Hashable {
        /// The JSON Schema that the answer must fit; `nil` for text, and where the schema stands in a file that was not to be
        /// read.
        public var schema: JSONValue?
        /// The file that holds the schema, as it is named in the job file; `nil` for one of the job file itself.
        public var schemaFile: String?
        /// Where the answer is written.
        public var path: ContextPath

        /// Describes a form.
        public init(schema: JSONValue? = nil, schemaFile: String? = nil, to path: ContextPath) {
            self.schema = schema
            self.schemaFile = schemaFile
            self.path = path
        }
    }

    /// A tool that comes with the program.
    public enum BuiltIn: Sendable, Hashable {
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

        /// The tool's name, in job files and to the model.
        public var name: String {
            switch self {
            case .files: "files"
            case .search: "search"
            case .context: "context"
            case .edit: "edit"
            case .shell: "shell"
            }
        }

        /// Those without settings.
        static let plain: [BuiltIn] = [.files, .search, .context, .edit]
        /// The name of the one that runs programs.
        static let shellName = BuiltIn.shell(commands: [], sandbox: SandboxPolicy()).name
        /// All names.
        static let names = plain.map(\.name) + [shellName]
    }

    /// A server whose tools the model may call.
    public struct Server: Sendable, Hashable {
        /// The server's name in ``JobSpecification/tools``.
        public var name: String
        /// The tools that may be called; `nil` for all.
        public var allow: [String]?

        /// Names a server.
        public init(_ name: String, allow: [String]? = nil) {
            self.name = name
            self.allow = allow
        }
    }

    /// Describes an agent.
    public init(
        instructions: Instructions, input: [ContextPath] = ["task"], output: Output, tools: [BuiltIn] = [],
        servers: [Server] = [], limits: ConversationLimits = ConversationLimits(), approve: [String] = []
    ) {
        self.instructions = instructions
        self.input = input
        self.output = output
        self.tools = tools
        self.servers = servers
        self.limits = limits
        self.approve = approve
    }
}

extension ModelAgentSpecification {
    /// Whether it has the tool that edits.
    var edits: Bool { tools.contains(.edit) }

    /// Where the patch of an agent's edits is written.
    ///
    /// - Parameter agent: the agent's name.
    package static func patch(of agent: String) -> ContextPath { ContextPath(segments: ["artifacts", agent, "patch"]) }

    /// Where an answer is written unless said otherwise: beside the patch, where there may be one.
    static func output(of agent: String, edits: Bool) -> ContextPath {
        ContextPath(segments: ["artifacts", agent] + (edits ? ["answer"] : []))
    }

    /// The paths that it writes.
    func writes(of agent: String) -> [ContextPath] { [output.path] + (edits ? [Self.patch(of: agent)] : []) }

    /// The role of an agent whose file gives it none: it reads its inputs and what its tools show, and writes its answer
    /// and its patch.
    ///
    /// - Parameters:
    ///   - agent: the agent's name.
    ///   - item: the name by which it sees its element, if it has one.
    package func role(of agent: String, item: String?) -> Role {
        let inputs = input.filter { $0.segments.first != item }.map { ContextPattern($0) }
        let shown = tools.flatMap(\.reads)
        var seen: Set<ContextPattern> = []
        let reads = (inputs + shown).filter { seen.insert($0).inserted }
        return Role(name: agent, reads: reads, writes: writes(of: agent).map { ContextPattern($0) })
    }
}

extension ModelAgentSpecification.BuiltIn {
    /// What a role must read for the tool to show it.
    fileprivate var reads: [ContextPattern] {
        switch self {
        case .files, .search, .edit, .shell: ["artifacts.code"]
        case .context: ["task", "constraints", "decisions", "artifacts.**"]
        }
    }
}
