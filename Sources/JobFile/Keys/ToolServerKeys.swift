import Coordinator
import Support

/// A member of `tools:` of the job: a server of tools.
enum ToolServerKeys {
    static let transport = Key(
        "mcp", transportForm, "How the server is reached: a program that is started, or a service.", required: true,
        otherNames: ["server"])
    static let effects = Key(
        "effects", effectsForm,
        "Which of its tools have effects (true) or none (false). A tool that is not named is taken to have some: its start "
            + "is kept before it is called, and a call that was cut short is not repeated by itself.", default: [:],
        otherNames: ["effect", "side_effects"])

    static let command = Key(
        "command", ProgramArguments.form,
        "The program and its arguments, spoken to over standard input and output; never handed to a shell.",
        otherNames: ["run", "argv", "cmd", "exec"])
    static let url = Key(
        "url", ServiceAddress.form, "The address of the service.", otherNames: ["endpoint", "address", "http"])
    static let tokenVariable = Key(
        "token_env", VariableName.form.located,
        "With url, the environment variable that holds the token the service asks for.",
        otherNames: ["token", "key_env", "bearer"])
    static let variables = Key(
        "env", .list(of: VariableName.form, "a list of variables' names such as [GITHUB_TOKEN]"),
        "With command, names of environment variables that the program gets beside PATH, HOME and the like.",
        default: [], otherNames: ["environment", "variables"])

    private static let keys: [any ObjectKey] = [command, variables, AgentKeys.toolSandbox, url, tokenVariable]

    static let form = Form<ToolServerDraft>.object("an object with mcp", [transport, effects]) { members in
        let effects = members[effects] ?? []
        return members[transport].map { transport in
            var draft = transport
            draft.effects = Dictionary(effects.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            return draft
        }
    }

    private static let transportForm = Form<ToolServerDraft>.object(
        "an object with command or url", keys,
        rules: [
            "oneOf": [
                ["required": [.string(command.name)], "not": ["required": [.string(tokenVariable.name)]]],
                [
                    "required": [.string(url.name)],
                    "not": [
                        "anyOf": [
                            ["required": [.string(variables.name)]],
                            ["required": [.string(AgentKeys.toolSandbox.name)]],
                        ]
                    ],
                ],
            ]
        ], build: build)

    /// Reads every key once, so that every mistake is reported once.
    private static func build(_ members: Members) -> ToolServerDraft? {
        let (arguments, address, token) = (members[command], members[url], members[tokenVariable])
        let variables = members[variables] ?? []
        let sandbox = members[AgentKeys.toolSandbox]
        let (hasCommand, hasURL) = (members.has(command), members.has(url))
        if hasCommand, hasURL {
            members.report(at: url, "command and url exclude each other; write two servers")
        } else if !hasCommand, !hasURL {
            members.cursor.report("one of the keys 'command' and 'url' is missing")
        } else if hasCommand, members.has(tokenVariable) {
            members.report(
                at: tokenVariable, "the key 'token_env' goes with url: a program gets variables by 'env'")
        } else if hasURL {
            for key in [Self.variables, AgentKeys.toolSandbox] as [any ObjectKey] where members.has(key) {
                members.report(
                    at: key, "the key '\(key.name)' goes with command: a service is no program of this machine")
            }
        }
        if let arguments {
            return ToolServerDraft(.command(arguments, variables: variables, sandbox: sandbox), token: nil)
        }
        return address.map { ToolServerDraft(.url($0, tokenVariable: token?.value), token: token) }
    }

    private static let effectsForm: Form<[TableRow<Bool>]> = {
        let table = Form.table(
            of: Form<Bool>.boolean, "an object such as {create_issue: true, get_issue: false}",
            names: ["pattern": .string(ToolName.pattern)], check: ToolName.fault)
        let most = ModelAgentSpecification.mostNames
        var schema = table.schema
        schema["maxProperties"] = .integer(Int64(most))
        return Form(schema) { cursor in
            guard let rows = table.read(cursor) else { return nil }
            if rows.count > most { cursor.report("there are \(rows.count) tools, and may be \(most)") }
            return rows
        }
    }()

    /// The servers of a job by name.
    static let table: Form<[TableRow<ToolServerDraft>]> = {
        let table = Form.table(
            of: form, "an object of servers by name",
            names: ["pattern": .string(namePattern), "not": ["enum": .array(taken.map { .string($0) })]],
            check: nameFault)
        let most = ToolServerSpecification.most
        var schema = table.schema
        schema["maxProperties"] = .integer(Int64(most))
        return Form(schema) { cursor in
            guard let rows = table.read(cursor) else { return nil }
            if rows.count > most { cursor.report("there are \(rows.count) servers, and may be \(most)") }
            return rows
        }
    }()

    private static let taken = ModelAgentSpecification.BuiltIn.names
    /// Shorter than other names, since the model sees the server's and the tool's as one, which vendors bound.
    private static let namePattern = "^(?!.*__)[A-Za-z_][A-Za-z0-9_-]{0,31}$"

    private static func nameFault(_ name: String) -> String? {
        if let fault = NameRule.fault(in: name) { return fault }
        if taken.contains(name) { return "'\(name)' is a tool that ships; give the server another name" }
        if name.utf8.count > 32 {
            return "a server's name takes 32 characters at most: the model sees it before each tool's"
        }
        if name.contains("__") { return "a server's name holds no '__', which stands between it and a tool's name" }
        return nil
    }
}

/// A server of tools as read, before it is known whether its token is there.
struct ToolServerDraft: Sendable {
    let transport: ToolServerSpecification.Transport
    let token: Located<String>?
    var effects: [String: Bool] = [:]

    init(_ transport: ToolServerSpecification.Transport, token: Located<String>?) {
        self.transport = transport
        self.token = token
    }

    var specification: ToolServerSpecification { ToolServerSpecification(transport, effects: effects) }
}
