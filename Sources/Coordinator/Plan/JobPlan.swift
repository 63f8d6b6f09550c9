/// The order of a job's agents: their needs resolved, their stages known.
struct JobPlan: Sendable {
    /// A class, since a task is large and every run of it looks at it often.
    final class Step: Sendable {
        let task: AgentTask
        let index: Int
        let needs: [Int]
        /// The agent that runs instead when this one is rejected.
        let fallback: Int?
        /// The agents that this one is the fallback of.
        let primaries: [Int]
        /// The length of the longest chain of needs before it; that of its repeat for an agent of one.
        let stage: Int
        /// Its place in its repeat, if it is in one.
        let member: Member?

        init(
            task: AgentTask, index: Int, needs: [Int], fallback: Int?, primaries: [Int], stage: Int, member: Member?
        ) {
            self.task = task
            self.index = index
            self.needs = needs
            self.fallback = fallback
            self.primaries = primaries
            self.stage = stage
            self.member = member
        }

        /// The position in the fold of a field of what a run of the agent writes.
        func order(_ run: RunIdentity) -> WriteOrder {
            WriteOrder(
                stage: stage, round: run.round ?? 0, stageInRound: member?.stage ?? 0, registration: index,
                item: run.item ?? 0)
        }
    }

    /// The place of an agent in its repeat.
    struct Member: Sendable {
        /// The repeat, by its index among the plan's.
        let `repeat`: Int
        /// The agent's position among the repeat's agents.
        let position: Int
        /// The length of the longest chain of needs before it among the repeat's agents.
        let stage: Int
    }

    /// Agents that run together, round after round.
    struct RepeatedSteps: Sendable {
        let definition: Repeat
        /// The agents, ascending.
        let members: [Int]
        /// The agents outside of it that any of them needs.
        let needs: [Int]
    }

    let steps: [Step]
    let repeats: [RepeatedSteps]

    /// - Throws: ``CoordinatorError`` for an unknown need or member, a fallback across the border of a repeat, or a cycle.
    init(_ tasks: [AgentTask], repeats index: RepeatIndex = RepeatIndex()) throws(CoordinatorError) {
        let links = try AgentLinks(tasks)
        let homes = try index.homes(of: tasks, links)
        let members = index.repeats.indices.map { number in homes.indices.filter { homes[$0] == number } }
        let stages: [Int]
        do {
            stages = try Stages.condensed(links.waitsFor, homes, repeats: members.count)
        } catch {
            throw links.cycle(error.path, of: tasks, index.repeats)
        }
        var places = [Member?](repeating: nil, count: tasks.count)
        for (number, members) in members.enumerated() {
            let positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
            do {
                let inner = try Stages.of(members.map { links.waitsFor[$0].compactMap { positions[$0] } })
                for (position, member) in members.enumerated() {
                    places[member] = Member(repeat: number, position: position, stage: inner[position])
                }
            } catch {
                throw links.cycle(error.path.map { members[$0] }, of: tasks, index.repeats)
            }
        }
        steps = tasks.indices.map { number in
            Step(
                task: tasks[number], index: number, needs: links.needs[number], fallback: links.fallbacks[number],
                primaries: links.primaries[number], stage: stages[homes[number].map { tasks.count + $0 } ?? number],
                member: places[number])
        }
        repeats = zip(index.repeats, members).map { definition, members in
            let home = homes[members[0]]
            let needs = members.flatMap { links.needs[$0] }.filter { homes[$0] != home }
            return RepeatedSteps(definition: definition, members: members, needs: Set(needs).sorted())
        }
    }
}
