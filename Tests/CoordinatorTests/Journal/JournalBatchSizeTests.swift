import CoordinatorTestKit
import Testing

@testable import Coordinator

/// How much a journal gets at once.
@Suite(.timeLimit(.minutes(5))) struct JournalBatchSizes {
    /// A job of agents that write so many bytes each, and of one that reads what they wrote; its journal takes so long that
    /// all of them wait for it.
    private static func job(agents: Int, bytes: Int, batchBytes: Int) async throws -> [[JobEvent]] {
        let steps = ScriptedJournal(otherwise: .keepAfter { for _ in 0..<500 { await Task.yield() } })
        let context = JobContext(id: "job-1", journal: steps, journalBatchBytes: batchBytes)
        let coordinator = JobCoordinator(context)
        let names = (0..<agents).map { "a\($0)" }
        for name in names {
            let path = ContextPath(segments: ["artifacts", name])
            try coordinator.register(
                AgentTask(
                    name, role: writer(name, .init(path)), idempotent: true,
                    agent: ClosureAgent { _, _ in .artifact(name, .string(String(repeating: "x", count: bytes))) }))
        }
        try coordinator.register(
            AgentTask(
                "last", role: writer("last", "artifacts.last"), needs: names,
                agent: ClosureAgent { view, _ in
                    let seen = try names.filter { try view.value(at: .init(segments: ["artifacts", $0])) != nil }
                    return .artifact("last", .integer(Int64(seen.count)))
                }))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded && result.artifacts["last"] == .integer(Int64(agents)))
        var events = try await steps.allEvents(of: "job-1")[...]
        return steps.appends.map { count in
            defer { events = events.dropFirst(count) }
            return Array(events.prefix(count))
        }
    }

    private static func bytes(_ events: [JobEvent]) throws -> Int {
        try events.reduce(0) { try $0 + JSONValue(encoding: $1).json().utf8.count }
    }

    @Test func whatManyAgentsWroteGoesInAsManyAppendsAsItsBytesTake() async throws {
        let appends = try await Self.job(agents: 60, bytes: 50_000, batchBytes: 500_000)
        for append in appends { #expect(try Self.bytes(append) < 550_000) }
        // Three megabytes in batches of half of one, the last of which may be small.
        #expect(appends.count >= 7)
    }

    /// What waits already when a large success comes, as the starts of others, would have room beside it for a small one.
    @Test func whatIsLargerThanTheLimitGoesAloneAndTogether() async throws {
        let appends = try await Self.job(agents: 4, bytes: 50_000, batchBytes: 20_000)
        let successes = appends.filter { $0.contains { $0.kind == .contextCommitted && $0.agent != "last" } }
        #expect(successes.count == 4)
        for success in successes {
            #expect(success.map(\.kind) == [.contextCommitted, .attemptFinished, .agentFinished])
        }
    }

    /// What is found without writing an event is about what it takes, so that the limit is one of bytes.
    @Test func estimateOfAnEventsBytesIsAboutWhatItTakes() async throws {
        let text = String(repeating: "word ", count: 2_000)
        let large: JSONValue = ["text": .string(text), "list": .array((0..<200).map { .integer($0 * 1_000) })]
        let context = JobContext(id: "job-1", artifacts: ["input": large])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask(
                "talks", role: writer("talks", "artifacts.**"),
                retry: RetryPolicy(maxRetries: 1, initial: .zero),
                agent: ScriptedAgent(
                    .fail(AgentError(.transient, "\(text)")),
                    .run { _, attempt in
                        attempt.progress(text)
                        attempt.ran(
                            SandboxReport(
                                level: .bubblewrap,
                                limits: [.memory: .cgroup, .processes: .cgroup, .cpu: .rlimit, .fileSize: .rlimit]),
                            writtenBy: .person)
                        return Contribution(set: ["artifacts.a": large], merge: ["artifacts.b": ["x": large]])
                    })))
        _ = try await coordinator.executeParallel()
        for event in try await events(of: coordinator) {
            let actual = try Self.bytes([event])
            let estimate = event.payload.estimatedBytes
            #expect(estimate < 2 * actual + 400 && actual < 2 * estimate, "\(event.kind): \(actual), \(estimate)")
        }
    }
}
