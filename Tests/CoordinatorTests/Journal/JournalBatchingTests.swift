import Support
import TestSupport
import Testing

@testable import Coordinator

/// The machine that gathers what goes to a journal: every transition, and what holds for any sequence of them.
@Suite(.timeLimit(.minutes(10))) struct JournalBatching {
    typealias Machine = JournalBatchingStateMachine<Int>

    /// An action as text, to compare.
    private func text(_ action: Machine.Action) -> String {
        switch action {
        case .nothing: "nothing"
        case .append(let number, let entries): "append \(number) \(entries)"
        case .show(let entries, let next): "show \(entries)" + (next.map { " append \($0.number) \($0.entries)" } ?? "")
        case .stop(let entries): "stop \(entries)"
        }
    }

    private func check(limit: Int = 10, _ steps: [(String, (inout Machine) -> Machine.Action)]) {
        var machine = Machine(.init(waiting: limit, batchBytes: 100))
        for (index, (expected, step)) in steps.enumerated() {
            #expect(text(step(&machine)) == expected, "step \(index)")
        }
    }

    @Test func whatHappensDuringAnAppendGoesWithTheNext() {
        check([
            ("show []", { $0.begun(with: 0) }), ("append 1 [1]", { $0.added(1) }), ("nothing", { $0.added(2) }),
            ("nothing", { $0.added(3) }), ("show [1] append 2 [2, 3]", { $0.kept(1) }), ("show [2, 3]", { $0.kept(2) }),
            ("append 3 [4]", { $0.added(4) }),
        ])
    }

    @Test func whatHappensBeforeTheJobBeginsWaitsForIt() {
        check([
            ("nothing", { $0.added(1) }), ("nothing", { $0.added(2) }), ("nothing", { $0.added(3) }),
            ("show [1, 2] append 1 [3]", { $0.begun(with: 2) }), ("nothing", { $0.begun(with: 2) }),
            ("show [3]", { $0.kept(1) }),
        ])
    }

    @Test func afterAFailureNothingIsWritten() {
        check([
            ("show []", { $0.begun(with: 0) }), ("append 1 [1]", { $0.added(1) }), ("nothing", { $0.added(2) }),
            ("stop [1, 2]", { $0.failed(1) }), ("stop [3]", { $0.added(3) }), ("nothing", { $0.kept(1) }),
            ("nothing", { $0.failed(1) }), ("nothing", { $0.begun(with: 0) }),
        ])
    }

    @Test func answerToAnAppendThatIsOverChangesNothing() {
        check([
            ("show []", { $0.begun(with: 0) }), ("nothing", { $0.kept(1) }), ("append 1 [1]", { $0.added(1) }),
            ("nothing", { $0.kept(2) }), ("nothing", { $0.failed(0) }), ("show [1]", { $0.kept(1) }),
            ("nothing", { $0.kept(1) }), ("append 2 [2]", { $0.added(2) }), ("nothing", { $0.failed(1) }),
        ])
    }

    @Test func oneEntryMoreThanMayWaitStopsTheJob() {
        check(
            limit: 2,
            [
                ("show []", { $0.begun(with: 0) }), ("append 1 [1]", { $0.added(1) }), ("nothing", { $0.added(2) }),
                ("nothing", { $0.added(3) }), ("stop [1, 2, 3, 4]", { $0.added(4) }), ("nothing", { $0.kept(1) }),
            ])
        check(
            limit: 1,
            [("nothing", { $0.added(1) }), ("stop [1, 2]", { $0.added(2) }), ("nothing", { $0.begun(with: 1) })])
    }

    /// An entry of as many bytes as its number, made when there is room for it.
    private static func add(_ entry: Int, to machine: inout Machine) -> Machine.Action {
        _ = machine.makeRoom(for: entry)
        return machine.added(entry, bytes: entry)
    }

    @Test func whatIsTooLargeForOneAppendGoesInSeveralAndWhatIsLargerGoesAlone() {
        check([
            ("show []", { $0.begun(with: 0) }), ("append 1 [1]", { Self.add(1, to: &$0) }),
            ("nothing", { Self.add(60, to: &$0) }), ("nothing", { Self.add(40, to: &$0) }),
            ("nothing", { Self.add(2, to: &$0) }), ("nothing", { Self.add(500, to: &$0) }),
            ("nothing", { Self.add(3, to: &$0) }), ("show [1] append 2 [60, 40]", { $0.kept(1) }),
            ("nothing", { Self.add(4, to: &$0) }), ("show [60, 40] append 3 [2]", { $0.kept(2) }),
            ("show [2] append 4 [500]", { $0.kept(3) }), ("show [500] append 5 [3, 4]", { $0.kept(4) }),
            ("show [3, 4]", { $0.kept(5) }), ("append 6 [900]", { Self.add(900, to: &$0) }),
            ("nothing", { Self.add(5, to: &$0) }), ("stop [900, 5]", { $0.failed(6) }),
        ])
    }

    /// The caller notes what readers see after each append, so it has to know which of them is complete.
    @Test func roomIsMadeOnceForEachAppendThatIsComplete() {
        var machine = Machine(.init(waiting: 10, batchBytes: 100))
        var rooms = [machine.makeRoom(for: 500)]
        _ = machine.begun(with: 0)
        _ = machine.added(1, bytes: 500)
        rooms.append(machine.makeRoom(for: 500))
        _ = machine.added(2, bytes: 100)
        rooms.append(machine.makeRoom(for: 1))
        // What there was room for was refused, so the next one has it.
        rooms.append(machine.makeRoom(for: 500))
        let steps = [text(machine.kept(1)), text(machine.kept(2))]
        #expect(steps == ["show [1] append 2 [2]", "show [2]"])
        rooms.append(machine.makeRoom(for: 500))
        #expect(rooms == [false, false, true, false, false])
    }

    /// Every entry is shown once and in order, or lost; an append begins only when none is under way.
    @Test func everyEntryIsShownOnceAndInOrderOrLost() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<5_000 {
            let limit = Int.random(in: 1...8, using: &random)
            let batchBytes = Int.random(in: 1...20, using: &random)
            var machine = Machine(.init(waiting: limit, batchBytes: batchBytes))
            var (added, shown, lost): (Int, [Int], Set<Int>) = (0, [], [])
            var inFlight: (number: Int, entries: [Int])?
            var hasBegun = false
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let action: Machine.Action
                switch Int.random(in: 0..<12, using: &random) {
                case 0:
                    let begun = Int.random(in: 0...machine.beforeTheStart.count, using: &random)
                    if !hasBegun { inFlight = (0, Array(machine.beforeTheStart.prefix(begun))) }
                    hasBegun = true
                    action = machine.begun(with: begun)
                case 1..<8:
                    added += 1
                    _ = machine.makeRoom(for: added % 7)
                    action = machine.added(added, bytes: added % 7)
                case 8 where Int.random(in: 0..<8, using: &random) == 0: action = machine.failed(inFlight?.number ?? 1)
                default: action = machine.kept(inFlight?.number ?? 1)
                }
                var next: (number: Int, entries: [Int])?
                switch action {
                case .nothing: continue
                case .append(let number, let entries):
                    try #require(inFlight == nil, "seed \(random.seed)")
                    next = (number, entries)
                case .show(let entries, let following):
                    try #require(inFlight?.entries == entries, "seed \(random.seed)")
                    shown += entries
                    next = following
                case .stop(let entries): lost.formUnion(entries)
                }
                if let next {
                    // What came between the start and its answer goes together.
                    let isWithin = next.number == 1 || next.entries.reduce(0) { $0 + $1 % 7 } <= batchBytes
                    try #require(next.entries.count == 1 || isWithin, "seed \(random.seed)")
                    try #require(!next.entries.isEmpty, "seed \(random.seed)")
                }
                inFlight = next
                if !lost.isEmpty {
                    added += 1
                    try #require(text(machine.added(added)) == "stop [\(added)]", "seed \(random.seed)")
                    lost.insert(added)
                }
            }
            try #require(shown == Array(1..<shown.count + 1), "seed \(random.seed)")
            try #require(lost.isDisjoint(with: shown), "seed \(random.seed)")
            if let first = lost.min() {
                try #require(Set(first...added) == lost, "seed \(random.seed): nothing is shown after what was lost")
            }
        }
    }
}

extension JournalBatchingStateMachine {
    /// A small entry.
    fileprivate mutating func added(_ entry: Entry) -> Action { added(entry, bytes: 1) }
}
