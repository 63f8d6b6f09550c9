// Keys that agents and jobs are given, against each other, roles and declared fields.

extension PlanCheck {
    /// Why an agent cannot write at its keys; `nil` when it can. A list may be any part of what others write.
    static func keyFault(of task: AgentTask, in table: FieldTable) -> CoordinatorError? {
        func fault(_ code: CoordinatorError.Code, _ message: String) -> CoordinatorError {
            CoordinatorError(code, "agent '\(task.name)' \(message)", agents: [task.name])
        }
        for key in task.keys where key.use != .iterated {
            let field: (path: ContextPath, rule: MergeRule)
            do {
                field = try table.field(of: key.path)
            } catch {
                return fault(.conflictingKeys, "has a key whose field cannot be written: \(error)")
            }
            if field.rule != key.field.merge {
                return fault(
                    .conflictingKeys,
                    "has a key at \(key.path) whose merge rule is \(key.field.merge.name), but the blackboard's rule "
                        + "there is \(field.rule.name); hand the key's field to the JobContext, or use the same rule everywhere"
                )
            }
            if key.use == .written, !task.role.mayWrite(key.path) {
                let allowed = task.role.writes.map(\.description).joined(separator: ", ")
                return fault(
                    .deniedKey,
                    "writes \(key.path), which its role '\(task.role.name)' may not; it may write "
                        + "\(allowed.isEmpty ? "nothing" : allowed). Let the role write there, or leave the role out")
            }
        }
        return nil
    }

    /// The fields that a job declares: those of its keys, then the others, each once.
    ///
    /// A list that is part of another field, such as `artifacts.plan.steps` of `artifacts.plan`, is no field of its own. The
    /// rules of `task`, `constraints` and `decisions` hold for keys, unless `others` declares them otherwise.
    ///
    /// - Parameters:
    ///   - keys: the keys, each with the agent that it was given to, if any.
    ///   - others: the fields that the job declares beside.
    static func fields(
        of keys: [(key: DeclaredKey, agent: String?)], beside others: [FieldDeclaration]
    ) -> (fields: [FieldDeclaration], faults: [CoordinatorError]) {
        var fields: [FieldDeclaration] = []
        var faults: [CoordinatorError] = []
        var known: [ContextPattern: (field: FieldDeclaration, owner: String)] = [:]
        func add(_ field: FieldDeclaration, _ owner: String, _ agent: String?) {
            guard let other = known[field.pattern] else {
                known[field.pattern] = (field, owner)
                return fields.append(field)
            }
            guard other.field.merge != field.merge else { return }
            faults.append(
                CoordinatorError(
                    .conflictingKeys,
                    "\(field.pattern) is declared twice: \(other.owner) has the merge rule \(other.field.merge.name), and "
                        + "\(owner) \(field.merge.name); share one key", agents: agent.map { [$0] } ?? []))
        }
        let declared = Set(others.map(\.pattern))
        for field in FieldTable.builtIn where !declared.contains(field.pattern) {
            known[field.pattern] = (field, "every blackboard")
        }
        let wholes = FieldTable.builtIn + others + keys.lazy.filter { $0.key.use != .iterated }.map(\.key.field)
        for (key, agent) in keys {
            let isPart =
                key.use == .iterated
                && wholes.contains {
                    $0.pattern.depth < key.path.segments.count && $0.pattern.match(key.path.segments) == .covered
                }
            if isPart { continue }
            add(key.field, agent.map { "a key of agent '\($0)'" } ?? "a key of the job", agent)
        }
        for field in others { add(field, "a field of the job", nil) }
        return (fields, faults)
    }

    /// What the fields of a job hold at first, by the first of its keys at each path that says so.
    ///
    /// - Parameter root: the blackboard, to which it is added.
    static func addInitialValues(
        of keys: [(key: DeclaredKey, agent: String?)], to root: inout JSONValue
    ) -> [CoordinatorError] {
        var faults: [CoordinatorError] = []
        var known: [ContextPath: JSONValue] = [:]
        for (key, agent) in keys where !key.path.isUnreadable {
            guard let initial = key.initial else { continue }
            func fault(_ message: String) {
                faults.append(
                    CoordinatorError(.conflictingKeys, "\(key.path) \(message)", agents: agent.map { [$0] } ?? []))
            }
            do {
                let value = try initial()
                if let other = known[key.path] {
                    if other != value { fault("is to start with two values; give one key of it a value") }
                    continue
                }
                known[key.path] = value
                if let given = root.value(at: key.path.segments[...]), !given.isVacant, key.path != "task" {
                    fault("is to start with a value, and the job gives it another one; give it once")
                    continue
                }
                try root.replace(at: key.path.segments[...]) { _ in value }
            } catch let error as JSONValue.NotAnObject {
                fault("cannot start with a value: above '\(error.below)' stands a value of kind \(error.found)")
            } catch {
                fault("cannot start with its value, which has no JSON form: \(error)")
            }
        }
        return faults
    }
}

extension JSONValue {
    /// Whether a value that a field starts with takes nothing from it.
    fileprivate var isVacant: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
