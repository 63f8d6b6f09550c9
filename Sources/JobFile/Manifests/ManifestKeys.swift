import Coordinator

/// The keys of a manifest.
enum ManifestKeys {
    static let name = Key(
        "name", Form<String>.name.located, "The name that job files use the agent by; unique in its folder.",
        required: true)
    static let version = Key(
        "version", Form<String>.someText, "The version, as its author counts.", required: true)
    static let description = Key(
        "description", Form<String>.text, "What the agent is for, in a sentence.", default: "",
        otherNames: ["about", "summary"])
    static let capabilities = Key(
        "capabilities", .list(of: Form<String>.name, "a list of words such as [review]"),
        "What it can do: job files may select it with uses: {capability: WORD}.", default: [],
        otherNames: ["capability", "skills", "tags"])
    static let command = Key(
        "command", ProgramArguments.form,
        "The program and its arguments, run in the workspace; never handed to a shell.",
        otherNames: ["run", "argv", "cmd", "exec"])
    static let http = Key(
        "http", ServiceAddress.form, "In place of command: the address that takes the agent's input by POST.",
        otherNames: ["url", "endpoint", "address"])
    static let role = Key(
        "role", RoleReference.form.located,
        "What the agent may see and write, or the name of a standard role. Without it, it may read task and write the "
            + "artifact of the name it has in a job.")
    static let policy = Key(
        "policy", PolicyKeys.form, "Time limits, retries and breaker, where a job file says nothing.",
        otherNames: ["policies"])

    private static let keys: [any ObjectKey] = [
        name, version, description, capabilities, command, http, AgentKeys.variables, AgentKeys.sandbox, role, policy,
        AgentKeys.objective,
    ]

    /// The keys that mean something for programs alone.
    private static let ofPrograms: [any ObjectKey] = [AgentKeys.variables, AgentKeys.sandbox]

    static let form = Form<AgentManifest>.object(
        "an object that describes an agent", keys,
        rules: [
            "oneOf": [
                ["required": [.string(command.name)]],
                [
                    "required": [.string(http.name)],
                    "not": ["anyOf": .array(ofPrograms.map { ["required": [.string($0.name)]] })],
                ],
            ]
        ], build: build)

    /// Reads every key once, so that every mistake is reported once.
    private static func build(_ members: Members) -> AgentManifest? {
        let arguments = members[command]
        let url = members[http]
        let located = members[name]
        let variables = members[AgentKeys.variables] ?? []
        let role = role(members[role], name: located?.value ?? "")
        var defaults = members[policy] ?? AgentDefaults()
        defaults.role = role
        if members.has(command), members.has(http) {
            members.report(at: http, "command and http exclude each other")
        } else if !members.has(command), !members.has(http) {
            members.cursor.report("one of the keys 'command' and 'http' is missing")
        }
        for key in ofPrograms where members.has(key) && !members.has(command) {
            members.report(at: key, "the key '\(key.name)' goes with command")
        }
        if let located, reserved.contains(located.value) {
            located.cursor.report("'\(located.value)' is the name of an agent that ships; give yours another one")
        }
        let manifest = AgentManifest(
            name: located?.value ?? "", version: members[version] ?? "", description: members[description] ?? "",
            capabilities: Set(members[capabilities] ?? []),
            implementation: arguments.map { .command($0) } ?? .http(url: url ?? ""), variables: variables,
            sandbox: members[AgentKeys.sandbox]?.value, defaults: defaults, objective: members[AgentKeys.objective])
        return manifest
    }

    private static let reserved = AgentKeys.words

    private static func role(_ reference: Located<RoleReference>?, name: String) -> Role? {
        switch reference?.value {
        case .inline(var role):
            role.name = name
            return role
        case .named(let wanted):
            if let role = Role.standard(named: wanted) { return role }
            let names = Role.standard.map(\.name)
            reference?.cursor.report(
                unknown: wanted,
                "there is no standard role '\(wanted)'; write the role out, or one of \(names.joined(separator: ", "))",
                known: { names })
            return nil
        case nil: return nil
        }
    }
}

/// `policy:` of a manifest: what a job file says at the agent itself.
enum PolicyKeys {
    private static let keys: [any ObjectKey] = [
        AgentKeys.timeout, AgentKeys.timeouts, AgentKeys.maxRetries, AgentKeys.retry, AgentKeys.idempotent,
        AgentKeys.breaker,
    ]

    static let form = Form<AgentDefaults>.object("an object of policies", keys) { members in
        AgentKeys.checkPolicies(members)
        return AgentDefaults(
            timeouts: AgentKeys.timeouts(members), retry: AgentKeys.retry(members), breaker: members[AgentKeys.breaker],
            idempotent: members[AgentKeys.idempotent])
    }
}
