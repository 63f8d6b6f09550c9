import Coordinator
import Support

/// `tools:` of an agent made of a model: built-in tools, and servers of the job.
enum AgentToolKeys {
    private typealias BuiltIn = ModelAgentSpecification.BuiltIn

    static let shell = Key(
        BuiltIn.shellName, ShellKeys.form,
        "Runs one of some programs, confined, in a copy of the workspace with the patch so far.",
        otherNames: ["bash", "exec", "run", "command"])
    static let server = Key(
        "mcp", Form<String>.text.located, "A server under tools: of the job, whose tools the model may call.",
        otherNames: ["server"])
    static let allow = Key(
        "allow", allowForm, "With mcp, the tools of the server that may be called; without it all of them.",
        otherNames: ["allowed", "only", "tools"])

    private static let words = BuiltIn.plain.map(\.name)
    private static let what =
        "\(words.joined(separator: ", ")), {\(BuiltIn.shellName): {commands: [...]}} or {mcp: NAME}"

    private static let object = Form<AgentToolDraft.Tool>.object(
        what, [shell, server, allow],
        rules: [
            "oneOf": [
                ["required": [.string(shell.name)], "not": ["required": [.string(allow.name)]]],
                ["required": [.string(server.name)]],
            ]
        ]
    ) { members in
        let (programs, server, allow) = (members[shell], members[server], members[allow])
        if members.has(shell), members.has(Self.server) {
            members.report(at: Self.server, "shell and mcp exclude each other; write two members of the list")
        } else if !members.has(shell), !members.has(Self.server) {
            members.cursor.report("one of the keys 'shell' and 'mcp' is missing")
        }
        if members.has(Self.allow), !members.has(Self.server) {
            members.report(at: Self.allow, "the key 'allow' goes with mcp: a shell has 'commands'")
        }
        return programs.map { .builtIn($0) } ?? server.map { .server($0, allow: allow) }
    }

    private static let tool = Form<AgentToolDraft.Tool>([
        "anyOf": [.object(Form<String>.choice(words).schema), .object(object.schema)]
    ]) { cursor in
        guard case .text(let text) = cursor.node.content else { return object.read(cursor) }
        if let plain = BuiltIn.plain.first(where: { $0.name == text }) { return .builtIn(plain) }
        if text == BuiltIn.shellName {
            cursor.report(
                "the shell runs only what is listed", suggestion: "{shell: {commands: [[swift, test]]}}")
            return nil
        }
        return .unknown(text)
    }

    static let form: Form<[AgentToolDraft]> = {
        let list = Form.list(of: tool.located, "a list of tools such as [files, search]")
        let most = ModelAgentSpecification.mostTools
        var schema = list.schema
        schema["maxItems"] = .integer(Int64(most))
        return Form(schema) { cursor in
            guard let tools = list.read(cursor) else { return nil }
            if tools.count > most { cursor.report("there are \(tools.count) tools, and may be \(most)") }
            return tools.map { AgentToolDraft(tool: $0.value, cursor: $0.cursor) }
        }
    }()

    private static let allowForm = Form.list(
        of: ToolName.form.located, atLeast: 1, "a list of tools such as [get_issue]"
    ).bounded(atMost: ModelAgentSpecification.mostNames, "tools") { tool in "the tool '\(tool)' stands twice" }
}

/// One member of `tools:` of an agent, before servers are looked up.
struct AgentToolDraft: Sendable {
    enum Tool: Sendable {
        case builtIn(ModelAgentSpecification.BuiltIn)
        case server(Located<String>, allow: [Located<String>]?)
        /// A word that is no tool's, of which more can be said once the job's servers are known.
        case unknown(String)
    }

    let tool: Tool
    let cursor: Cursor
}

/// `shell:` of an agent's tools.
enum ShellKeys {
    static let commands = Key(
        "commands",
        commandsForm,
        "The programs that may be run, each a list with the program and its first arguments, which more may follow; never "
            + "handed to a shell.", required: true, otherNames: ["command", "allow", "programs"])

    static let form = Form<ModelAgentSpecification.BuiltIn>.object(
        "an object such as {commands: [[swift, test]]}", [commands, AgentKeys.toolSandbox]
    ) { members in
        let sandbox = members[AgentKeys.toolSandbox]
        return members[commands].map { .shell(commands: $0, sandbox: sandbox ?? SandboxPolicy()) }
    }

    private static let commandsForm: Form<[[String]]> = {
        let list = Form.list(
            of: ProgramArguments.form, atLeast: 1, "a list of commands, each a list such as [swift, test]")
        let most = ModelAgentSpecification.mostCommands
        var schema = list.schema
        schema["maxItems"] = .integer(Int64(most))
        return Form(schema) { cursor in
            guard let commands = list.read(cursor) else { return nil }
            if commands.count > most {
                cursor.report("there are \(commands.count) commands, and may be \(most)")
            }
            return commands
        }
    }()
}

/// Names of tools, as servers give them.
enum ToolName {
    static let pattern = "^[A-Za-z0-9_./-]{1,\(ToolServerSpecification.longestToolName)}$"

    static let form = Form<String>(["type": "string", "pattern": .string(pattern)]) { cursor in
        guard let text = Form<String>.text.read(cursor) else { return nil }
        if let fault = fault(in: text) { cursor.report(fault) }
        return text
    }

    /// Why a text is no tool's name; `nil` when it is one.
    static func fault(in name: String) -> String? {
        let isRight =
            (1...ToolServerSpecification.longestToolName).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || "_-./".utf8.contains(byte)
            }
        return isRight
            ? nil
            : "a tool's name is of letters, digits, '_', '-', '.' and '/', at most "
                + "\(ToolServerSpecification.longestToolName) characters in all; servers give them"
    }
}
