/// Writers by the paths they may write: finds the agents whose writes may collide without comparing each with each.
struct WriterIndex: Sendable {
    private struct Prefix: Hashable {
        let first: String
        let second: String?
    }

    /// By the first two segments of a pattern, where both are literal and fields lie that deep.
    private var exact: [Prefix: [Int]] = [:]
    /// By the first segment alone, of every pattern that begins with a literal one.
    private var below: [String: [Int]] = [:]
    /// Patterns that begin with a literal segment and go on with a wildcard or inside a field, or end there.
    private var wide: [String: [Int]] = [:]
    /// Patterns that begin with a wildcard.
    private var anywhere: [Int] = []
    /// All writers.
    private var everybody: [Int] = []

    /// The agents added before whose writes may collide with this role's, ascending.
    func candidates(for role: Role, in table: FieldTable) -> [Int] {
        var found: Set<Int> = []
        for pattern in role.writes {
            found.formUnion(anywhere)
            switch Self.words(pattern, in: table) {
            case (nil, _): found.formUnion(everybody)
            case (let first?, nil): found.formUnion(below[first] ?? [])
            case (let first?, let second?):
                found.formUnion(exact[Prefix(first: first, second: second)] ?? [])
                found.formUnion(wide[first] ?? [])
            }
        }
        return found.sorted()
    }

    /// Adds an agent.
    mutating func add(_ role: Role, index: Int, in table: FieldTable) {
        for pattern in role.writes {
            everybody.append(index)
            switch Self.words(pattern, in: table) {
            case (nil, _): anywhere.append(index)
            case (let first?, nil):
                below[first, default: []].append(index)
                wide[first, default: []].append(index)
            case (let first?, let second?):
                below[first, default: []].append(index)
                exact[Prefix(first: first, second: second), default: []].append(index)
            }
        }
    }

    private static func words(_ pattern: ContextPattern, in table: FieldTable) -> (String?, String?) {
        func word(_ index: Int) -> String? {
            guard pattern.segments.count > index, case .literal(let word) = pattern.segments[index] else { return nil }
            return word
        }
        guard let first = word(0), let second = word(1) else { return (word(0), nil) }
        return (first, table.isApart(pattern.prefix(2)) ? second : nil)
    }
}
