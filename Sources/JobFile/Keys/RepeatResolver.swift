import Coordinator

/// Looks up the agents of a job's repeats and makes the repeats of them.
struct RepeatResolver {
    private let draft: JobDraft
    private let lookUp: (Located<String>) -> Bool
    /// The repeat of each agent, as first named.
    private var homes: [String: Located<String>] = [:]
    private var names: [String: Located<String>] = [:]

    /// - Parameter lookUp: whether there is an agent of this name; reports one that is not there.
    init(_ draft: JobDraft, lookUp: @escaping (Located<String>) -> Bool) {
        self.draft = draft
        self.lookUp = lookUp
    }

    /// The repeats without what is wrong in them, which is reported.
    mutating func resolve() -> [Repeat] {
        var repeats: [Repeat] = []
        for loop in draft.repeats {
            let isNew = checkName(of: loop)
            let agents = agents(of: loop)
            guard isNew, let name = loop.name?.value, let until = loop.until?.value, !agents.isEmpty else { continue }
            repeats.append(Repeat(name, agents: agents, until: until, atMost: loop.atMost))
        }
        checkFallbacks()
        return repeats
    }

    /// Whether the agent and its fallback are in one repeat, or both in none.
    func isTogether(_ agent: String, _ fallback: String) -> Bool { homes[agent]?.value == homes[fallback]?.value }

    private mutating func checkName(of loop: RepeatDraft) -> Bool {
        guard let name = loop.name else { return false }
        guard let first = names.updateValue(name, forKey: name.value) else { return true }
        names[name.value] = first
        name.cursor.report(
            "another repeat is called '\(name.value)' already, in line \(first.cursor.node.location.line)")
        return false
    }

    private mutating func agents(of loop: RepeatDraft) -> [String] {
        var own: Set<String> = []
        var agents: [String] = []
        for agent in loop.agents {
            guard own.insert(agent.value).inserted else {
                agent.cursor.report("'\(agent.value)' stands in this list twice")
                continue
            }
            guard lookUp(agent) else { continue }
            if let home = homes[agent.value] {
                let line = home.cursor.node.location.line
                agent.cursor.report(
                    "agent '\(agent.value)' is in the repeat '\(home.value)' in line \(line) already; an agent is in one "
                        + "repeat at most")
                continue
            }
            homes[agent.value] = loop.name ?? Located(value: "", cursor: agent.cursor)
            agents.append(agent.value)
        }
        return agents
    }

    private func checkFallbacks() {
        for agent in draft.agents {
            guard let name = agent.name?.value, let fallback = agent.fallback, name != fallback.value,
                !isTogether(name, fallback.value)
            else { continue }
            let inside = homes[name] ?? homes[fallback.value]
            let outside = homes[name] == nil ? name : fallback.value
            fallback.cursor.report(
                "a fallback takes its agent's place within the round, but '\(outside)' is not in the repeat "
                    + "'\(inside?.value ?? "")'; name both among the repeat's agents")
        }
    }
}
