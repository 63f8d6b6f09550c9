/// Finds out why agents cannot run together before any of them is called. A run asks for the first reason as it starts, and
/// whoever reads a job for all of them: both ask here, so that neither lets pass what the other refuses.
package enum PlanCheck {
    /// All reasons why a job of these agents cannot start; empty when it can.
    ///
    /// - Parameters:
    ///   - tasks: the agents, of different names.
    ///   - repeats: the repeats.
    ///   - fields: the job's own fields and their merge rules.
    package static func faults(
        of tasks: [AgentTask], repeats: [Repeat] = [], fields: [FieldDeclaration]
    ) -> [CoordinatorError] {
        let table = FieldTable(fields)
        var faults = tasks.compactMap { itemFault(of: $0, in: table) }
        var index = RepeatIndex()
        for definition in repeats {
            do { try index.add(definition) } catch { faults.append(error) }
        }
        let plan: JobPlan
        do {
            plan = try JobPlan(tasks, repeats: index)
        } catch {
            return faults + [error]
        }
        var writers = WriterIndex()
        for (index, task) in tasks.enumerated() { writers.add(task.role, index: index, in: table) }
        return faults + conflicts(of: tasks, plan, writers, in: table)
    }

    /// Why an agent cannot run once for each element; `nil` when it can, or does not.
    static func itemFault(of task: AgentTask, in table: FieldTable) -> CoordinatorError? {
        guard let each = task.forEach else { return nil }
        if let fault = ForEach.fault(inName: each.name) {
            return CoordinatorError(.invalidItems, "agent '\(task.name)': \(fault)", agents: [task.name])
        }
        if table.declares(each.name) {
            return CoordinatorError(
                .invalidItems,
                "agent '\(task.name)': an element cannot be called '\(each.name)', since the blackboard has a field of that "
                    + "name; choose another", agents: [task.name])
        }
        for pattern in task.role.writes {
            guard let claim = table.claims(of: pattern).first else { continue }
            return CoordinatorError(
                .ambiguousWriters,
                "agent '\(task.name)' runs once for each element of \(each.path) and may write \(pattern), whose merge rule "
                    + "is \(claim.rule.name), so that several elements would write one field; give the field a merge rule such "
                    + "as append, union or merge, or narrow the writes", agents: [task.name], writes: pattern)
        }
        return nil
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
