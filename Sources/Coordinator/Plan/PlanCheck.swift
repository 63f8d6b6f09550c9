/// Finds out why agents cannot run together before any of them is called. A run asks for the first reason as it starts, and
/// whoever reads a job for all of them: both ask here, so that neither lets pass what the other refuses.
package enum PlanCheck {
    /// The reasons why a job of these agents cannot start; empty when it can.
    ///
    /// - Parameters:
    ///   - tasks: the agents, of different names.
    ///   - repeats: the repeats.
    ///   - fields: the job's own fields and their merge rules.
    ///   - limit: the most reasons that are looked for.
    package static func faults(
        of tasks: [AgentTask], repeats: [Repeat] = [], fields: [FieldDeclaration], atMost limit: Int
    ) -> [CoordinatorError] {
        let table = FieldTable(fields)
        var faults = tasks.compactMap { fault(of: $0, in: table) }
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
        for (index, task) in tasks.enumerated() {
            writers.add(task.role, index: index, in: table)
            if writers.isOverwhelmed { return faults + [tooMuchToCompare(by: task)] }
        }
        return faults + conflicts(of: tasks, plan, writers, atMost: limit)
    }

    /// Why an agent cannot be of a job with such fields, whatever other agents there are; `nil` when it can.
    static func fault(of task: AgentTask, in table: FieldTable) -> CoordinatorError? {
        literalFault(of: task) ?? keyFault(of: task, in: table) ?? itemFault(of: task, in: table)
            ?? approvalFault(of: task) ?? signalFault(of: task)
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
            guard let claim = table.claims(of: pattern).claims.first else { continue }
            return CoordinatorError(
                .ambiguousWriters,
                "agent '\(task.name)' runs once for each element of \(each.path) and may write \(pattern), whose merge rule "
                    + "is \(claim.rule.name), so that several elements would write one field; give the field a merge rule such "
                    + "as append, union or merge, or narrow the writes", agents: [task.name], writes: pattern)
        }
        return nil
    }

    /// Why an approval cannot ask, or write down the answer; `nil` when it can, or the agent is none.
    private static func approvalFault(of task: AgentTask) -> CoordinatorError? {
        guard let approval = task.agent as? ApprovalAgent else { return nil }
        func fault(_ message: String) -> CoordinatorError {
            CoordinatorError(.invalidApproval, "agent '\(task.name)': \(message)", agents: [task.name])
        }
        if let message = approval.fault { return fault(message) }
        guard task.role.mayWrite(ApprovalAgent.decisions) else {
            return fault("an approval writes its answer to \(ApprovalAgent.decisions), which its role may not")
        }
        return nil
    }

    /// Why an agent may not write what people tell the job; `nil` for an agent that is not to.
    private static func signalFault(of task: AgentTask) -> CoordinatorError? {
        let signals = ContextPattern(ContextPath(segments: [ContextState.signals]))
        guard let pattern = task.role.writes.first(where: { signals.contains($0) }) else { return nil }
        return CoordinatorError(
            .deniedKey,
            "agent '\(task.name)' may write \(pattern), where people's signals stand, and no agent writes those; write "
                + "elsewhere, such as below artifacts", agents: [task.name], writes: pattern)
    }

    /// Why other agents may not decide beside the approvals of a job: conditions go by what stands in `decisions`.
    static func decisionFault(of tasks: [AgentTask]) -> CoordinatorError? {
        guard let approval = tasks.first(where: { $0.agent is ApprovalAgent }) else { return nil }
        for task in tasks where !(task.agent is ApprovalAgent) {
            let decisions = ContextState.decisions
            guard let pattern = task.role.writes.first(where: { $0.match([decisions]) != .outside }) else { continue }
            return CoordinatorError(
                .deniedKey,
                "agent '\(task.name)' may write \(pattern), where the answers to approval '\(approval.name)' stand, and no "
                    + "other agent writes those; write elsewhere, such as below artifacts", agents: [task.name],
                writes: pattern)
        }
        return nil
    }

    /// For each field that several agents may write, the first two of them that its merge rule does not allow.
    static func conflicts(
        of tasks: [AgentTask], _ plan: JobPlan, _ writers: WriterIndex, atMost limit: Int,
        budget: PlanCheckBudget = PlanCheckBudget()
    ) -> [CoordinatorError] {
        var conflicts: [CoordinatorError] = []
        var budget = budget
        writers.forEachContest(&budget) { contest, budget in
            let pair =
                contest.rule == .singleWriter
                ? plan.unrelated(contest.first, contest.second)
                : plan.unordered(contest.first, contest.second, &budget)
            guard let (one, other) = pair else { return !budget.isSpent }
            let left = (tasks[one], writers.pattern(of: one, claiming: contest.claims.0))
            let right = (tasks[other], writers.pattern(of: other, claiming: contest.claims.1))
            // The agent that stands later is the one to look at.
            let (first, second) = one < other ? (left, right) : (right, left)
            conflicts.append(conflict(of: first, and: second, rule: contest.rule))
            return conflicts.count < limit
        }
        if budget.isSpent, conflicts.count < limit, let last = tasks.last {
            conflicts.append(tooMuchToCompare(by: last))
        }
        return conflicts
    }

    /// The error of two agents that may write one field.
    ///
    /// - Parameters:
    ///   - first: an agent and the one of its patterns that covers the field.
    ///   - second: the other agent, the one to look at, and its pattern.
    static func conflict(
        of first: (task: AgentTask, pattern: ContextPattern), and second: (task: AgentTask, pattern: ContextPattern),
        rule: MergeRule
    ) -> CoordinatorError {
        let field =
            first.pattern == second.pattern
            ? "\(first.pattern)" : "one field (\(first.pattern) and \(second.pattern))"
        let remedy =
            rule == .singleWriter
            ? "narrow the writes of one, or give the field a merge rule such as append or merge"
            : "order them with needs, narrow the writes of one, or give the field a merge rule such as append or merge"
        let (one, other) = (first.task.name, second.task.name)
        return CoordinatorError(
            .ambiguousWriters,
            "agents '\(one)' and '\(other)' may both write \(field), whose merge rule is \(rule.name); \(remedy)",
            agents: [one, other], writes: second.pattern)
    }

    /// The error of agents whose writes cannot all be compared.
    ///
    /// - Parameter task: the agent at which no more were.
    static func tooMuchToCompare(by task: AgentTask) -> CoordinatorError {
        CoordinatorError(
            .ambiguousWriters,
            """
            the agents up to '\(task.name)' may write so many patterns that \(PlanCheckBudget.standard) comparisons do not \
            tell whether two of them may write one field; write fewer patterns, and names in place of wildcards
            """, agents: [task.name])
    }
}
