import Coordinator
import TestSupport
import Testing

@testable import JobReport

/// What is told of calls that are in doubt, and of questions about calls.
@Suite(.timeLimit(.minutes(2))) struct CallWaits {
    private let journal = MemoryJournal()

    /// A job that was given up while two calls with effects ran, and was then taken up, with nobody to say what they have done.
    private func inDoubt() async throws -> JobReading {
        let gate = AsyncGate()
        let task = AgentTask(
            "talks", role: Role(name: "talks", writes: ["artifacts.answer"]),
            agent: ClosureAgent { _, attempt in
                for (call, body) in [("c1", "a\u{1B}[2J\nb"), ("c2", String(repeating: "x", count: 5_000))] {
                    try await attempt.keep(
                        .toolStarted(
                            .init(
                                call: call, tool: "github.create_issue", arguments: ["body": .string(body)],
                                hasEffects: true)))
                }
                gate.arrive()
                await gate.wait()
                return Contribution()
            })
        let first = JobCoordinator(JobContext(id: "job-1", journal: journal))
        try first.register(task)
        async let leaving = first.executeParallel()
        try await gate.waitForArrival()
        await first.interrupt()
        gate.open()
        _ = try await leaving
        let history = try await JobHistory.load("job-1", from: journal)
        let second = JobCoordinator(JobContext(resuming: history, journal: journal))
        second.whenWaiting = .leave
        try second.register(task)
        #expect(try await second.executeParallel().status == .waiting)
        return try #require(try await JobReading.read("job-1", from: journal))
    }

    @Test func callsInDoubtAreListedWithTheirArgumentsAndTheCommands() async throws {
        let reading = try await inDoubt()
        let text = WaitText.text(reading.waits, job: "job-1", options: ["--store", "a b.db"])
        for line in [
            "Find out what call 'c1' of github.create_issue has done. Its arguments were:",
            "  coordinator resolve job-1 talks --call c1 --succeeded FILE --store 'a b.db'",
            "  coordinator resolve job-1 talks --call c2 --failed --store 'a b.db'",
            "  coordinator resolve job-1 talks --call c2 --retry --store 'a b.db'",
            "  coordinator resolve job-1 talks --retry --store 'a b.db'",
        ] {
            #expect(text.contains(line + "\n"), "\(text)")
        }
        #expect(text.contains("more characters\n"), "large arguments are cut")
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(text)")
        let shown = try JSONValue(encoding: try #require(ShownJob(reading, isOwned: false, path: nil)))
        let calls = shown["waiting"]?.arrayValue?.first?["calls"]?.arrayValue
        #expect(calls?.map { $0["call"] } == ["c1", "c2"] && calls?.first?["tool"] == "github.create_issue")
        #expect(calls?.first?["arguments"]?["body"] == "a\u{1B}[2J\nb")
    }

    @Test func whatIsResolvedIsListedNoMore() async throws {
        _ = try await inDoubt()
        let job = try await UnheldJob("job-1", in: journal)
        try await job.resolve(RunIdentity(agent: "talks"), call: "c1", as: .failed, by: "ada")
        let reading = try #require(try await JobReading.read("job-1", from: journal))
        #expect(reading.waits.first?.calls.map(\.call) == ["c2"])
        try await UnheldJob("job-1", in: journal).resolve(
            RunIdentity(agent: "talks"), call: "c2", as: .retry, by: "ada")
        #expect(try await JobReading.read("job-1", from: journal)?.waits.isEmpty == true)
    }

    @Test func questionAboutACallIsShownWithItsArgumentsAndNamesTheCallInItsAnswer() throws {
        let request = ApprovalRequest(
            question: "May github.create_issue be called?",
            shown: ["tool": "github.create_issue", "arguments": ["title": "a\u{1B}[2Jb"]], call: "c1")
        let wait = JobReading.Wait(
            run: RunIdentity(agent: "talks"), kind: .suspended, since: .now, reason: request.question,
            state: try JSONValue(encoding: request))
        let text = WaitText.text([wait], job: "job-1", options: [])
        #expect(text.contains("arguments is:\n") && text.contains("  |   \"title\""))
        #expect(
            text.contains("coordinator approve job-1 talks --call c1 --choice approve --digest \(request.digest)\n"))
        let asked = ApprovalText.question(RunIdentity(agent: "talks"), request)
        #expect(
            asked.contains("about call 'c1'") && asked.contains("  arguments:\n")
                && asked.contains("github.create_issue"))
        for text in [text, asked] {
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(text)")
        }
    }
}
