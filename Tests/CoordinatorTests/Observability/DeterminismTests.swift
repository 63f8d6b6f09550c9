import CoordinatorTestKit
import Foundation
import Support
import Testing

@testable import Coordinator

/// The same inputs and the same seed give the same bytes, in whatever order agents finish.
@Suite(.timeLimit(.minutes(10))) struct Determinism {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func completionOrderChangesNeitherValuesNorSpans(seed: UInt64) async throws {
        let reference = try await run(order: Array(0..<8))
        var random = SeededGenerator(seed: seed)
        let order = Array(0..<8).shuffled(using: &random)
        let shuffled = try await run(order: order)
        #expect(shuffled.values == reference.values, "seed \(seed), order \(order)")
        #expect(shuffled.spans == reference.spans, "seed \(seed), order \(order)")
        // The job, its runs, their attempts with four retries, their commits.
        let expected: Int = 1 + 8 + 12 + 8
        #expect(reference.spans.count == expected)
    }

    /// The same seed gives the same pauses, and another seed gives others.
    @Test func jitterDependsOnTheSeedAlone() {
        func pauses(_ seed: UInt64, _ keys: [String]) -> [String: Double] {
            let runtime = CoordinatorRuntime(.init(seed: seed))
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, runtime.uniform(for: $0, retry: 1)) })
        }
        let keys = (0..<1000).map { "job/agent-\($0)" }
        #expect(pauses(7, keys) == pauses(7, keys.reversed()))
        #expect(pauses(7, keys) != pauses(8, keys))
        let mean = pauses(7, keys).values.reduce(0, +) / 1000
        #expect((0.45...0.55).contains(mean))
        #expect(Set(pauses(7, keys).values).count == 1000)
    }

    /// Eight agents that write one list, one set, one object and a field of their own, released in the given order;
    /// every second one fails first.
    private func run(order: [Int]) async throws -> (values: String, spans: [String]) {
        let recorder = TelemetryRecorder()
        let turns = Turns(order)
        return try await recorder.record {
            let context = JobContext(
                id: "same",
                fields: [
                    FieldDeclaration("artifacts.list", merge: .append),
                    FieldDeclaration("artifacts.set", merge: .union),
                    FieldDeclaration("artifacts.object", merge: .merge),
                ])
            let coordinator = JobCoordinator(
                context, runtime: CoordinatorRuntime(.init(seed: 42), clock: ManualClock()), workflow: "same")
            for index in 0..<8 {
                try coordinator.register(
                    AgentTask(
                        "agent-\(index)",
                        role: writer(
                            "r\(index)", "artifacts.list", "artifacts.set", "artifacts.object",
                            .init(ContextPath(segments: ["artifacts", "own-\(index)"]))),
                        timeouts: TimeoutPolicy(attempt: nil), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                        agent: ClosureAgent { _, attempt in
                            if index.isMultiple(of: 2), attempt.number == 1 { throw Flaky() }
                            await turns.wait(for: index)
                            return Contribution(
                                set: [ContextPath(segments: ["artifacts", "own-\(index)"]): .integer(Int64(index))],
                                append: [
                                    "artifacts.list": [.integer(Int64(index))],
                                    "artifacts.set": [.integer(Int64(index / 2))],
                                ],
                                merge: ["artifacts.object": ["last": .integer(Int64(index)), "k\(index)": true]])
                        }))
            }
            // One agent finishes when the one before it has been committed.
            async let result = coordinator.executeParallel()
            for try await event in coordinator.events {
                if case .agentFinished = event.payload { turns.next() }
            }
            _ = try await result
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let values = try encoder.encode(context.snapshot.root["artifacts"])
            return (String(decoding: values, as: UTF8.self), spanTree(recorder.spans))
        }
    }
}
