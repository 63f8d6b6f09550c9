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
            for (ordered, rules) in [(true, [MergeRule.singleWriter]), (false, [.singleWriter, .replace])] {
                let shared = fields(of: left, in: table, Set(rules)).intersection(
                    fields(of: right, in: table, Set(rules)))
                if shared.isEmpty { continue }
                #expect(
                    table.collision(left, right, ordered: ordered) != nil,
                    "\(left.writes) and \(right.writes) meet in \(shared), seed \(random.seed)")
            }
        }
    }

    /// The index, which avoids comparing every pair of roles, finds the same collisions as comparing them.
    @Test func writerIndexFindsEveryCollidingRole() async {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            await Task.yield()
            let table = table(&random)
            var index = WriterIndex()
            var roles: [Role] = []
            for number in 0..<8 {
                let new = role(&random)
                let meeting = roles.indices.filter { table.collision(new, roles[$0], ordered: false) != nil }
                let found = index.candidates(for: new, in: table)
                #expect(Set(meeting).isSubset(of: found), "seed \(random.seed)")
                #expect(found == found.sorted(), "seed \(random.seed)")
                index.add(new, index: number, in: table)
                roles.append(new)
            }
        }
    }
}
