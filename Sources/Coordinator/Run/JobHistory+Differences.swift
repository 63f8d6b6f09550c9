// What differs between a job as its journal keeps it and as it is now.

extension JobHistory {
    /// In sentences, each without an end.
    func differences(from plan: JobPlan) -> [String] {
        guard hasStarted else { return [] }
        let now = Dictionary(
            plan.steps.map { ($0.task.name, $0.task) }, uniquingKeysWith: { first, _ in first })
        let known = Set(agents.map(\.name))
        let gone = agents.filter { now[$0.name] == nil }.map { "agent '\($0.name)' is missing" }
        let new = plan.steps.map(\.task.name).filter { !known.contains($0) }.map { "agent '\($0)' is new" }
        let changed = agents.flatMap { agent in now[agent.name].map { Self.differences(agent, $0) } ?? [] }
        return gone + new + changed + repeatDifferences(plan)
    }

    private static func differences(_ before: JobEvent.RegisteredAgent, _ now: AgentTask) -> [String] {
        var found: [String] = []
        if before.role != now.role.name {
            found.append("agent '\(before.name)' had role '\(before.role)' and has '\(now.role.name)'")
        }
        if before.needs != now.needs {
            found.append("agent '\(before.name)' needed \(list(before.needs)) and needs \(list(now.needs))")
        }
        if before.required != now.required {
            found.append("agent '\(before.name)' is \(now.required ? "required now" : "not required any more")")
        }
        return found
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "nobody" : names.map { "'\($0)'" }.joined(separator: ", ")
    }

    private func repeatDifferences(_ plan: JobPlan) -> [String] {
        let now = plan.repeats.map { repeated in
            JobEvent.RegisteredRepeat(
                name: repeated.definition.name, agents: repeated.members.map { plan.steps[$0].task.name },
                atMost: repeated.definition.atMost)
        }
        let gone = repeats.filter { !now.contains($0) }.map { "repeat '\($0.name)' is missing or another one" }
        let new = now.filter { known in !repeats.contains { $0.name == known.name } }.map { "repeat '\($0.name)' is new" }
        return gone + new
    }
}
