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
                contest.rule == .singleWriter
                ? plan.unrelated(contest.first, contest.second) : plan.unordered(among: contest.agents)
            guard let (one, other) = pair else { return }
            let (first, second) = (min(one, other), max(one, other))
            let claims =
                contest.first.contains(first) && contest.second.contains(second)
                ? contest.claims : (contest.claims.1, contest.claims.0)
            conflicts.append(conflict(of: tasks[first], and: tasks[second], over: claims, in: table))
        }
        return conflicts
    }

    /// The error of two agents that may write one field, which their roles name.
    ///
    /// - Parameter claims: what the first agent claims, and what the second one does.
    static func conflict(
        of first: AgentTask, and second: AgentTask, over claims: (FieldClaim, FieldClaim), in table: FieldTable
    ) -> CoordinatorError {
        let left = pattern(of: first, claiming: claims.0, in: table)
        let right = pattern(of: second, claiming: claims.1, in: table)
        let field = left == right ? "\(left)" : "one field (\(left) and \(right))"
        let remedy =
            claims.0.rule == .singleWriter
            ? "narrow the writes of one, or give the field a merge rule such as append or merge"
            : "order them with needs, narrow the writes of one, or give the field a merge rule such as append or merge"
        return CoordinatorError(
            .ambiguousWriters,
            "agents '\(first.name)' and '\(second.name)' may both write \(field), whose merge rule is \(claims.0.rule.name); \(remedy)",
            agents: [first.name, second.name], writes: right)
    }

    private static func pattern(of task: AgentTask, claiming claim: FieldClaim, in table: FieldTable) -> ContextPattern
    {
        let patterns = task.role.writes
        return patterns.first { table.claims(of: $0).contains(claim) }
            ?? patterns.first { table.claims(of: $0).contains { $0.meets(claim) } } ?? claim.field
    }
}
