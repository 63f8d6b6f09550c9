import Support
import TestSupport
import Testing

@testable import Coordinator

/// Registration, compared with all possible paths: every two roles that could write one single-writer field are found.
@Suite(.timeLimit(.minutes(10))) struct Collisions {
    private static let letters = ["a", "b", "z"]
    /// Every path of up to four segments.
    private static let paths: [ContextPath] = {
        var all: [[String]] = [[]]
        var last = all
        for _ in 0..<4 {
            last = last.flatMap { path in letters.map { path + [$0] } }
            all += last
        }
        return all.dropFirst().map { ContextPath(segments: $0) }
    }()

    private func pattern(_ random: inout SeededGenerator, length: Int = 3) -> ContextPattern {
        let segments = (0..<random.int(1...length)).map { _ in ["a", "b", "*"][random.int(0...2)] }
        let text = segments.joined(separator: ".") + (random.int(0...3) == 0 ? ".**" : "")
        return ContextPattern(stringLiteral: random.int(0...9) == 0 ? "**" : text)
    }

    private func role(_ random: inout SeededGenerator) -> Role {
        Role(name: "r", writes: (0..<random.int(1...2)).map { _ in pattern(&random) })
    }

    /// Fields of at least one segment: `**` alone would make one field of everything.
    private func table(_ random: inout SeededGenerator) -> FieldTable {
        let rules: [MergeRule] = [.singleWriter, .append, .replace]
        let patterns = (0..<random.int(0...3)).map { _ in pattern(&random) }.filter { $0.depth > 0 }
        return FieldTable(patterns.map { FieldDeclaration($0, merge: rules[random.int(0...2)]) })
    }

    /// The fields a role may write whose rule is one of these.
    private func fields(of role: Role, in table: FieldTable, _ rules: Set<MergeRule>) -> Set<ContextPath> {
        Set(
            Self.paths.filter(role.mayWrite).compactMap { path in
                guard let field = try? table.field(of: path), rules.contains(field.rule) else { return nil }
                return field.path
            })
    }

    @Test func everySharedFieldIsReportedAsACollision() async {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            // Lets other tests run, which share the threads.
            await Task.yield()
            let table = table(&random)
            let (left, right) = (role(&random), role(&random))
            for rules: Set<MergeRule> in [[.singleWriter], [.singleWriter, .replace]] {
                let shared = fields(of: left, in: table, rules).intersection(fields(of: right, in: table, rules))
                if shared.isEmpty { continue }
                var index = WriterIndex()
                index.add(left, index: 0, in: table)
                let found = index.rivals(of: right, in: table)
                #expect(
                    found.map(\.agent) == [0] && found.allSatisfy { rules.contains($0.claim.rule) },
                    "\(left.writes) and \(right.writes) meet in \(shared), seed \(random.seed)")
            }
        }
    }

    /// The index, which avoids comparing every pair of roles, finds the same collisions as comparing their claims.
    @Test func writerIndexFindsEveryCollidingRole() async {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            await Task.yield()
            let table = table(&random)
            var index = WriterIndex()
            let roles = (0..<8).map { _ in role(&random) }
            for (number, role) in roles.enumerated() { index.add(role, index: number, in: table) }
            let claims = roles.map { $0.writes.flatMap { table.claims(of: $0).claims } }
            var meeting: Set<[Int]> = []
            for right in roles.indices {
                for left in 0..<right
                where claims[left].contains(where: { mine in claims[right].contains(where: mine.meets) }) {
                    meeting.insert([left, right])
                }
            }
            var found: Set<[Int]> = []
            for contest in contests(of: index) {
                for right in contest.agents {
                    for left in contest.agents where left < right { found.insert([left, right]) }
                }
            }
            #expect(found == meeting, "seed \(random.seed)")
        }
    }

    /// The index of patterns answers as each pattern by itself does.
    @Test func patternIndexAnswersAsItsPatternsDo() async {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            await Task.yield()
            let patterns = (0..<random.int(0...6)).map { _ in pattern(&random) }
            let index = PatternIndex(patterns)
            for path in [ContextPath(segments: [])] + Self.paths.shuffled(using: &random).prefix(30) {
                let matches = patterns.map { $0.match(path.segments) }
                let strongest: ContextPattern.Match =
                    matches.contains(.covered) ? .covered : matches.contains(.above) ? .above : .outside
                #expect(index.match(path.segments) == strongest, "\(patterns) \(path) seed \(random.seed)")
                let first = index.first(path.segments)
                let rank = matches.firstIndex { $0 != .outside }
                #expect(first?.rank == rank, "\(patterns) \(path) seed \(random.seed)")
                #expect(first?.match == rank.map { matches[$0] }, "\(patterns) \(path) seed \(random.seed)")
            }
            let other = pattern(&random)
            #expect(
                index.intersecting(other).ranks == patterns.indices.filter { patterns[$0].intersects(other) },
                "\(patterns) \(other) seed \(random.seed)")
        }
    }

    /// Agents with the same writes are one contest, however many they are, and registration looks at the last two.
    @Test func manyWritersOfOneFieldAreLookedAtTogether() {
        let table = FieldTable([.init("plan", merge: .replace), .init("log", merge: .append)])
        var index = WriterIndex()
        for number in 0..<500 {
            let role = Role(name: "r", writes: ["plan", "log", ContextPattern(["plan", "step-\(number % 50)"])])
            #expect(index.rivals(of: role, in: table).map(\.agent) == Array((0..<number).suffix(2)))
            index.add(role, index: number, in: table)
        }
        #expect(contests(of: index).map(\.agents) == [Array(0..<500)])
    }

    /// One for each kind of rule: of one writer, or of the last one.
    @Test func manyFieldsOfTheSameWritersAreOneContest() {
        let table = FieldTable((0..<100).map { .init(ContextPattern(["x", "k\($0)"]), merge: .replace) })
        var index = WriterIndex()
        for number in 0..<10 { index.add(Role(name: "r", writes: ["x"]), index: number, in: table) }
        #expect(contests(of: index).map(\.agents) == [Array(0..<10), Array(0..<10)])
    }

    /// Agents that append to one field, or write fields of their own, meet nobody.
    @Test func writersOfFoldingFieldsMeetNobody() {
        let table = FieldTable([.init("log", merge: .append)])
        var index = WriterIndex()
        for number in 0..<500 {
            let role = Role(name: "r", writes: ["log", "log.x", ContextPattern(["artifacts", "a\(number)"])])
            #expect(index.rivals(of: role, in: table).isEmpty)
            index.add(role, index: number, in: table)
        }
        #expect(contests(of: index).isEmpty)
    }

    /// Patterns of which each meets all of the other half: as many contests as the square of their number.
    @Test func comparisonsOfWritersEndWhereTheirBudgetDoes() {
        let table = FieldTable([.init("x.*.*", merge: .replace)])
        func role(_ count: Int) -> Role {
            Role(
                name: "r",
                writes: (0..<count).flatMap { ["x.*.k\($0)", "x.j\($0).*"].map(ContextPattern.init(stringLiteral:)) })
        }
        var small = WriterIndex(budget: PlanCheckBudget(1_000))
        small.add(role(10), index: 0, in: table)
        #expect(!small.isOverwhelmed)
        small.add(role(40), index: 1, in: table)
        #expect(small.isOverwhelmed)
        var index = WriterIndex()
        for number in 0..<2 { index.add(role(40), index: number, in: table) }
        var budget = PlanCheckBudget(1_000)
        var count = 0
        index.forEachContest(&budget) { _, _ in
            count += 1
            return true
        }
        #expect(budget.isSpent && count < 1_000)
        var stopped = PlanCheckBudget()
        count = 0
        index.forEachContest(&stopped) { _, _ in
            count += 1
            return count < 3
        }
        #expect(count == 3)
    }

    private func contests(of index: WriterIndex) -> [WriterIndex.Contest] {
        var budget = PlanCheckBudget()
        var contests: [WriterIndex.Contest] = []
        index.forEachContest(&budget) { contest, _ in
            contests.append(contest)
            return true
        }
        return contests
    }
}

extension ContextPattern {
    fileprivate init(_ segments: [String]) { self.init(ContextPath(segments: segments)) }
}
