import Coordinator
import Support

/// The keys of an agent with `uses: approval`, which asks a person.
enum ApprovalKeys {
    /// The word after `uses:`.
    static let word = "approval"

    static let question = Key(
        "question", questionForm, "With uses: approval, what a person is asked, in a sentence.",
        otherNames: ["ask", "message"])
    static let choices = Key(
        "choices", choicesForm, "With uses: approval, what may be answered.",
        default: .array(ApprovalAgent.defaultChoices.map { .string($0) }), otherNames: ["options", "answers"])
    static let show = Key(
        "show", showForm, "With uses: approval, the paths of what is shown with the question.", default: [],
        otherNames: ["shows", "display", "context"])
    static let onTimeout = Key(
        "on_timeout", Form<String>.name.located,
        "With uses: approval and a timeout, the choice that counts when nobody answers in time; without it the agent "
            + "ends as timeout.", otherNames: ["default_choice"])

    static let all: [any ObjectKey] = [question, choices, show, onTimeout]

    /// The keys that mean nothing for an approval, each with the reason.
    private static let senseless: [(key: any ObjectKey, reason: String)] = [
        (AgentKeys.role, "it reads what it shows and writes decisions"),
        (AgentKeys.timeouts, "the key 'timeout' says how long it waits"),
        (AgentKeys.maxRetries, "it asks once"), (AgentKeys.retry, "it asks once"),
        (AgentKeys.idempotent, "asking does nothing that could be done twice"),
        (AgentKeys.maxRecoveries, "it waits on, however often its process ends"),
        (AgentKeys.resource, "it holds nothing while it waits"),
        (AgentKeys.sandbox, "it starts no program"),
        (AgentKeys.breaker, "people who do not answer say nothing about a service"),
    ]

    /// The rules of the schema.
    static let rules: JSONValue = [
        "if": ["properties": ["uses": ["const": .string(word)]], "required": ["uses"]],
        "then": [
            "required": [.string(question.name)],
            "not": ["anyOf": .array(senseless.map { ["required": [.string($0.key.name)]] })],
            "dependentRequired": .object([ExactString(onTimeout.name): [.string(AgentKeys.timeout.name)]]),
        ],
        "else": ["not": ["anyOf": .array(all.map { ["required": [.string($0.name)]] })]],
    ]

    private static let questionForm = Form<String>([
        "type": "string", "minLength": 1, "maxLength": .integer(Int64(ApprovalAgent.longestQuestion)),
    ]) { cursor in
        guard let text = Form.someText.read(cursor) else { return nil }
        if text.utf8.count > ApprovalAgent.longestQuestion {
            cursor.report("the question takes \(text.utf8.count) bytes, and may take \(ApprovalAgent.longestQuestion)")
        }
        return text
    }

    private static let choicesForm = Form.list(
        of: Form<String>.name.located, atLeast: 1, "a list of choices such as [approve, reject]"
    ).bounded(atMost: ApprovalAgent.mostChoices, "choices") { choice in "the choice '\(choice)' stands twice" }

    private static let showForm = Form.list(
        of: Form<ContextPath>.path.located, "a list of paths such as [artifacts.patch]"
    ).bounded(atMost: ApprovalAgent.mostShown, "paths") { path in "the path '\(path)' stands twice" }

    /// What the keys say together; each is read once, whatever the agent is.
    ///
    /// - Parameter timeout: how long the approval waits.
    static func read(_ members: Members, uses: String?, timeout: Duration?) -> ApprovalDraft? {
        let (question, choices, show) = (members[question], members[choices], members[show])
        let onTimeout = members[onTimeout]
        guard uses == word else {
            for key in all where members.has(key) {
                guard let uses else { break }
                members.report(at: key, "the key '\(key.name)' goes with uses: \(word), not with uses: \(uses)")
            }
            return nil
        }
        for (key, reason) in senseless where members.has(key) {
            members.report(at: key, "the key '\(key.name)' means nothing for an approval: \(reason); remove it")
        }
        if !members.has(Self.question) { members.cursor.report("uses: \(word) needs the key '\(Self.question.name)'") }
        let names = choices?.map(\.value) ?? ApprovalAgent.defaultChoices
        if let onTimeout {
            if !members.has(AgentKeys.timeout) {
                members.report(at: Self.onTimeout, "the key 'on_timeout' needs the key 'timeout', which says when")
            }
            if !names.contains(onTimeout.value) {
                onTimeout.cursor.report(
                    unknown: onTimeout.value, "'\(onTimeout.value)' is none of the choices", known: { names },
                    listing: { "; they are \(Suggestion.list(names))" })
            }
        }
        let agent = ApprovalAgent(
            question ?? "", choices: names, show: show?.map(\.value) ?? [],
            timeout: members.has(AgentKeys.timeout) ? timeout : nil, onTimeout: onTimeout?.value)
        return ApprovalDraft(agent: agent, show: show ?? [])
    }
}

/// What an approval asks as read, before it is known whether what it shows can ever be there.
struct ApprovalDraft: Sendable {
    let agent: ApprovalAgent
    let show: [Located<ContextPath>]
}
