/// Writers by the fields of which there may be one at a time: finds the agents whose writes may collide without
/// comparing each agent, path and field with each.
struct WriterIndex: Sendable {
    /// Agents that may write the same field: each of the first with each of the second.
    struct Contest {
        /// The agents with the first claim, ascending.
        let first: [Int]
        /// The agents with the second claim, ascending: the same for a claim that meets itself, else all others.
        let second: [Int]
        /// The numbers of two claims that meet, or of one twice.
        let claims: (Int, Int)
        let rule: MergeRule

        /// The agents of both, ascending.
        var agents: [Int] { Set(first + second).sorted() }
    }

    /// An agent that may write what a new one may write too.
    struct Rival {
        let agent: Int
        /// What the new agent claims of it, and by which of its patterns.
        let claim: FieldClaim
        let pattern: ContextPattern
        /// The number of what the agent claims of it.
        let other: Int
    }

    /// How many claims of a pattern, and how many others that one meets, are looked at while agents are added; whoever
    /// orders agents at the start looks at all.
    private static let earlyLimit = 64

    // Patterns, each with the agents that may write it and what it claims. Many agents have the same pattern.
    private var patterns: [ContextPattern: Int] = [:]
    private var texts: [ContextPattern] = []
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
    private var budget: PlanCheckBudget

    /// - Parameter budget: what adding all agents may cost.
    init(budget: PlanCheckBudget = PlanCheckBudget()) { self.budget = budget }

    /// Whether the agents write more patterns than may be compared: no more are, and collisions are overlooked.
    var isOverwhelmed: Bool { budget.isSpent }

    /// The agents added last whose writes may collide with this role's, ascending, each with what both claim. That of
    /// a field with one writer comes first.
    mutating func rivals(of role: Role, in table: FieldTable) -> [Rival] {
        var found: [Int: Rival] = [:]
        for (pattern, number) in zip(role.writes, numbers(of: role, in: table)) {
            for own in claimsOfPattern[number].prefix(Self.earlyLimit) {
                for other in [own] + meetings[own].prefix(Self.earlyLimit) {
                    for agent in latest[other] where found[agent]?.claim.rule != .singleWriter {
                        found[agent] = Rival(agent: agent, claim: claims[own], pattern: pattern, other: other)
                    }
                }
            }
        }
        return found.values.sorted { $0.agent < $1.agent }
    }

    /// Adds an agent, unless that overwhelms the index; their numbers ascend.
    mutating func add(_ role: Role, index: Int, in table: FieldTable) {
        let numbers = numbers(of: role, in: table)
        // What `rivals` looks at, whether it was asked or not: the cost is that of the job, not of the caller.
        budget.spend(numbers.count)
        for number in numbers {
            for claim in claimsOfPattern[number].prefix(Self.earlyLimit) {
                budget.spend(1 + min(meetings[claim].count, Self.earlyLimit))
            }
        }
        guard !isOverwhelmed else { return }
        for number in numbers {
            if agents[number].last != index { agents[number].append(index) }
            for claim in claimsOfPattern[number].prefix(Self.earlyLimit) where latest[claim].last != index {
                latest[claim] = latest[claim].suffix(1) + [index]
            }
        }
    }

    /// A pattern of an agent that makes a claim.
    func pattern(of agent: Int, claiming claim: Int) -> ContextPattern {
        patternsOfClaim[claim].first { agents[$0].contains(agent) }.map { texts[$0] } ?? claims[claim].field
    }

    /// Calls back with the agents of each field that several may write, until told to stop. All pairs among them collide.
    ///
    /// - Parameters:
    ///   - budget: what looking at them may cost; when it is spent, nothing more is looked at.
    ///   - body: answers whether to go on.
    func forEachContest(_ budget: inout PlanCheckBudget, _ body: (Contest, inout PlanCheckBudget) -> Bool) {
        var seen: Set<[Int]> = []
        for claim in claims.indices {
            for other in [claim] + meetings[claim] where other >= claim {
                let makers = patternsOfClaim[claim] + (other == claim ? [] : patternsOfClaim[other])
                budget.spend(makers.count)
                guard !budget.isSpent else { return }
                guard makers.count > 1 || agents[makers[0]].count > 1 else { continue }
                // Many fields may have the same writers; those of one rule are all judged alike.
                let rule = claims[claim].rule
                guard seen.insert(makers + [rule == .singleWriter ? -1 : -2]).inserted else { continue }
                budget.spend(makers.reduce(0) { $0 + agents[$1].count })
                guard !budget.isSpent else { return }
                guard let (first, second) = writers(of: claim, and: other) else { continue }
                let contest = Contest(first: first, second: second, claims: (claim, other), rule: rule)
                guard body(contest, &budget) else { return }
            }
        }
    }

    /// The agents of a contest; `nil` for none. Those that two claims have in common are in a contest of each by itself.
    private func writers(of claim: Int, and other: Int) -> (first: [Int], second: [Int])? {
        func writers(_ claim: Int) -> Set<Int> { Set(patternsOfClaim[claim].flatMap { agents[$0] }) }
        let first = writers(claim)
        guard other != claim else {
            let all = first.sorted()
            return all.count > 1 ? (all, all) : nil
        }
        let second = writers(other)
        let (left, right) = (first.subtracting(second), second.subtracting(first))
        return left.isEmpty || right.isEmpty ? nil : (left.sorted(), right.sorted())
    }

    private mutating func numbers(of role: Role, in table: FieldTable) -> [Int] {
        role.writes.map { number(of: $0, in: table) }
    }

    private mutating func number(of pattern: ContextPattern, in table: FieldTable) -> Int {
        if let known = patterns[pattern] { return known }
        let number = agents.count
        patterns[pattern] = number
        texts.append(pattern)
        agents.append([])
        var made: [FieldClaim] = []
        if !budget.isSpent {
            let (claims, looks) = table.claims(of: pattern)
            budget.spend(looks)
            made = claims
        }
        claimsOfPattern.append(made.map { self.number(of: $0, madeBy: number) })
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
        let candidates = claim.isOneField ? others.wide : others.all
        budget.spend(candidates.count)
        let met = budget.isSpent ? [] : candidates.filter { claims[$0].meets(claim) }
        meetings.append(met)
        for other in met { meetings[other].append(number) }
        byDeclaration[claim.declaration, default: ([], [])].all.append(number)
        if !claim.isOneField { byDeclaration[claim.declaration]?.wide.append(number) }
        return number
    }
}
