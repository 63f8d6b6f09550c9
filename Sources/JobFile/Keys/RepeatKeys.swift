import Coordinator

/// A member of `repeat:`.
enum RepeatKeys {
    static let name = Key("name", Form<String>.name.located, "The repeat's name, unique in the job.", required: true)
    static let agents = Key(
        "agents", .list(of: Form<String>.text.located, atLeast: 1, "a list of agents' names"),
        "The agents that run round after round, in each round as their needs say; an agent is in one repeat at most.",
        required: true, otherNames: ["members", "steps"])
    static let until = Key(
        "until", ConditionKeys.reference.located, "The condition on the blackboard that ends it at a round's end.",
        required: true, otherNames: ["while", "when", "condition"])
    static let atMost = Key(
        "at_most", .integer(in: 1...Repeat.mostRounds),
        "The most rounds. The outcomes of the last one stand, whether or not the condition holds.",
        default: .integer(Int64(Repeat.defaultAtMost)), otherNames: ["max_rounds", "rounds", "max_iterations"])

    static let form = Form<RepeatDraft>.object(
        "an object with name, agents and until", [name, agents, until, atMost]
    ) { members in
        RepeatDraft(
            name: members[name], agents: members[agents] ?? [], until: members[until],
            atMost: members[atMost] ?? Repeat.defaultAtMost)
    }
}

/// A repeat as read, before the names in it are looked up.
struct RepeatDraft: Sendable {
    let name: Located<String>?
    let agents: [Located<String>]
    let until: Located<Condition>?
    let atMost: Int
}
