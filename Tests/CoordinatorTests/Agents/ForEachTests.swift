import Coordinator
import Testing

/// What is said of many elements and of rounds, before any of them runs.
@Suite struct ItemsAndRounds {
    @Test(
        arguments: [
            (ItemQuorum.all, 40, 40), (.all, 0, 0),
            (.atLeast(3), 40, 3), (.atLeast(3), 2, 2), (.atLeast(-1), 2, 0),
            (.atLeastShare(0.95), 40, 38), (.atLeastShare(0.95), 41, 39), (.atLeastShare(0.07), 100, 7),
            (.atLeastShare(0.29), 100, 29), (.atLeastShare(0.500000000001), 2, 2), (.atLeastShare(0.01), 1, 1),
            (.atLeastShare(1), 7, 7), (.atLeastShare(0), 7, 0), (.atLeastShare(2), 7, 7), (.atLeastShare(-1), 7, 0),
            (.atLeastShare(.nan), 7, 7), (.atLeastShare(0.95), 0, 0),
        ])
    func quorumAsksForAsManyItemsAsItSaysRoundedUpAndForNoMoreThanThereAre(
        quorum: ItemQuorum, count: Int, required: Int
    ) {
        #expect(quorum.required(of: count) == required)
    }

    @Test func everyWholePercentageOfAHundredItemsIsThatManyItems() {
        for percent in 0...100 {
            #expect(ItemQuorum.atLeastShare(Double(percent) / 100).required(of: 100) == percent)
        }
    }

    @Test func figuresOutOfTheirRangeCountAsTheNearestInIt() {
        #expect(ForEach("artifacts.files").atMost == 500)
        #expect(ForEach("artifacts.files", atMost: 0).atMost == 1)
        #expect(ForEach("artifacts.files", atMost: .max).atMost == ForEach.mostItems)
        #expect(ForEach("artifacts.files", concurrency: -3).concurrency == 1)
        #expect(ForEach("artifacts.files").concurrency == nil)
        let condition = Condition.exists("artifacts.done")
        #expect(Repeat("fix", agents: ["drafter"], until: condition).atMost == 3)
        #expect(Repeat("fix", agents: ["drafter"], until: condition, atMost: 0).atMost == 1)
        #expect(Repeat("fix", agents: ["drafter"], until: condition, atMost: .max).atMost == Repeat.mostRounds)
        var each = ForEach("artifacts.files")
        (each.atMost, each.concurrency) = (.max, 0)
        #expect(each.atMost == ForEach.mostItems && each.concurrency == 1)
        var fix = Repeat("fix", agents: ["drafter"], until: condition)
        fix.atMost = .max
        #expect(fix.atMost == Repeat.mostRounds)
    }

    @Test func elementGoesByAPlainNameThatHidesNoFieldOfTheBlackboard() throws {
        for name in ["item", "file", "_f", "a-b_2"] { #expect(ForEach.fault(inName: name) == nil, "\(name)") }
        for name in ["task", "constraints", "decisions", "artifacts", "agents", "signals"] {
            let fault = try #require(ForEach.fault(inName: name))
            #expect(fault.contains("every blackboard has a field of that name"))
        }
        for name in ["", "a.b", "a b", "2a", "*", "[\"a\"]", "ä", "a\nb"] {
            let fault = try #require(ForEach.fault(inName: name), "\(name)")
            #expect(!fault.contains("\n"))
        }
    }

    @Test func elementIsReadAsAValueOfAType() throws {
        struct File: Codable, Equatable { var path: String }
        let item = AttemptItem(index: 3, key: "a", value: ["path": "a.swift"])
        #expect(try item.decode(as: File.self) == File(path: "a.swift"))
        #expect(throws: DecodingError.self) { try item.decode(as: [Int].self) }
    }
}
