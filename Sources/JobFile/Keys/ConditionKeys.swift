import Coordinator
import Support

/// A condition as data: `when:` of an agent, `require:` of the limits.
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

    /// What is compared with values: `{artifacts.x: true}`, or the same as an object with a path and what must stand there.
    ///
    /// - Parameters:
    ///   - long: the object with a path; `key` is its other key.
    ///   - element: what stands at a path of the short form.
    private static func byPath<Element: Sendable>(
        or long: Form<Condition>, _ key: Key<Element>, of element: Form<Element>,
        _ make: @escaping @Sendable (ContextPath, Element) -> Condition
    ) -> Form<Condition> {
        let names = [path.name, key.name]
        let short = Form<Condition>(shortSchema(element.schema, without: names)) { cursor in
            guard case .object(let members) = cursor.node.content else { return nil }
            let conditions = members.compactMap { member -> Condition? in
                let cursor = cursor.member(member)
                let value = element.read(cursor)
                do {
                    let path = try ContextPath(member.key)
                    return value.map { make(path, $0) }
                } catch {
                    cursor.problems.report("\(error)", at: member.location, path: cursor.path)
                    return nil
                }
            }
            guard conditions.count == members.count else { return nil }
            return conditions.count == 1 ? conditions[0] : .all(conditions)
        }
        return Form(["anyOf": [.object(short.schema), .object(long.schema)]]) { cursor in
            guard case .object(let members) = cursor.node.content, !members.isEmpty else { return long.read(cursor) }
            let isLong = members.contains { names.contains($0.key) }
            let isMisspelt = members.allSatisfy { Suggestion.nearest(to: $0.key, among: names) != nil }
            return isLong || isMisspelt ? long.read(cursor) : short.read(cursor)
        }
    }

    private static let decisions = Form<[TableRow<String>]>.table(
        of: Form<String>.name, "an object such as {release: approve}", names: Form<String>.name.schema,
        check: NameRule.fault
    ).map { rows -> Condition in
        let conditions = rows.map { Condition.decided($0.name, choice: $0.value) }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private static func shortSchema(_ element: JSONObject, without names: [String]) -> JSONObject {
        [
            "type": "object", "minProperties": 1, "additionalProperties": .object(element),
            "propertyNames": ["not": ["enum": .array(names.map { .string($0) })]],
        ]
    }

    static let exists = Key(
        "exists", Form<ContextPath>.path.map { Condition.exists($0) }, "Something other than null stands at the path.")
    static let equals = Key(
        "equals", byPath(or: comparison, value, of: .anything) { .equals($0, $1) },
        "The value at a path equals this one: {artifacts.x: 1}, or {path: artifacts.x, value: 1}.",
        otherNames: ["eq", "is"])
    static let oneOf = Key(
        "one_of", byPath(or: membership, values, of: values.form) { .oneOf($0, $1) },
        "The value at a path is one of these: {artifacts.x: [1, 2]}, or {path: artifacts.x, values: [1, 2]}.",
        otherNames: ["in"])
    static let decided = Key(
        "decided", decisions,
        "The approval of a name was answered with this choice: {release: approve}.",
        otherNames: ["approved", "answered"])
    static let not = Key("not", nested.map { Condition.not($0) }, "The condition does not hold.")
    static let all = Key(
        "all", Form.list(of: nested, atLeast: 1, "a list of conditions").map { Condition.all($0) },
        "All of the conditions hold.", otherNames: ["and"])
    static let any = Key(
        "any", Form.list(of: nested, atLeast: 1, "a list of conditions").map { Condition.any($0) },
        "At least one of the conditions holds.", otherNames: ["or"])

    private static let operators: [Key<Condition>] = [exists, equals, oneOf, decided, not, all, any]

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
