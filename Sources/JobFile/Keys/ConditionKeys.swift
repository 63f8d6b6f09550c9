import Coordinator

/// `when:` of an agent: a condition as data.
enum ConditionKeys {
    static let path = Key("path", .path, "The path on the blackboard.", required: true)
    static let value = Key("value", .anything, "What must stand there.", required: true)
    static let values = Key(
        "values", .list(of: .anything, atLeast: 1, "a list of values"), "One of these must stand there.", required: true
    )

    private static let comparison = Form<Condition>.object("an object with path and value", [path, value]) { members in
        let value = members[value]
        guard let path = members[path], let value else { return nil }
        return .equals(path, value)
    }

    private static let membership = Form<Condition>.object("an object with path and values", [path, values]) {
        members in
        let values = members[values]
        guard let path = members[path], let values else { return nil }
        return .oneOf(path, values)
    }

    static let exists = Key(
        "exists", Form<ContextPath>.path.map { Condition.exists($0) }, "Something other than null stands at the path.")
    static let equals = Key(
        "equals", comparison, "The value at a path equals this one.", otherNames: ["eq", "is"])
    static let oneOf = Key(
        "one_of", membership, "The value at a path is one of these.", otherNames: ["in"])
    static let not = Key("not", nested.map { Condition.not($0) }, "The condition does not hold.")
    static let all = Key(
        "all", Form.list(of: nested, atLeast: 1, "a list of conditions").map { Condition.all($0) },
        "All of the conditions hold.", otherNames: ["and"])
    static let any = Key(
        "any", Form.list(of: nested, atLeast: 1, "a list of conditions").map { Condition.any($0) },
        "At least one of the conditions holds.", otherNames: ["or"])

    private static let operators: [Key<Condition>] = [exists, equals, oneOf, not, all, any]

    static let form = Form<Condition>.object(
        "a condition such as {exists: artifacts.code}", operators, rules: ["minProperties": 1, "maxProperties": 1]
    ) { members in
        let present = operators.filter { members.has($0) }
        let conditions = present.compactMap { members[$0] }
        if let second = present.dropFirst().first {
            members.report(at: second, "a condition has one operator; combine several with all: or any:")
        } else if members.isEmpty {
            members.cursor.report(
                "there is no condition; write one of \(operators.map(\.name).joined(separator: ", "))")
        }
        return conditions.first
    }

    /// A condition within a condition; ``form`` is used only inside the closure, since each is part of the other.
    private static let nested = Form<Condition>(["$ref": "#/$defs/condition"]) { form.read($0) }

    static let reference = form.named("condition")
}
