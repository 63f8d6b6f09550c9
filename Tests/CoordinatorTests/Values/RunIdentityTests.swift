import Coordinator
import Support
import TestSupport
import Testing

/// Keys of runs, and the order in which what they write is folded.
@Suite(.timeLimit(.minutes(10))) struct RunIdentities {
    @Test func keyNamesJobAgentRoundAndItem() {
        let keys = [
            RunIdentity(agent: "a"), RunIdentity(agent: "a", round: 2), RunIdentity(agent: "a", item: 3),
            RunIdentity(agent: "a", round: 2, item: 3),
        ].map { $0.idempotencyKey(inJob: "job-1") }
        #expect(keys == ["job-1/a", "job-1/a/round-2", "job-1/a/item-3", "job-1/a/round-2/item-3"])
    }

    /// Names with the key's own separators, and names that look like parts of a key.
    @Test func keysOfDifferentRunsDiffer() {
        let names = ["a", "a/round-2", "a%2Fround-2", "a/round-2/item-3", "a%", "round-2", "item-3", ""]
        var keys: [String] = []
        for job in names {
            for agent in names {
                for (round, item) in [(nil, nil), (2, nil), (nil, 3), (2, 3)] as [(Int?, Int?)] {
                    keys.append(RunIdentity(agent: agent, round: round, item: item).idempotencyKey(inJob: job))
                }
            }
        }
        #expect(Set(keys).count == names.count * names.count * 4)
        #expect(RunIdentity(agent: "a/b%").idempotencyKey(inJob: "job") == "job/a%2Fb%25")
    }

    @Test func positionsCompareByStageRoundRegistrationAndItem() {
        var random = SeededGenerator.announced()
        func parts(_ order: WriteOrder) -> [Int] {
            [order.stage, order.round, order.stageInRound, order.registration, order.item]
        }
        func position() -> WriteOrder {
            let numbers = (0..<5).map { _ in Int.random(in: 0..<3, using: &random) }
            return WriteOrder(
                stage: numbers[0], round: numbers[1], stageInRound: numbers[2], registration: numbers[3],
                item: numbers[4])
        }
        for _ in 0..<2_000 {
            let (left, right) = (position(), position())
            #expect((left < right) == parts(left).lexicographicallyPrecedes(parts(right)), "seed \(random.seed)")
        }
    }
}
