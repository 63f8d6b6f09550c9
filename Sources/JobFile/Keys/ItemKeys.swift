import Coordinator
import Support

/// The keys of an agent that runs once for each element of a list: `for_each`, and those that go with it.
enum ItemKeys {
    static let forEach = Key(
        "for_each", Form<ContextPath>.path.located,
        "The path of a list or an object; the agent runs once for each element, once the list is there. Its writes go to "
            + "fields that append, union or merge.",
        otherNames: ["foreach", "each", "map", "over", "items"])
    static let name = Key(
        "as", elementName.located,
        "With for_each, the name by which the agent sees its element, at the root of its context.",
        default: .string(ForEach.defaultName))
    static let atMost = Key(
        "at_most", .integer(in: 1...ForEach.mostItems),
        "With for_each, the longest list that is worked on; a longer one fails the agent.",
        default: .integer(Int64(ForEach.defaultAtMost)), otherNames: ["max_items", "limit"])
    static let concurrency = Key(
        "concurrency", .integer(in: 1...100_000),
        "With for_each, elements that may be worked on at once. Without it as many as the job lets run.",
        otherNames: ["parallelism", "max_concurrency"])
    static let quorum = Key(
        "quorum", quorumForm.located,
        "With for_each, how many elements must succeed for the agent to succeed; all of them without it.")

    static let all: [any ObjectKey] = [forEach, name, atMost, concurrency, quorum]
    private static let companions: [any ObjectKey] = [name, atMost, concurrency, quorum]

    /// The rule of the schema that the other keys go with `for_each`.
    static let dependencies = JSONValue.object([
        "dependentRequired": .object(
            Dictionary(
                companions.map { (ExactString($0.name), .array([.string(forEach.name)])) },
                uniquingKeysWith: { first, _ in first }))
    ])

    private static let elementName = Form<String>([
        "type": "string", "pattern": .string(NameRule.pattern),
        "not": ["enum": .array(ForEach.takenNames.sorted().map { .string($0) })],
    ]) { cursor in
        guard let name = Form<String>.text.read(cursor) else { return nil }
        guard let fault = ForEach.fault(inName: name) ?? NameRule.fault(in: name) else { return name }
        cursor.report(fault)
        return nil
    }

    private static let atLeast = Key(
        "at_least", leastItems,
        "The number of elements that must succeed, or their share such as 95%, rounded up; of a shorter list, all.",
        required: true)

    private static let quorumForm = Form<ItemQuorum>.object("an object such as {at_least: 95%}", [atLeast]) {
        $0[atLeast]
    }

    private static let share = Form<Double>.percentage(whole: true)
    private static let count = Form.integer(in: 1...ForEach.mostItems)

    private static let leastItems = Form<ItemQuorum>([
        "anyOf": [.object(count.schema), .object(share.schema)]
    ]) { cursor in
        switch cursor.node.content {
        case .integer: return count.read(cursor).map { .atLeast($0) }
        case .number: return share.read(cursor).map { .atLeastShare($0) }
        case .text(let text) where text.contains("%"): return share.read(cursor).map { .atLeastShare($0) }
        default:
            cursor.expected("a number of elements such as 38, or a share of them such as 95%")
            return nil
        }
    }

    /// What the keys say together; each is read once, with `for_each` or without it.
    static func read(_ members: Members) -> ForEachDraft? {
        let path = members[forEach]
        let (name, atMost, concurrency) = (members[name], members[atMost], members[concurrency])
        let quorum = members[quorum]
        guard members.has(forEach) else {
            for key in companions where members.has(key) {
                members.report(at: key, "the key '\(key.name)' of an agent goes with for_each, which names a list")
            }
            return nil
        }
        guard let path else { return nil }
        let each = ForEach(
            path.value, as: name?.value ?? ForEach.defaultName, atMost: atMost ?? ForEach.defaultAtMost,
            concurrency: concurrency, quorum: quorum?.value ?? .all)
        if let quorum, case .atLeast(let least) = quorum.value, least > each.atMost {
            quorum.cursor.report(
                "\(least) elements cannot succeed, since at_most lets the list have \(each.atMost)")
        }
        return ForEachDraft(path: path, name: name?.cursor, value: each)
    }
}

/// The list of an agent as read, before it is known whether it can ever be there.
struct ForEachDraft: Sendable {
    let path: Located<ContextPath>
    /// Where the element's name stands, if it is given.
    let name: Cursor?
    let value: ForEach
}
