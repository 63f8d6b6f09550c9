import Support

@testable import Coordinator

/// A simple model of the blackboard's semantics: it keeps the accepted contributions, and computes every field from
/// them anew.
struct SequentialModel {
    struct Accepted {
        let agent: String
        let order: WriteOrder
        let contribution: Contribution
    }

    enum Answer: Equatable { case version(Int), denied, conflict }

    private(set) var accepted: [Accepted] = []
    private var states: JSONObject = [:]
    private(set) var version = 0

    static let fields = [
        FieldDeclaration("artifacts.list", merge: .append), FieldDeclaration("artifacts.set", merge: .union),
        FieldDeclaration("artifacts.object", merge: .merge), FieldDeclaration("artifacts.last", merge: .replace),
        FieldDeclaration("artifacts.sum", merge: .custom(sum)), FieldDeclaration("artifacts.*", merge: .singleWriter),
    ]

    static let sum = MergeRule.Reducer(name: "sum") { value, added in
        .integer(added.reduce(value?.integerValue ?? 0) { $0 &+ ($1.integerValue ?? 0) })
    }

    mutating func commit(_ contribution: Contribution, agent: String, order: WriteOrder, mayWrite: [String]) -> Answer {
        guard contribution.paths.allSatisfy({ mayWrite.contains($0.segments[1]) }) else { return .denied }
        for name in contribution.set.keys.map({ $0.segments[1] }) where name.hasPrefix("own") {
            let others = accepted.contains { other in
                other.agent != agent
                    && !(other.order.stage == order.stage && other.order.round * order.round > 0
                        && other.order.round != order.round)
                    && other.contribution.set.keys.contains { $0.segments[1] == name }
            }
            if others { return .conflict }
        }
        accepted.append(Accepted(agent: agent, order: order, contribution: contribution))
        version += 1
        return .version(version)
    }

    mutating func setState(_ state: AgentState) {
        states[state.name] = state.contextValue
        version += 1
    }

    /// Shows a state that raises no version.
    mutating func follow(_ state: AgentState) { states[state.name] = state.contextValue }

    /// The attempt that an agent's state names; 0 without one.
    func attempt(of name: String) -> Int { states[name]?["attempt"]?.integerValue.map { Int($0) } ?? 0 }

    /// The whole blackboard.
    var root: JSONValue {
        // The sort is stable: among equals the first stays first.
        let ordered = accepted.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            .map(\.element)
        var artifacts: JSONObject = [:]
        for write in ordered.map(\.contribution) {
            for (path, value) in write.set.sorted(by: { $0.key.description < $1.key.description }) {
                artifacts[path.segments[1]] = value
            }
            for (path, values) in write.append {
                let name = path.segments[1]
                if name == "sum" {
                    artifacts[name] = .integer(
                        values.reduce(artifacts[name]?.integerValue ?? 0) { $0 + ($1.integerValue ?? 0) })
                    continue
                }
                var list = artifacts[name]?.arrayValue ?? []
                for value in values where name == "list" || !list.contains(value) { list.append(value) }
                artifacts[name] = .array(list)
            }
            for (path, members) in write.merge {
                artifacts[path.segments[1]] = Self.merged(artifacts[path.segments[1]] ?? .object([:]), members)
            }
        }
        return [
            "task": ["description": "", "requirements": [], "validation": []], "artifacts": .object(artifacts),
            "constraints": [], "decisions": [], "agents": .object(states),
        ]
    }

    private static func merged(_ value: JSONValue, _ members: JSONObject) -> JSONValue {
        var result = value.objectValue ?? [:]
        for (key, new) in members {
            if case .object(let inner) = new, let old = result[key], old.objectValue != nil {
                result[key] = merged(old, inner)
            } else {
                result[key] = new
            }
        }
        return .object(result)
    }
}

/// One writer of a random schedule: a plain agent, or a run of one in a round, or for an element.
struct RandomWriter: Sendable {
    let name: String
    let run: RunIdentity
    let order: WriteOrder
    let mayWrite: [String]
    let role: Role

    static let names = ["list", "set", "object", "last", "sum", "own-1", "own-2", "own-3"]

    init(_ index: Int, using random: inout SeededGenerator) {
        // Some writers are runs of one agent.
        let agent = Int.random(in: 0..<3, using: &random) == 0 ? index / 2 : index
        name = "agent-\(agent)"
        let round = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
        let item = Bool.random(using: &random) ? Int.random(in: 0..<4, using: &random) : nil
        run = RunIdentity(agent: name, round: round, item: item)
        order = WriteOrder(
            stage: Int.random(in: 0..<3, using: &random), round: round ?? 0,
            stageInRound: round == nil ? 0 : Int.random(in: 0..<2, using: &random), registration: agent, item: item ?? 0
        )
        mayWrite = Self.names.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        let writes = mayWrite.map { ContextPattern(ContextPath(segments: ["artifacts", $0])) }
        role = Role(name: name, reads: writes, writes: writes)
    }

    /// A contribution to one to three fields, sometimes to one that the role may not write.
    func contribution(using random: inout SeededGenerator) -> Contribution {
        var contribution = Contribution()
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let mayErr = Int.random(in: 0..<10, using: &random) == 0
            guard let field = (mayErr ? Self.names : mayWrite).randomElement(using: &random) else { continue }
            let path = ContextPath(segments: ["artifacts", field])
            let number = Int64.random(in: 0..<6, using: &random)
            switch field {
            case "list", "set", "sum": contribution.append[path] = [.integer(number), .integer(number / 2)]
            case "object":
                contribution.merge[path] = [
                    "k\(number % 3)": ["inner-\(number)": .string(name)], "last": .string(name),
                ]
            default: contribution.set[path] = [.string(name), .integer(number)]
            }
        }
        return contribution
    }
}
