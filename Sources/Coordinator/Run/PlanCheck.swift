/// Finds out why agents cannot run together before any of them is called. A run asks for the first reason as it starts, and
/// whoever reads a job for all of them: both ask here, so that neither lets pass what the other refuses.
package enum PlanCheck {
    /// All reasons why a job of these agents cannot start; empty when it can.
    ///
    /// - Parameters:
    ///   - tasks: the agents, of different names.
    ///   - fields: the job's own fields and their merge rules.
    package static func faults(of tasks: [AgentTask], fields: [FieldDeclaration]) -> [CoordinatorError] {
        let plan: JobPlan
        do {
            plan = try JobPlan(tasks)
        } catch {
            return [error]
        }
        let table = FieldTable(fields)
        var writers = WriterIndex()
        for (index, task) in tasks.enumerated() { writers.add(task.role, index: index, in: table) }
        return conflicts(of: tasks, plan, writers, in: table)
    }

    /// For each field that several agents may write, the first two of them that its merge rule does not allow.
    static func conflicts(
        of tasks: [AgentTask], _ plan: JobPlan, _ writers: WriterIndex, in table: FieldTable
    ) -> [CoordinatorError] {
        var conflicts: [CoordinatorError] = []
        writers.forEachContest { contest in
            let pair =
                contest.claim.rule == .singleWriter
                ? plan.unrelated(among: contest.agents) : plan.unordered(among: contest.agents)
            guard let (first, second) = pair else { return }
            conflicts.append(
                conflict(of: tasks[min(first, second)], and: tasks[max(first, second)], over: contest.claim, in: table))
        }
        return conflicts
    }

    /// The error of two agents that may write one field, named as their roles name it.
    static func conflict(
        of first: AgentTask, and second: AgentTask, over claim: FieldClaim, in table: FieldTable
    ) -> CoordinatorError {
        func pattern(of task: AgentTask) -> ContextPattern {
            task.role.writes.first { table.claims(of: $0).contains { $0.meets(claim) } } ?? claim.field
        }
        let (left, right) = (pattern(of: first), pattern(of: second))
        let what =
            left == right
            ? "agents '\(first.name)' and '\(second.name)' may both write \(left)"
            : "agents '\(first.name)', by \(left), and '\(second.name)', by \(right), may both write one field"
        let remedy =
            claim.rule == .singleWriter
            ? "narrow the writes of one, or give the field a merge rule such as append or merge"
            : "order the two with needs, narrow the writes of one, or give the field a merge rule such as append or merge"
        return CoordinatorError(
            .ambiguousWriters, "\(what), whose merge rule is \(claim.rule.name); \(remedy)",
            agents: [first.name, second.name], writes: right)
    }
}
