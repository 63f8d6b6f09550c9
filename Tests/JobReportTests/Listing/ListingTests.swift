import Coordinator
import JobReport
import Testing

/// What is printed of jobs that are kept.
@Suite(.timeLimit(.minutes(1))) struct Listings {
    private let journal = MemoryJournal()

    /// A job that has written a value and waits for a person.
    private func waiting() async throws -> JobReading {
        let context = JobContext(id: "j\u{1B}[31m", task: JobTask(description: "d"), journal: journal)
        let coordinator = JobCoordinator(context, workflow: "w\u{7}")
        let role = Role(name: "writer", reads: ["task"], writes: ["artifacts.patch"])
        try coordinator.register(
            AgentTask("writer", role: role) { _, _ in Contribution(set: ["artifacts.patch": "a\nb\u{1B}[2J"]) })
        let approval = ApprovalAgent("May it be released?", show: ["artifacts.patch"])
        try coordinator.register(AgentTask("ask", asking: approval, needs: ["writer"]))
        coordinator.whenWaiting = .leave
        #expect(try await coordinator.executeParallel().status == .waiting)
        return try #require(try await JobReading.read(context.id, from: journal))
    }

    @Test func jobIsReadWithItsBlackboardAndWhatItWaitsFor() async throws {
        let reading = try await waiting()
        #expect(reading.snapshot.version == 1)
        #expect(reading.snapshot.value(at: "artifacts.patch") == "a\nb\u{1B}[2J")
        #expect(reading.waits.map(\.run.agent) == ["ask"])
        #expect(reading.waits.map(\.kind) == [.suspended])
        let before = try #require(try await JobReading.read(reading.summary.jobID, from: journal, at: 0))
        #expect(before.snapshot.value(at: "artifacts.patch") == nil)
        #expect(before.lastVersion == 1)
        #expect(try await JobReading.read("other", from: journal) == nil)
    }

    @Test func noTextForATerminalHoldsAControlCharacterOfTheJournal() async throws {
        let reading = try await waiting()
        let listed = ListedJob(reading.summary, isOwned: false)
        let texts = [
            JobListText.table([listed], now: .now),
            JobOverviewText.text(reading, isOwned: false, options: ["--store", "a b.db"], now: .now),
            BlackboardText.text(reading.snapshot.root), BlackboardText.text("a\u{1B}[31mb"),
        ]
        for text in texts {
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(text)")
            #expect(text.hasSuffix("\n"))
        }
        #expect(texts[1].contains("  | b␛[2J\n"))
    }

    @Test func whatWaitsIsShownWithTheCommandThatAnswersIt() async throws {
        let reading = try await waiting()
        let digest = try #require(reading.waits.first?.state.flatMap(ApprovalRequest.init(state:))?.digest)
        let text = WaitText.text(reading.waits, job: "job-1", options: ["--store", "a b.db"])
        #expect(text.contains("'ask' asks since "))
        #expect(text.contains("The choices are approve, reject."))
        #expect(
            text.contains("  coordinator approve job-1 ask --choice approve --digest \(digest) --store 'a b.db'\n"))
    }

    @Test func documentsHaveTheMembersThatScriptsRelyOn() async throws {
        let reading = try await waiting()
        let shown = try #require(ShownJob(reading, isOwned: false, path: "artifacts.patch"))
        let document = try #require(try JSONValue(encoding: shown).objectValue)
        #expect(document["schema_version"] == 1)
        #expect(document["status"] == "waiting")
        #expect(document["version"] == 1)
        #expect(document["context"] == "a\nb\u{1B}[2J")
        #expect(document["waiting"]?.arrayValue?.first?.objectValue?["kind"] == "suspended")
        #expect(ShownJob(reading, isOwned: false, path: "artifacts.other") == nil)
        let list = JobListDocument(jobs: [ListedJob(reading.summary, isOwned: true)], next: nil)
        let job = try #require(
            try JSONValue(encoding: list).objectValue?["jobs"]?.arrayValue?.first?.objectValue)
        #expect(
            Set(job.keys.map(\.string)) == [
                "job_id", "workflow", "status", "submitted_at", "started_at", "ended_at", "duration_ms", "agents",
                "resumptions",
            ])
        #expect(job["status"] == "waiting")
        #expect(job["ended_at"] == .null)
        let bad = StoreVerificationDocument(
            jobs: 1, events: 2, firstBad: .init(jobID: nil, sequence: nil, reason: "it has changed"))
        #expect(
            try JSONValue(encoding: bad) == [
                "schema_version": 1, "jobs": 1, "events": 2,
                "first_bad": ["job_id": nil, "seq": nil, "reason": "it has changed"],
            ])
    }

    @Test func ageIsNeverNegativeAndLongOnesAreDays() async throws {
        let reading = try await waiting()
        let listed = ListedJob(reading.summary, isOwned: false)
        let early = Timestamp(nanosecondsSinceEpoch: 0)
        #expect(JobListText.table([listed], now: early).contains(" 0 ms "))
        let later = reading.summary.submittedAt.advanced(by: .seconds(5 * 86_400))
        #expect(JobListText.table([listed], now: later).contains(" 5 days "))
    }
}
