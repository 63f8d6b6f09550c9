import Coordinator
import CoordinatorTestKit
import Foundation
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct Events {
    @Test func eventsRoundTripThroughJSONAndSequencesHaveNoGap() async throws {
        let clock = AgentTask(
            "retries", role: writer("r", "artifacts.a"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
            agent: ScriptedAgent(.fail(Flaky()), .succeed(.artifact("a", ["x": 1.5, "big": .integer(.max)]))))
        let (_, coordinator) = try await runJob(
            clock,
            AgentTask(
                "conflicts", role: writer("s", "artifacts.b"), agent: ScriptedAgent(.succeed(.artifact("b", 1)))),
            AgentTask(
                "hangs", role: writer("t"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                agent: ScriptedAgent(.hang)))
        let events = try await events(of: coordinator)
        #expect(events.map(\.sequence) == Array(1...events.count))
        for event in events {
            let data = try JSONEncoder().encode(event)
            let json = try JSONValue(json: data)
            #expect(json["schema_version"] == 2)
            #expect(json["job_id"] == "job-1")
            #expect(json["payload"] != nil)
            let decoded = try JSONDecoder().decode(JobEvent.self, from: data)
            #expect(decoded.payload == event.payload)
            #expect(decoded.version == event.version)
        }
        #expect(events.prefix(2).map(\.kind) == [.jobSubmitted, .jobStarted])
        #expect(events.last?.type == "job_finished")
    }

    /// Readers from before, within and after the job all come to an end.
    @Test(.timeLimit(.minutes(1))) func everyStreamEndsWithItsJob() async throws {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        async let before = events(of: coordinator)
        try coordinator.register(
            AgentTask("a", role: writer("r", "artifacts.a")) { _, _ in .artifact("a", 1) })
        _ = try await coordinator.executeParallel()
        let after = try await events(of: coordinator)
        #expect(after.last?.type == "job_finished")
        #expect(try await before == after)
        var beyond = coordinator.context.changes(since: coordinator.context.snapshot.version).makeAsyncIterator()
        #expect(try await beyond.next() == nil)
    }

    @Test func changesHaveEveryVersionOnce() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "artifacts.a")) { _, _ in .artifact("a", 1) },
            AgentTask("b", role: writer("r", "artifacts.b")) { _, _ in .artifact("b", 1) })
        var versions: [Int] = []
        for try await change in coordinator.context.changes(since: 1) { versions.append(change.version) }
        #expect(versions == [2])
        #expect(coordinator.context.snapshot.version == 2)
    }

    @Test(arguments: [1, 7, 100, 5_000])
    func slowReaderGetsEventsMissedAndCanResume(limit: Int) async throws {
        let context = JobContext(id: "j", eventLimit: limit)
        var reader = context.changes(since: 0).makeAsyncIterator()
        context.updateAgentState(AgentState(name: "a", phase: .running))
        #expect(try await reader.next()?.version == 1)
        let total = 2 * limit + 1_200
        for attempt in 2...total {
            context.updateAgentState(AgentState(name: "a", phase: .running, attempt: attempt))
        }
        let missed = await #expect(throws: ContextError.self) { try await reader.next() }
        #expect(missed?.code == .eventsMissed)
        #expect(missed?.message.contains("changes(since:)") == true)

        // From the version in the message on there is no gap, and no earlier event is left.
        let version = try #require(missed?.message.firstMatch(of: /from version (\d+) on/).flatMap { Int($0.1) })
        var resumed = context.changes(since: version).makeAsyncIterator()
        try #require(total - version >= limit)
        #expect(total - version <= limit + 512)
        for expected in (version + 1)...total {
            let next = try await resumed.next()?.version
            try #require(next == expected)
        }
        var tooEarly = context.changes(since: version - 1).makeAsyncIterator()
        await #expect(throws: ContextError.self) { try await tooEarly.next() }
    }

    @Test func timestampsRoundTrip() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<1000 {
            let nanoseconds = UInt64.random(in: 0...4_000_000_000_000_000_000, using: &random)
            let time = Timestamp(nanosecondsSinceEpoch: nanoseconds)
            #expect(Timestamp(time.description) == time, "seed \(random.seed)")
        }
        #expect(
            Timestamp(nanosecondsSinceEpoch: 1_709_210_096_000_007_000).description == "2024-02-29T12:34:56.000007000Z")
        #expect(Timestamp("2024-02-29T12:34:56Z")?.nanosecondsSinceEpoch == 1_709_210_096_000_000_000)
        for text in ["", "2024-02-29", "2024-13-29T12:34:56Z", "2024-02-29T12:34:56.Z", "2024-02-29T12:34:56+01:00"] {
            #expect(Timestamp(text) == nil)
        }
    }

    @Test func timestampRangeIs64BitsOfNanoseconds() {
        let last = Timestamp(nanosecondsSinceEpoch: .max)
        #expect(last.description == "2554-07-21T23:34:33.709551615Z")
        #expect(Timestamp(last.description) == last)
        #expect(Timestamp(nanosecondsSinceEpoch: 0).description == "1970-01-01T00:00:00.000000000Z")
        for text in ["2554-07-21T23:34:33.709551616Z", "2554-07-21T23:34:34Z", "9999-12-31T23:59:59Z"] {
            #expect(Timestamp(text) == nil, "\(text)")
        }
        // A day beyond the end of its month is a day of the next month; a leap second is a second of the next minute.
        #expect(Timestamp("2024-02-31T00:00:00Z") == Timestamp("2024-03-02T00:00:00Z"))
        #expect(Timestamp("2016-12-31T23:59:60Z") == Timestamp("2017-01-01T00:00:00Z"))
    }
}
