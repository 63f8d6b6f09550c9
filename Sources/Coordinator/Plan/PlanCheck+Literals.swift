// Literals that are no path or no pattern, found before anything runs.

extension PlanCheck {
    /// The first literal of an agent's registration that names nothing; `nil` when there is none.
    static func literalFault(of task: AgentTask) -> CoordinatorError? {
        let role = task.role
        func fault(_ error: ContextPathError?, _ what: String) -> CoordinatorError? {
            error.map { unreadable($0, "agent '\(task.name)': \(what)", agents: [task.name]) }
        }
        for pattern in role.reads {
            if let fault = fault(pattern.fault, "what its role '\(role.name)' reads") { return fault }
        }
        for pattern in role.writes {
            if let fault = fault(pattern.fault, "what its role '\(role.name)' writes") { return fault }
        }
        for redaction in role.redact {
            if let fault = fault(redaction.path.fault, "what its role '\(role.name)' redacts") { return fault }
        }
        for key in task.keys {
            if let fault = fault(key.path.fault, "the path of a key") { return fault }
        }
        if let fault = fault(task.forEach?.path.fault, "the list that it runs for") { return fault }
        return fault(literalFault(of: task.condition), "its condition")
    }

    /// Why a condition names nothing; `nil` when it does not.
    static func literalFault(of condition: Condition?) -> ContextPathError? {
        condition?.paths.lazy.compactMap(\.fault).first
    }

    /// The literals of what a job has beside its agents.
    static func literalFault(fields: [FieldDeclaration], require: Condition?) -> CoordinatorError? {
        if let error = fields.lazy.compactMap(\.pattern.fault).first {
            return unreadable(error, "a declared field of the job")
        }
        return literalFault(of: require).map { unreadable($0, "what the job's limits require") }
    }

    static func unreadable(
        _ error: ContextPathError, _ place: String, agents: [String] = [], repeats: [String] = []
    ) -> CoordinatorError {
        CoordinatorError(.invalidPath, "\(place): \(error)", agents: agents, repeats: repeats)
    }
}
