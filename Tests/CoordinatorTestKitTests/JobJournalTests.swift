import Coordinator
import CoordinatorTestKit
import Synchronization
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
        return try await journal.events(of: jobID, after: 0)
    }

    @Test func memoryJournalKeepsTheEventsOfEachJob() async throws {
        let journal = MemoryJournal()
        for jobID in ["one", "two"] {
            let kept = try await events(of: jobID, in: journal)
            #expect(kept.map(\.sequence) == Array(1...11) && kept.allSatisfy { $0.jobID == jobID })
            #expect(kept.first?.kind == .jobSubmitted && kept.last?.kind == .jobFinished)
        }
        #expect(try await journal.events(of: "three", after: 0).isEmpty)
        #expect(try await journal.events(of: "one", after: 10).map(\.kind) == [.jobFinished])
        journal.forget("one")
        #expect(try await journal.events(of: "one", after: 0).isEmpty)
        #expect(try await journal.events(of: "two", after: 0).count == 11)
    }

    @Test func refusalNamesTheJobAndBothNumbers() async throws {
        let journal = MemoryJournal()
        let owner = JobOwner(id: "me")
        let kept = try await events(of: "job", in: journal)
        let lost = await #expect(throws: JournalRefusal.self) {
            try await journal.append([kept[1]], to: "job", after: 1, owner: owner)
        }
        #expect(lost == .notOwner(job: "job"))
        #expect(lost?.description.contains("another process has taken the job over") == true)
        #expect(try await journal.claim("job", for: owner) == 11)
        let late = await #expect(throws: JournalRefusal.self) {
            try await journal.append([kept[1]], to: "job", after: 1, owner: owner)
        }
        #expect(late == .notAfter(job: "job", given: 1, last: 11))
        #expect(late?.description.contains("after event 1: its last one is event 11") == true)
        #expect(try await journal.events(of: "job", after: 0) == kept)
    }

    @Test func memoryJournalPassesTheConformanceSuite() async throws {
        #expect(try await JobJournalConformance.violations(of: MemoryJournal()) == [])
        #expect(try await JobJournalConformance.violations(of: ScriptedJournal()) == [])
    }

    /// A journal that already holds the suite's jobs is reported, and does not pass.
    @Test func conformanceSuiteNeedsAFreshJournal() async throws {
        let journal = MemoryJournal()
        _ = try await JobJournalConformance.violations(of: journal)
        #expect(try await JobJournalConformance.violations(of: journal).isEmpty == false)
    }

    @Test(arguments: FaultyJournal.Fault.allCases)
    func conformanceSuiteFindsEveryFault(fault: FaultyJournal.Fault) async throws {
        let violations = try await JobJournalConformance.violations(of: FaultyJournal(fault))
        #expect(violations.contains { $0.contains(fault.sentence) }, "\(violations)")
    }
}

/// The reference journal with one fault each.
final class FaultyJournal: JobJournal {
    enum Fault: CaseIterable, Sendable {
        case forgets, reverses, takesAnyNumber, takesGaps, keepsAPart, takesAnyOwner, ignoresEpochs, mixesJobs
        case keepsAndThrows, claimsFromZero, losesUnknownKinds

        /// A part of the sentence that finds it.
        var sentence: String {
            switch self {
            case .forgets, .reverses, .losesUnknownKinds: "unchanged and in order"
            case .takesAnyNumber: "do not follow the last one"
            case .takesGaps: "with a gap between them"
            case .keepsAPart: "what is refused leaves nothing behind"
            case .takesAnyOwner: "nobody has claimed"
            case .ignoresEpochs: "has not claimed"
            case .mixesJobs: "do not mix"
            case .keepsAndThrows: "in a cancelled task"
            case .claimsFromZero: "a claim returns the number"
            }
        }
    }

    private let fault: Fault
    private let kept = Mutex<(owners: [String: JobOwner], events: [JobEvent])>(([:], []))

    init(_ fault: Fault) { self.fault = fault }

    func claim(_ jobID: String, for owner: JobOwner) async throws -> Int {
        kept.withLock { kept in
            kept.owners[jobID] = owner
            return fault == .claimsFromZero ? 0 : kept.events.count { $0.jobID == jobID }
        }
    }

    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try kept.withLock { kept in
            let own = kept.owners[jobID]
            let isOwner =
                switch fault {
                case .takesAnyOwner: own == nil || own == owner
                case .ignoresEpochs: own?.id == owner.id
                default: own == owner
                }
            guard isOwner else { throw JournalRefusal.notOwner(job: jobID) }
            let last = kept.events.count { $0.jobID == jobID }
            let numbers = events.map(\.sequence)
            let isNext = sequence == last && numbers.first == last + 1
            let isWhole = numbers == Array((numbers.first ?? 1)..<(numbers.first ?? 1) + numbers.count)
            guard isNext || fault == .takesAnyNumber else {
                throw JournalRefusal.notAfter(job: jobID, given: sequence, last: last)
            }
            guard isWhole || fault == .takesGaps else {
                if fault == .keepsAPart { kept.events += events.prefix(1) }
                throw JournalRefusal.notAfter(job: jobID, given: sequence, last: last)
            }
            kept.events += events.filter { event in
                !(fault == .forgets && event.sequence == 3)
                    && !(fault == .losesUnknownKinds && event.kind.name == "of_a_later_version")
            }
        }
        if fault == .keepsAndThrows { try Task.checkCancellation() }
    }

    func events(of jobID: String, after sequence: Int) async throws -> [JobEvent] {
        let all = kept.withLock { kept in
            kept.events.filter { event in
                let areParallel = jobID.hasPrefix("conformance-p") && event.jobID.hasPrefix("conformance-p")
                return event.jobID == jobID || (fault == .mixesJobs && areParallel)
            }
        }
        let wanted = all.filter { $0.sequence > sequence }
        return fault == .reverses ? wanted.reversed() : wanted
    }
}
