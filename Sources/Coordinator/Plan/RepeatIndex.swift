import Support

/// The repeats of a job, and which agents belong to which.
struct RepeatIndex: Sendable {
    private(set) var repeats: [Repeat] = []
    private var homes: [String: Int] = [:]

    /// Adds a repeat.
    ///
    /// - Throws: ``CoordinatorError``: its name is taken, it has no agent, or one of its agents is in a repeat already.
    mutating func add(_ definition: Repeat) throws(CoordinatorError) {
        let name = definition.name
        func fault(_ message: String, _ agents: [String] = []) -> CoordinatorError {
            CoordinatorError(.invalidRepeat, message, agents: agents, repeats: [name])
        }
        if repeats.contains(where: { $0.name == name }) {
            throw fault("a repeat named '\(name)' is registered already; names are unique in a job")
        }
        if definition.agents.isEmpty { throw fault("repeat '\(name)' has no agent; name those that it runs") }
        var own: Set<String> = []
        for agent in definition.agents {
            if !own.insert(agent).inserted { throw fault("repeat '\(name)' names agent '\(agent)' twice", [agent]) }
            if let home = homes[agent] {
                throw fault(
                    "agent '\(agent)' is in the repeats '\(repeats[home].name)' and '\(name)'; it can be in one",
                    [agent])
            }
        }
        for agent in own { homes[agent] = repeats.count }
        repeats.append(definition)
    }

    /// The agents of the repeat that this agent is in, itself among them; none when it is in no repeat.
    func members(with agent: String) -> [String] { homes[agent].map { repeats[$0].agents } ?? [] }

    /// The repeat of each agent that is in one, by their indices.
    ///
    /// - Throws: ``CoordinatorError`` for an unknown member, or a fallback across the border of a repeat.
    func homes(of tasks: [AgentTask], _ links: AgentLinks) throws(CoordinatorError) -> [Int?] {
        if repeats.isEmpty { return [Int?](repeating: nil, count: tasks.count) }
        let found = tasks.map { homes[$0.name] }
        let names = Set(tasks.map(\.name))
        for definition in repeats {
            guard let unknown = definition.agents.first(where: { !names.contains($0) }) else { continue }
            throw CoordinatorError(
                .unknownAgent,
                "repeat '\(definition.name)' names agent '\(unknown)', which is not registered"
                    + Suggestion.ending(for: unknown, among: tasks.map(\.name), known: "registered are"),
                repeats: [definition.name])
        }
        for (primary, fallback) in links.fallbacks.enumerated() {
            guard let fallback, found[primary] != found[fallback], let home = found[primary] ?? found[fallback] else {
                continue
            }
            let (agent, other) = (tasks[primary].name, tasks[fallback].name)
            let outside = found[primary] == nil ? agent : other
            throw CoordinatorError(
                .invalidRepeat,
                "agent '\(agent)' falls back to '\(other)', but '\(outside)' is not in repeat '\(repeats[home].name)'; a "
                    + "fallback takes the agent's place within the round, so name both among the repeat's agents",
                agents: [agent], repeats: [repeats[home].name])
        }
        return found
    }
}
