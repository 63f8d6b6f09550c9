import Foundation
import SourceCode
import StandardAgents
import TestSupport
import Testing

/// Whether the file that a task is about comes near the top, on trees of other people.
///
/// The pairs of task and file were written before the ranking was looked at. Those on odd lines were there for tuning; those
/// on even lines were held out, and are what is asked for here.
@Suite(.timeLimit(.minutes(10))) struct RankingQuality {
    static let trees = ["swift-argument-parser", "hummingbird", "Yams"]
    /// How far down the file may stand.
    static let top = 5
    /// The share of held-out pairs whose file must be there.
    static let share = 0.8

    struct Pair: Sendable {
        let task: String
        let files: Set<String>
    }

    static func pairs(_ tree: String, heldOut: Bool) throws -> [Pair] {
        let file = TestPython.packageRoot.appending(path: "Tests/StandardAgentsTests/Ranking/\(tree).tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return lines.enumerated().filter { ($0.offset % 2 == 1) == heldOut }.map { _, line in
            let fields = line.split(separator: "\t")
            return Pair(task: String(fields[0]), files: Set(fields[1].split(separator: "|").map(String.init)))
        }
    }

    /// The place of the first right file, from 1, for each pair; 0 where it is not ranked.
    static func ranks(_ tree: String, _ pairs: [Pair]) async throws -> [Int] {
        let scan = try await Workspace(
            TestPython.packageRoot.appending(path: ".build/checkouts/\(tree)").path
        ).scan()
        var ranks: [Int] = []
        for pair in pairs {
            let ranking = try await Collector.ranking(scan.files, task: [pair.task])
            if let shown = ProcessInfo.processInfo.environment["COORDINATOR_RANKING_TUNING"], pair.task.hasPrefix(shown)
            {
                for file in ranking.prefix(12) { print("   ", file.path, file.score, file.matched) }
            }
            ranks.append((ranking.firstIndex { pair.files.contains($0.path) } ?? -1) + 1)
        }
        return ranks
    }

    @Test(arguments: trees) func relevantFileRanksNearTheTop(tree: String) async throws {
        let wantsTuning = ProcessInfo.processInfo.environment["COORDINATOR_RANKING_TUNING"] != nil
        let pairs = try Self.pairs(tree, heldOut: !wantsTuning)
        let ranks = try await Self.ranks(tree, pairs)
        let found = ranks.count { (1...Self.top).contains($0) }
        let words = zip(pairs, ranks).map { "\($1)\t\($0.task)" }.joined(separator: "\n")
        print("\(tree): \(found) of \(ranks.count) in the top \(Self.top)" + (wantsTuning ? "\n\(words)" : ""))
        #expect(
            Double(found) >= Self.share * Double(ranks.count) || wantsTuning,
            "\(tree): \(found) of \(ranks.count) in the top \(Self.top); ranks and tasks:\n\(words)")
    }
}
