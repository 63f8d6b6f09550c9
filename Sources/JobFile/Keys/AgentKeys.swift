import Coordinator

/// A member of `agents:`.
enum AgentKeys {
    static let name = Key("name", Form<String>.name.located, "The agent's name, unique in the job.", required: true)
    static let uses = Key(
        "uses", implementation, "What the agent is.", required: true, otherNames: ["type", "kind", "agent"])
    static let command = Key(
        "command", ProgramArguments.form,
        "With uses: command, the program and its arguments; never handed to a shell.",
        otherNames: ["run", "argv", "cmd", "exec"])
    static let url = Key(
        "url", ServiceAddress.form, "With uses: http, the address that takes the agent's input by POST.",
        otherNames: ["endpoint", "address", "http"])
    static let needs = Key(
        "needs", .list(of: Form<String>.text.located, "a list of agents' names"),
        "Agents that must have succeeded first. Without it the agent starts at once.", default: [],
        otherNames: ["depends_on", "dependencies", "after", "requires"])
    static let when = Key(
        "when", ConditionKeys.reference.located,
        "A condition on the blackboard; when it does not hold, the agent is skipped.",
        otherNames: ["if", "condition"])
    static let required = Key(
        "required", .boolean, "Whether the job's success depends on this agent.", default: true)
    static let role = Key(
        "role", RoleReference.form.located,
        "What the agent may see and write: the name of a standard role or of one under roles:, or a role written out. "
            + "Without it a standard or manifest agent has its own role; a command or http agent may read task and "
            + "write the artifact of its own name, nothing else.")
    static let timeout = Key(
        "timeout", .duration(),
        "How long one attempt may take: short for timeouts: {attempt: …}. How long an approval waits, which without it is "
            + "as long as the job may run.", default: "5m")
    static let timeouts = Key("timeouts", TimeoutKeys.form, "Time limits of every kind; instead of timeout.")
    static let maxRetries = Key(
        "max_retries", RetryKeys.maxRetries.form,
        "Attempts after the first one: short for retry: {max_retries: …}. Pauses grow from 500ms to 30s, with full jitter.",
        default: 2, otherNames: ["retries"])
    static let retry = Key(
        "retry", RetryKeys.form, "How failed attempts are repeated; instead of max_retries.", otherNames: ["backoff"])
    static let idempotent = Key(
        "idempotent", .boolean,
        "Whether an attempt may start while one that was given up still runs, or after its process ended. An agent that is "
            + "not waits in doubt then, until somebody says what it has done.", default: true)
    static let maxRecoveries = Key(
        "max_recoveries", .integer(in: 0...1000),
        "How many attempts may end with their process, in a job that is kept, before the agent fails; they are no retries.",
        default: .integer(Int64(AgentTask.defaultMaxRecoveries)))
    static let resource = Key("resource", Form<String>.text.located, "The resource under resources: that it uses.")
    static let breaker = Key("breaker", BreakerKeys.reference, "When its circuit breaker opens and closes.")
    static let fallback = Key(
        "fallback", Form<String>.text.located, "The agent that runs in its place when it is rejected.")
    static let variables = Key(
        "env", .list(of: VariableName.form, "a list of variables' names such as [GITHUB_TOKEN]"),
        "With uses: command or validator, names of environment variables that the program, or the validation commands, "
            + "get beside PATH, HOME and the like.",
        default: [], otherNames: ["environment", "variables"])
    static let model = Key(
        "model", modelChoice,
        "The language model that uses: model, a collector, drafter or validator asks, named as for --model; none, but for uses: "
            + "model, for its rules alone. Without it --model decides.",
        otherNames: ["llm", "model_name"])
    static let fixers = Key(
        "fixers",
        .list(of: fixer, "a list of tools such as [eslint]"),
        "With uses: drafter, the formatters and linters that it takes fixes of when it has no model, where the repository "
            + "configures them and they are installed; [] for none. eslint and prettier run code of the repository, so they "
            + "must be named. Without the key: the others.",
        otherNames: ["formatters", "linters"])
    static let objective = Key("slo", ObjectiveKeys.form, "What its users may expect.", otherNames: ["objective"])
    static let sandbox = Key(
        "sandbox", SandboxKeys.reference.located,
        "How the program of a command or of a manifest's agent, or a validator's commands, are confined: true for a copy of "
            + "the workspace that is thrown away, without network; a level; or an object. What is asked for and cannot be "
            + "had fails the attempt. Without it they run as the user who runs coordinator; tests that a model wrote are "
            + "confined then too.",
        otherNames: ["confinement", "isolation", "confine"])

    /// How a program is confined that a tool is, or that runs one.
    static let toolSandbox = Key(
        "sandbox", SandboxKeys.reference,
        "How the programs of this tool are confined: true, a level, or an object. A shell's always are unless this says none; "
            + "a server is only when it has this key.",
        otherNames: ["confinement", "isolation", "confine"])

    /// The words after `uses:` that take further keys.
    static let commandWord = "command"
    static let httpWord = "http"
    /// The words after `uses:` of agents that start programs of the job's, which `env` names variables for.
    static let variablesWords = [commandWord, Role.validator.name]
    /// Why the agents of some words after `uses:` have no program that a sandbox could hold.
    static let unconfinable = [
        (Role.collector.name, "it only reads"), (Role.drafter.name, "it runs nothing that a model or a job names"),
        (httpWord, "its program runs elsewhere"),
        (
            ModelAgentKeys.word,
            "what its tools start has one of its own, such as tools: [{shell: {commands: [...], sandbox: true}}]"
        ),
    ]
    /// The word after `uses:` of the agent that takes fixes of tools.
    static let fixersWord = Role.drafter.name
    /// The word after `model:` for an agent that asks no model.
    static let noModel = "none"
    static let standardWords = Role.standard.map(\.name)
    /// The words after `uses:` of agents that may ask a model.
    static let modelWords = standardWords + [ModelAgentKeys.word]
    /// All words that are no manifest's name.
    static let words = standardWords + [ModelAgentKeys.word, commandWord, httpWord, ApprovalKeys.word]

    private static let capability = Key(
        "capability", Form<String>.name.located, "What the agent must be able to do.", required: true)
    private static let capabilityForm = Form<Located<String>>.object("an object with capability", [capability]) {
        $0[capability]
    }

    private static let implementation = Form<Uses>([
        "anyOf": [
            ["enum": .array(words.map { .string($0) })],
            .object(Form<String>.name.schema), .object(capabilityForm.schema),
        ]
    ]) { cursor in
        if case .object = cursor.node.content { return capabilityForm.read(cursor).map { .capability($0) } }
        return Form<String>.text.located.read(cursor).map { .word($0) }
    }

    private static let fixer = Form<String>.choice(AgentSpecification.Fixer.allCases.map(\.rawValue))
        .map { name in AgentSpecification.Fixer(rawValue: name) }

    private static let modelChoice: Form<Located<AgentSpecification.ModelChoice>> = Form<String>.someText.map {
        text -> AgentSpecification.ModelChoice in
        text == Self.noModel ? .rules : .named(text)
    }.located

    private static let keys: [any ObjectKey] =
        [
            name, uses, command, url, variables, sandbox, model, fixers, needs, when, required, role, timeout, timeouts,
            maxRetries,
            retry,
            idempotent, maxRecoveries,
            resource, breaker, fallback, objective,
        ] + ModelAgentKeys.all + ApprovalKeys.all + ItemKeys.all

    private static func exclusive(_ left: any ObjectKey, _ right: any ObjectKey) -> JSONValue {
        ["not": ["required": [.string(left.name), .string(right.name)]]]
    }

    private static func belongs(_ key: any ObjectKey, to word: String) -> JSONValue {
        [
            "if": ["properties": ["uses": ["const": .string(word)]], "required": ["uses"]],
            "then": ["required": [.string(key.name)]],
            "else": ["not": ["required": [.string(key.name)]]],
        ]
    }

    static let form = Form<AgentDraft>.object(
        "an object that describes an agent", keys,
        rules: [
            "allOf": [
                exclusive(timeout, timeouts), exclusive(maxRetries, retry), belongs(command, to: commandWord),
                belongs(url, to: httpWord),
                [
                    "if": [
                        "properties": ["uses": ["enum": .array(variablesWords.map { .string($0) })]],
                        "required": ["uses"],
                    ],
                    "else": ["not": ["required": [.string(variables.name)]]],
                ],
                [
                    "if": ["properties": ["uses": ["const": .string(fixersWord)]], "required": ["uses"]],
                    "else": ["not": ["required": [.string(fixers.name)]]],
                ],
                [
                    "if": [
                        "properties": ["uses": ["enum": .array(unconfinable.map { .string($0.0) })]],
                        "required": ["uses"],
                    ],
                    "then": ["not": ["required": [.string(sandbox.name)]]],
                ],
                ItemKeys.dependencies, ApprovalKeys.rules, ModelAgentKeys.rules,
            ]
        ],
        build: AgentDraft.init)

    static let definition = form.named("agent")

    /// The time limits, from `timeout` or from `timeouts`; each key is read once.
    static func timeouts(_ members: Members) -> TimeoutPolicy? {
        let attempt = members[timeout]
        return members[timeouts] ?? attempt.map { TimeoutPolicy(attempt: $0) }
    }

    /// The retries, from `max_retries` or from `retry`.
    static func retry(_ members: Members) -> RetryPolicy? {
        let count = members[maxRetries]
        return members[retry] ?? count.map { RetryPolicy(maxRetries: $0, jitter: RetryKeys.standard.jitter) }
    }

    /// Reports an agent that has both forms of its time limits or of its retries.
    static func checkPolicies(_ members: Members) {
        if members.has(timeout), members.has(timeouts) {
            members.report(at: timeouts, "timeout and timeouts exclude each other; write timeouts: {attempt: …}")
        }
        if members.has(maxRetries), members.has(retry) {
            members.report(at: retry, "max_retries and retry exclude each other; write retry: {max_retries: …}")
        }
    }
}

/// `uses:` of an agent: a word, or a capability the agent must have.
enum Uses: Sendable {
    case word(Located<String>)
    case capability(Located<String>)

    /// How messages show a capability.
    static let capabilityText = "{capability: …}"

    /// The word; `nil` for a capability.
    var word: String? { if case .word(let word) = self { word.value } else { nil } }
}

/// An agent as read, before the names in it are looked up.
struct AgentDraft: Sendable {
    let cursor: Cursor
    let name: Located<String>?
    let uses: Uses?
    let command: [String]
    let url: String
    let approval: ApprovalDraft?
    let modelAgent: ModelAgentDraft?
    let variables: [String]
    let sandbox: Located<SandboxPolicy>?
    let model: Located<AgentSpecification.ModelChoice>?
    let fixers: [AgentSpecification.Fixer]?
    let needs: [Located<String>]
    let condition: Located<Condition>?
    let forEach: ForEachDraft?
    let required: Bool
    let role: Located<RoleReference>?
    let timeouts: TimeoutPolicy?
    let retry: RetryPolicy?
    let idempotent: Bool?
    let maxRecoveries: Int?
    let resource: Located<String>?
    let breaker: BreakerPolicy?
    let fallback: Located<String>?
    let objective: ServiceLevelObjective?

    /// Reads every key once, so that every mistake is reported once.
    init(_ members: Members) {
        typealias Keys = AgentKeys
        cursor = members.cursor
        name = members[Keys.name]
        uses = members[Keys.uses]
        command = members[Keys.command] ?? []
        url = members[Keys.url] ?? ""
        variables = members[Keys.variables] ?? []
        sandbox = members[Keys.sandbox]
        model = members[Keys.model]
        fixers = members[Keys.fixers]?.compactMap(\.self)
        needs = members[Keys.needs] ?? []
        condition = members[Keys.when]
        forEach = ItemKeys.read(members)
        required = members[Keys.required] ?? true
        role = members[Keys.role]
        timeouts = Keys.timeouts(members)
        approval = ApprovalKeys.read(
            members, uses: uses.map { $0.word ?? Uses.capabilityText }, timeout: timeouts?.attempt)
        modelAgent = ModelAgentKeys.read(members, uses: uses.map { $0.word ?? Uses.capabilityText })
        retry = Keys.retry(members)
        idempotent = members[Keys.idempotent]
        maxRecoveries = members[Keys.maxRecoveries]
        resource = members[Keys.resource]
        breaker = members[Keys.breaker]
        fallback = members[Keys.fallback]
        objective = members[Keys.objective]
        Self.checkTogether(members, uses: uses.map { $0.word ?? Uses.capabilityText })
    }

    private static func checkTogether(_ members: Members, uses: String?) {
        typealias Keys = AgentKeys
        Keys.checkPolicies(members)
        if let uses, !Keys.modelWords.contains(uses), members.has(Keys.model) {
            members.report(
                at: Keys.model,
                "the key 'model' goes with \(Keys.modelWords.joined(separator: ", ")), not with uses: \(uses)")
        }
        if let uses, !Keys.variablesWords.contains(uses), members.has(Keys.variables) {
            members.report(
                at: Keys.variables,
                "the key 'env' goes with uses: \(Keys.variablesWords.joined(separator: " or ")), not with uses: \(uses)"
            )
        }
        if let uses, uses != Keys.fixersWord, members.has(Keys.fixers) {
            members.report(
                at: Keys.fixers, "the key 'fixers' goes with uses: \(Keys.fixersWord), not with uses: \(uses)")
        }
        if members.has(Keys.sandbox), let reason = Keys.unconfinable.first(where: { $0.0 == uses }) {
            members.report(
                at: Keys.sandbox,
                "the key 'sandbox' goes with agents that start programs, not with uses: \(reason.0): \(reason.1)")
        }
        let owners: [(key: any ObjectKey, word: String)] = [
            (Keys.command, Keys.commandWord), (Keys.url, Keys.httpWord),
        ]
        for (key, word) in owners {
            if uses == word, !members.has(key) {
                members.cursor.report("uses: \(word) needs the key '\(key.name)'")
            } else if let uses, uses != word, members.has(key) {
                members.report(at: key, "the key '\(key.name)' goes with uses: \(word), not with uses: \(uses)")
            }
        }
    }
}
