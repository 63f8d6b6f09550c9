import Coordinator
import CoordinatorTestKit
import Foundation
import TestSupport
import Testing

@testable import JobReport

@Suite(.timeLimit(.minutes(10))) struct EventLogTests {
    /// A real job: one agent succeeds, one fails for good, one succeeds at its second attempt.
    private func runJob(_ folder: TemporaryFolder) async throws -> (result: JobResult, events: [JobEvent]) {
        let coordinator = JobCoordinator(JobContext(id: "job-\u{1B}[31m-1"))
        let role = Role(name: "any", reads: ["**"], writes: [])
        let writer = Role(name: "writer", reads: ["**"], writes: ["artifacts.notes"])
        try coordinator.register(
            AgentTask("good", role: writer) { _, _ in Contribution(set: ["artifacts.notes": "a\nb"]) })
        try coordinator.register(
            AgentTask("bad", role: role) { _, _ in throw AgentError(.permanent, "no </script>\nway") })
        let flaky = ScriptedAgent(.fail(AgentError(.transient, "once")), .succeed(Contribution()))
        try coordinator.register(
            AgentTask("flaky", role: role, retry: RetryPolicy(maxRetries: 1, initial: .milliseconds(1)), agent: flaky))

        let out = try OutFolder(path: folder.path)
        let log = try out.makeEventLog()
        let context = coordinator.context
        let logging = Task {
            var seen: [JobEvent] = []
            for try await event in context.events() {
                try log.append(event)
                seen.append(event)
            }
            return seen
        }
        let result = try await coordinator.executeParallel()
        let events = try await logging.value
        try log.close()
        #expect(out.write(result, context: ContextDocument(context), metrics: "").isComplete)
        return (result, events)
    }

    @Test func everyLineRoundTripsToItsEvent() async throws {
        let folder = try TemporaryFolder()
        let (result, events) = try await runJob(folder)
        let lines = try folder.read("events.jsonl").split(separator: "\n")
        let read = try lines.map { try JSONDecoder().decode(JobEvent.self, from: Data($0.utf8)) }
        #expect(read.map(\.sequence) == Array(1...events.count))
        for (line, event) in zip(read, events) {
            // The text form of times has microseconds; everything else is equal.
            #expect(line.at.description == event.at.description)
            #expect(try ReportJSON.line(of: line) == ReportJSON.line(of: event))
            if case .attemptFinished = event.payload { continue }
            #expect(line.payload == event.payload)
        }
        #expect(result.status == .partial)
    }

    @Test func reportOfARealJobShowsItsAttempts() async throws {
        let folder = try TemporaryFolder()
        let (result, events) = try await runJob(folder)
        let document = try parse(folder.read("report.html"))
        #expect(document.all("a", "attempt").count == 4)
        #expect(document.all("section", "failure").first?.fullText.contains("no </script>\nway") == true)
        #expect(try folder.read("artifacts/notes.txt") == "a\nb")

        let transcript = Transcript()
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: true, hasColor: false)), size: { TerminalSize(columns: 90, rows: 20) },
            write: { transcript.write($0) })
        for event in events { display.show(event) }
        display.finish()
        var screen = Screen(columns: 90)
        screen.take(transcript.text)
        #expect(screen.unexpected.isEmpty)
        for agent in result.agents {
            #expect(screen.lines.contains { $0.contains(agent.name) && $0.contains(agent.outcome.rawValue) })
        }
    }

    @Test func linesAreWrittenAtOnce() throws {
        let folder = try TemporaryFolder()
        let log = try OutFolder(path: folder.path).makeEventLog()
        for (index, event) in try EventScript.typical().enumerated() {
            try log.append(event)
            #expect(try folder.read("events.jsonl").split(separator: "\n").count == index + 1)
        }
    }

    @Test func concurrentAppendsDoNotInterleave() async throws {
        let folder = try TemporaryFolder()
        let log = try OutFolder(path: folder.path).makeEventLog()
        let events = try EventScript.typical()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { for event in events { try log.append(event) } }
            }
            try await group.waitForAll()
        }
        let lines = try folder.read("events.jsonl").split(separator: "\n")
        #expect(lines.count == 20 * events.count)
        for line in lines { _ = try JSONDecoder().decode(JobEvent.self, from: Data(line.utf8)) }
    }
}
