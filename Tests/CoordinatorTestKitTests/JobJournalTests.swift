import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct JobJournals {
    private func events(of jobID: String, in journal: some JobJournal) async throws -> [JobEvent] {
        let coordinator = JobCoordinator(JobContext(id: jobID, journal: journal, journalTimeout: .seconds(3600)))
        for name in ["a", "b"] {
            let path = ContextPath(segments: ["artifacts", name])
            try coordinator.register(
                AgentTask(
                    name, role: Role(name: "r", writes: [ContextPattern(path)]),
                    agent: ScriptedAgent(.succeed(Contribution(set: [path: .string(jobID)])))))
        }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        return try await journal.allEvents(of: jobID)
    }

    @Test func memoryJournalKeepsTheEventsOfEachJob() async throws {
        let journal = MemoryJournal()
        for jobID in ["one", "two"] {
            let kept = try await events(of: jobID, in: journal)
            #expect(kept.map(\.sequence) == Array(1...11) && kept.allSatisfy { $0.jobID == jobID })
            #expect(kept.first?.kind == .jobSubmitted && kept.last?.kind == .jobFinished)
        }
        #expect(try await journal.allEvents(of: "three").isEmpty)
        #expect(try await journal.events(of: "one", after: 10, limit: 5).map(\.kind) == [.jobFinished])
        journal.forget("one")
        #expect(try await journal.allEvents(of: "one").isEmpty)
        #expect(try await journal.allEvents(of: "two").count == 11)
    }

    @Test func refusalNamesTheJobAndBothNumbers() async throws {
        let journal = MemoryJournal()
        let kept = try await events(of: "job", in: journal).dropLast()
        _ = try await journal.create("open", with: Array(kept), as: "first")
        func refusal(_ body: () async throws -> Void) async throws -> JournalRefusal {
            try #require(await #expect(throws: JournalRefusal.self) { try await body() })
        }
        let stranger = JobOwner(epoch: 1, name: "me")
        let lost = try await refusal { try await journal.append([kept[1]], to: "open", after: 1, owner: stranger) }
        #expect(lost == .notOwner(job: "open"))
        #expect(lost.description.contains("another process has taken the job over, or it was given up"))
        let claimed = try await journal.claim("open", after: 1, as: "me")
        let owner = try #require(claimed.owner)
        #expect(claimed == KeptJob(epoch: 2, owner: JobOwner(epoch: 2, name: "me"), lastSequence: 10))
        let late = try await refusal { try await journal.append([kept[1]], to: "open", after: 1, owner: owner) }
        #expect(late == .notAfter(job: "open", given: 1, last: 10))
        #expect(late.description.contains("after event 1: its last one is event 10"))
        let second = try await refusal { _ = try await journal.claim("open", after: 1, as: "late") }
        #expect(second == .claimed(job: "open", given: 1, epoch: 2))
        #expect(second.description.contains("after epoch 1: it is in epoch 2"))
        let ended = try await refusal { _ = try await journal.claim("job", after: 1, as: "me") }
        #expect(ended == .ended(job: "job") && ended.description.contains("takes nothing more of it"))
        let unknown = try await refusal { try await journal.release("none", by: owner) }
        #expect(unknown == .unknown(job: "none") && unknown.description.contains("no job with the id 'none'"))
        #expect(try await journal.allEvents(of: "open") == Array(kept))
    }

    @Test func memoryJournalPassesTheConformanceSuite() async throws {
        let memory = MemoryJournal()
        #expect(try await JobJournalConformance.violations(of: memory, reopen: { memory }) == [])
        #expect(try await JobJournalConformance.violations(of: ScriptedJournal()) == [])
    }

    /// A journal that already holds the suite's jobs cannot be tried.
    @Test func conformanceSuiteNeedsAFreshJournal() async throws {
        let journal = MemoryJournal()
        _ = try await JobJournalConformance.violations(of: journal)
        await #expect(throws: JournalRefusal.self) { try await JobJournalConformance.violations(of: journal) }
    }

    @Test(arguments: FaultyJournal.Fault.allCases)
    func conformanceSuiteFindsEveryFault(fault: FaultyJournal.Fault) async throws {
        let journal = FaultyJournal(fault)
        let reopened: any JobJournal = fault == .forgetsWhenReopened ? MemoryJournal() : journal
        let violations = try await JobJournalConformance.violations(of: journal, reopen: { reopened })
        #expect(violations.contains { $0.contains(fault.sentence) }, "\(violations)")
    }
}
