import CoordinatorTestKit
import Foundation
import Support
import Testing

@testable import Coordinator

/// The same inputs and the same seed give the same bytes, in whatever order the elements of a round finish.
@Suite(.timeLimit(.minutes(10))) struct ItemDeterminism {
    private static let items = 6
    private static let rounds = 2

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func orderInWhichElementsFinishChangesNeitherValuesNorSpans(seed: UInt64) async throws {
        let inOrder = Array(0..<Self.items * Self.rounds)
        let reference = try await run(order: inOrder)
        var random = SeededGenerator(seed: seed)
        let order = (0..<Self.rounds).flatMap { round in
            inOrder[(round * Self.items)..<((round + 1) * Self.items)].shuffled(using: &random)
        }
        let shuffled = try await run(order: order)
        #expect(shuffled.values == reference.values, "seed \(seed), order \(order)")
        #expect(shuffled.spans == reference.spans, "seed \(seed), order \(order)")
        // The job; in each round the agent, its elements, their attempts of which two are retries, and their commits; and
        // the agent beside it with its attempt and commit.
        #expect(reference.spans.count == 1 + Self.rounds * (1 + 3 * Self.items + 2 + 3))
    }

    /// An agent that runs for six elements in two rounds, released in the given order, and one that needs it.
    private func run(order: [Int]) async throws -> (values: String, spans: [String]) {
        let recorder = TelemetryRecorder()
        let turns = Turns(order)
        return try await recorder.record {
            let context = JobContext(
                id: "same", artifacts: ["files": .array((0..<Self.items).map { .string("file-\($0)") })],
                fields: [
                    FieldDeclaration("artifacts.list", merge: .append),
                    FieldDeclaration("artifacts.set", merge: .union),
                    FieldDeclaration("artifacts.object", merge: .merge),
                    FieldDeclaration("artifacts.last", merge: .replace),
                ])
            let coordinator = JobCoordinator(
                context, runtime: CoordinatorRuntime(.init(seed: 42), clock: ManualClock()), workflow: "same")
            try coordinator.register(
                Repeat("twice", agents: ["each", "mark"], until: .exists("artifacts.never"), atMost: Self.rounds))
            try coordinator.register(
                AgentTask(
                    "each", role: writer("each", "artifacts.list", "artifacts.set", "artifacts.object"),
                    timeouts: TimeoutPolicy(attempt: nil), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    forEach: ForEach("artifacts.files"),
                    agent: ClosureAgent { view, attempt in
                        let (item, round) = (try #require(attempt.item), try #require(attempt.round))
                        if item.index % 3 == 2, attempt.number == 1 { throw Flaky() }
                        await turns.wait(for: (round - 1) * Self.items + item.index)
                        return Contribution(
                            append: [
                                "artifacts.list": [.string("\(round)-\(item.index)")],
                                "artifacts.set": [.integer(Int64(item.index / 2))],
                            ],
                            merge: [
                                "artifacts.object": [
                                    "last": .string("\(round)-\(item.index)"), "k\(item.index)": item.value,
                                ]
                            ])
                    }))
            try coordinator.register(
                AgentTask(
                    "mark", role: writer("mark", "artifacts.last"), needs: ["each"],
                    agent: ClosureAgent { _, attempt in .artifact("last", .integer(Int64(attempt.round ?? 0))) }))
            async let result = coordinator.executeParallel()
            for try await event in coordinator.events {
                if case .itemFinished = event.payload { turns.next() }
            }
            let ended = try await result
            #expect(ended.artifacts["list"]?.arrayValue?.count == Self.items * Self.rounds)
            #expect(ended.artifacts["object"]?["last"] == "2-5" && ended.artifacts["last"] == 2)
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let values = try encoder.encode(context.snapshot.root["artifacts"])
            return (String(decoding: values, as: UTF8.self), spanTree(recorder.spans))
        }
    }
}
