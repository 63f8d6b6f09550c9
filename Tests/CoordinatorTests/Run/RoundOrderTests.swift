import CoordinatorTestKit
import Foundation
import Testing

@testable import Coordinator

/// What agents write round after round, and what their journal says of it.
@Suite(.timeLimit(.minutes(5))) struct RoundOrder {
    private static let digits = MergeRule.Reducer(name: "digits") { value, added in
        .integer(added.reduce(value?.integerValue ?? 0) { $0 * 10 + ($1.integerValue ?? 0) })
    }
    private static let fields = [
        FieldDeclaration("artifacts.append", merge: .append), FieldDeclaration("artifacts.union", merge: .union),
        FieldDeclaration("artifacts.merge", merge: .merge), FieldDeclaration("artifacts.replace", merge: .replace),
        FieldDeclaration("artifacts.custom", merge: .custom(digits)),
    ]

    private static func contribution(_ round: Int) -> Contribution {
        let value = JSONValue.integer(Int64(round))
        return Contribution(
            set: ["artifacts.replace": value, "artifacts.single": value],
            append: [
                "artifacts.append": [value], "artifacts.union": [value, .integer(Int64(round + 1))],
                "artifacts.custom": [value],
            ], merge: ["artifacts.merge": ["last": value, "round-\(round)": value]])
    }

    private static let folded: JSONValue = [
        "append": [1, 2, 3], "union": [1, 2, 3, 4], "custom": 123, "replace": 3, "single": 3,
        "merge": ["last": 3, "round-1": 1, "round-2": 2, "round-3": 3],
    ]

    @Test func roundFollowsTheRoundBeforeItInEveryMergeRule() async throws {
        let coordinator = JobCoordinator(JobContext(id: "job-1", fields: Self.fields))
        try coordinator.register(
            AgentTask(
                "all", role: writer("all", "artifacts.**"),
                agent: ClosureAgent { _, attempt in Self.contribution(attempt.round ?? 0) }))
        try coordinator.register(Repeat("three", agents: ["all"], until: .exists("artifacts.never"), atMost: 3))
        #expect(try await coordinator.executeParallel().artifacts == Self.folded.objectValue)
    }

    @Test(arguments: [[1, 2, 3], [3, 1, 2], [2, 3, 1], [3, 2, 1]])
    func roundsFoldInTheirOrderInWhateverOrderTheirCommitsArrive(order: [Int]) throws {
        var state = ContextState(root: ["artifacts": [:]], table: FieldTable(Self.fields))
        for round in order {
            let place = WriteOrder(stage: 1, round: round, registration: 0)
            func record(_ version: Int) -> WriteRecord {
                WriteRecord(agent: "all", attempt: 1, version: version, traceID: nil, spanID: nil)
            }
            let contribution = Self.contribution(round)
            let reduced = try state.reductions(of: contribution, order: place, record: record)
            try state.commit(
                contribution, order: place,
                reduced: Dictionary(uniqueKeysWithValues: try reduced.map { ($0.field, try $0.basis.folded($0.rule)) }),
                record: record)
        }
        #expect(state.root.json["artifacts"] == Self.folded)
    }

    @Test func journalWithElementsAndRoundsRebuildsTheBlackboardFromItsTextAtEveryEvent() async throws {
        let journal = MemoryJournal()
        let context = JobContext(
            id: "job-1", artifacts: ["files": ["a", "b", "c"]], fields: Self.fields, journal: journal)
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask(
                "each", role: writer("each", "artifacts.append", "artifacts.custom"),
                retry: RetryPolicy(maxRetries: 1, initial: .zero), forEach: ForEach("artifacts.files"),
                agent: ClosureAgent { _, attempt in
                    if attempt.item?.index == 1, attempt.number == 1 { throw Flaky() }
                    if attempt.item?.index == 2, attempt.round == 2 { throw AgentError(.permanent, "no") }
                    return Contribution(append: ["artifacts.append": [1], "artifacts.custom": [2]])
                }))
        try coordinator.register(Repeat("r", agents: ["each"], until: .exists("artifacts.never"), atMost: 3))
        let result = try await coordinator.executeParallel()
        #expect(result.repeats == [RepeatResult(name: "r", rounds: 2, endedBy: .failure)])
        let kept = try await journal.allEvents(of: "job-1")
        let lines = try kept.map { try JSONEncoder().encode($0) }
        let read = try lines.map { try JSONDecoder().decode(JobEvent.self, from: $0) }
        #expect(read == kept)
        var replay = ContextReplay()
        var items = 0
        for event in read {
            try replay.apply(event)
            if event.kind == .itemFinished { items += 1 }
            let shown = replay.snapshot.value(at: "agents.each.items.ended")?.integerValue
            if event.kind == .itemFinished { #expect(shown == Int64(items - ((event.round ?? 1) - 1) * 3)) }
            let appended = replay.snapshot.value(at: "artifacts.append")?.arrayValue?.count ?? 0
            #expect(appended == read.prefix(event.sequence).count { $0.kind == .contextCommitted })
        }
        #expect(items == 6)
        #expect(replay.snapshot.root == context.snapshot.root && replay.snapshot.version == context.snapshot.version)
        #expect(replay.provenance(of: "artifacts.append") == context.provenance(of: "artifacts.append"))
    }

    @Test func resultWithElementsAndRoundsIsReadAsItWasWrittenAndOneFromBeforeHasNeither() async throws {
        let coordinator = JobCoordinator(JobContext(id: "job-1", artifacts: ["files": ["k": 1]]))
        try coordinator.register(
            AgentTask(
                "each", role: writer("each"), forEach: ForEach("artifacts.files"),
                agent: ScriptedAgent(.succeed(Contribution()))))
        try coordinator.register(Repeat("r", agents: ["each"], until: .exists("task")))
        let result = try await coordinator.executeParallel()
        let text = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(JobResult.self, from: text) == result)
        let json = try JSONDecoder().decode(JSONValue.self, from: text)
        #expect(json["repeats"] == [["name": "r", "rounds": 1, "ended_by": "condition"]])
        let item = json["agents"]?.arrayValue?.first?["items"]?.arrayValue?.first
        #expect(item?["key"] == "k" && item?["round"] == 1 && item?["attempts"]?.arrayValue?.first?["round"] == 1)
        var old = json.objectValue ?? [:]
        old["repeats"] = nil
        #expect(try JSONDecoder().decode(JobResult.self, from: JSONEncoder().encode(old)).repeats == [])
    }
}
