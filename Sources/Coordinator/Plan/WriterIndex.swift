/// Writers by the fields of which there may be one at a time: finds the agents whose writes may collide without
/// comparing each agent, path and field with each.
struct WriterIndex: Sendable {
    /// Agents that may write the same field: each of the first with each of the second.
    struct Contest {
        /// The agents with the first claim, ascending.
        let first: [Int]
        /// The agents with the second claim, ascending; the same for a claim that meets itself.
        let second: [Int]
        /// Two claims that meet, or one twice.
        let claims: (FieldClaim, FieldClaim)

        /// The agents of both, ascending.
        var agents: [Int] { Set(first + second).sorted() }
        var rule: MergeRule { claims.0.rule }
    }

    /// How many claims of a pattern, and how many others that one meets, are looked at while agents are added; whoever
    /// orders agents at the start looks at all.
    private static let earlyLimit = 64

    // Patterns, each with the agents that may write it and what it claims. Many agents have the same pattern.
    private var patterns: [ContextPattern: Int] = [:]
    private var agents: [[Int]] = []
    private var claimsOfPattern: [[Int]] = []
    // Claims, each with the patterns that make it and the other claims that it meets.
    private var numbers: [FieldClaim: Int] = [:]
    private var claims: [FieldClaim] = []
    private var patternsOfClaim: [[Int]] = []
    private var meetings: [[Int]] = []
    /// The last two agents with each claim.
    private var latest: [[Int]] = []
    /// The claims on each declaration, and those of them that are not one field: these alone meet other claims.
    private var byDeclaration: [Int?: (all: [Int], wide: [Int])] = [:]

    /// The agents added last whose writes may collide with this role's, ascending, each with what both claim. That of
    /// a field with one writer comes first.
    mutating func rivals(of role: Role, in table: FieldTable) -> [(agent: Int, claim: FieldClaim)] {
        var found: [Int: FieldClaim] = [:]
        for pattern in role.writes {
            for own in claimsOfPattern[number(of: pattern, in: table)].prefix(Self.earlyLimit) {
                for other in [own] + meetings[own].prefix(Self.earlyLimit) {
                    for agent in latest[other] where found[agent]?.rule != .singleWriter { found[agent] = claims[own] }
                }
            }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Adds an agent; their numbers ascend.
    mutating func add(_ role: Role, index: Int, in table: FieldTable) {
        for pattern in role.writes {
            let number = number(of: pattern, in: table)
            if agents[number].last != index { agents[number].append(index) }
            for claim in claimsOfPattern[number].prefix(Self.earlyLimit) where latest[claim].last != index {
                latest[claim] = latest[claim].suffix(1) + [index]
            }
        }
    }

    /// Calls back with the agents of each field that several may write. All pairs among them collide.
    func forEachContest(_ body: (Contest) throws -> Void) rethrows {
        var seen: Set<[Int]> = []
        for claim in claims.indices {
            let later = meetings[claim].filter { other in other > claim }
            for other in [claim] + later {
                let makers = patternsOfClaim[claim] + (other == claim ? [] : patternsOfClaim[other])
                guard makers.count > 1 || agents[makers[0]].count > 1 else { continue }
                // Many fields may have the same writers; those of one rule are all judged alike.
                let rule = claims[claim].rule == .singleWriter ? -1 : -2
                guard seen.insert(makers + [rule]).inserted else { continue }
                func writers(_ claim: Int) -> [Int] { Set(patternsOfClaim[claim].flatMap { agents[$0] }).sorted() }
                let contest = Contest(
                    first: writers(claim), second: writers(other), claims: (claims[claim], claims[other]))
                // What two claims have in common of agents is a contest of one claim already.
                let isOfTwo = other != claim
                if isOfTwo, Set(contest.first).isSuperset(of: contest.second) { continue }
                if isOfTwo, Set(contest.second).isSuperset(of: contest.first) { continue }
                if isOfTwo || contest.first.count > 1 { try body(contest) }
            }
        }
    }

    private mutating func number(of pattern: ContextPattern, in table: FieldTable) -> Int {
        if let known = patterns[pattern] { return known }
        let number = agents.count
        patterns[pattern] = number
        agents.append([])
        claimsOfPattern.append(table.claims(of: pattern).map { self.number(of: $0, madeBy: number) })
        return number
    }

    private mutating func number(of claim: FieldClaim, madeBy pattern: Int) -> Int {
        if let known = numbers[claim] {
            patternsOfClaim[known].append(pattern)
            return known
        }
        let number = claims.count
        numbers[claim] = number
        claims.append(claim)
        patternsOfClaim.append([pattern])
        latest.append([])
        let others = byDeclaration[claim.declaration, default: ([], [])]
        let met = (claim.isOneField ? others.wide : others.all).filter { claims[$0].meets(claim) }
        meetings.append(met)
        for other in met { meetings[other].append(number) }
        byDeclaration[claim.declaration, default: ([], [])].all.append(number)
        if !claim.isOneField { byDeclaration[claim.declaration]?.wide.append(number) }
        return number
    }
}
