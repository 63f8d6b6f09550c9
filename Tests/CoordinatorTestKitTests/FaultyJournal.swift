import Coordinator
import Synchronization

/// A journal with one fault.
final class FaultyJournal: JobJournal {
    enum Fault: CaseIterable, Sendable {
        case forgets, reverses, losesUnknownKinds, mixesJobs, ignoresThePageLimit, endsPagesEarly
        case takesAnyNumber, takesGaps, keepsAPart, keepsAndThrows, takesEventsAfterTheEnd
        case createsAnew, createsFromAnyNumber, losesTheOwnerToASecondCreation, forgetsNames
        case takesAnyOwner, ignoresEpochs, ignoresNames, claimsFromZero, claimsAfterAnyEpoch, keepsTheEpoch
        case releasesForAnybody, releasesNothing, claimsWhatHasEnded, forgetsWhenReopened
        case racesCreations, racesAppends, racesClaims

        /// A part of the sentence that finds it.
        var sentence: String {
            switch self {
            case .forgets, .reverses, .losesUnknownKinds: "unchanged and in order"
            case .mixesJobs: "do not mix"
            case .ignoresThePageLimit: "at most as many as wanted"
            case .endsPagesEarly: "none only at the end"
            case .takesAnyNumber: "do not follow the last one"
            case .takesGaps: "with a gap between them"
            case .keepsAPart: "what is refused leaves nothing behind"
            case .keepsAndThrows: "in a cancelled task"
            case .takesEventsAfterTheEnd: "no events after job_finished"
            case .createsAnew: "is not created again"
            case .createsFromAnyNumber: "do not begin with 1"
            case .losesTheOwnerToASecondCreation: "takes nothing from its owner"
            case .forgetsNames: "has the name that was given"
            case .takesAnyOwner, .ignoresEpochs, .ignoresNames: "does not own the job"
            case .claimsFromZero: "a claim returns"
            case .claimsAfterAnyEpoch: "another epoch than the latest"
            case .keepsTheEpoch: "in the next epoch"
            case .releasesForAnybody: "cannot give it up"
            case .releasesNothing: "was given up has no owner"
            case .claimsWhatHasEnded: "not claimed after job_finished"
            case .forgetsWhenReopened: "a reopened journal"
            case .racesCreations: "create a job at once"
            case .racesAppends: "appends after the same event"
            case .racesClaims: "claims after the same epoch"
            }
        }
    }

    private struct Job {
        var epoch = 1
        var owner: JobOwner?
        var events: [JobEvent]
    }

    private let fault: Fault
    private let jobs = Mutex<[String: Job]>([:])

    init(_ fault: Fault) { self.fault = fault }

    /// Whether an operation of this fault checks first and writes later.
    private func pauseBetweenCheckAndWrite(_ racing: Fault) async {
        guard fault == racing else { return }
        for _ in 0..<50 { await Task.yield() }
    }

    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        let exists = jobs.withLock { jobs in
            if fault == .losesTheOwnerToASecondCreation { jobs[jobID]?.owner = JobOwner(epoch: 1, name: name + "?") }
            return jobs[jobID] != nil
        }
        guard !exists || fault == .createsAnew else { throw JournalRefusal.exists(job: jobID) }
        guard events.first?.sequence == 1 || fault == .createsFromAnyNumber else {
            throw JournalRefusal.notAfter(job: jobID, given: 0, last: 0)
        }
        await pauseBetweenCheckAndWrite(.racesCreations)
        return try jobs.withLock { jobs in
            if jobs[jobID] != nil, fault != .racesCreations, fault != .createsAnew {
                throw JournalRefusal.exists(job: jobID)
            }
            let owner = JobOwner(epoch: 1, name: fault == .forgetsNames ? "somebody" : name)
            jobs[jobID] = Job(owner: owner, events: events)
            return owner
        }
    }

    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try jobs.withLock { jobs in try check(events, jobID, jobs[jobID], after: sequence, owner: owner, in: &jobs) }
        await pauseBetweenCheckAndWrite(.racesAppends)
        try jobs.withLock { jobs in
            if fault != .racesAppends {
                try check(events, jobID, jobs[jobID], after: sequence, owner: owner, in: &jobs)
            }
            jobs[jobID, default: Job(owner: owner, events: [])].events += events.filter { event in
                !(fault == .forgets && event.sequence == 3)
                    && !(fault == .losesUnknownKinds && event.kind.name == "of_a_later_version")
            }
        }
        if fault == .keepsAndThrows { try Task.checkCancellation() }
    }

    private func check(
        _ events: [JobEvent], _ jobID: String, _ job: Job?, after sequence: Int, owner: JobOwner,
        in jobs: inout [String: Job]
    ) throws {
        let own = job?.owner
        let isOwner =
            switch fault {
            case .takesAnyOwner: true
            case .ignoresEpochs: own?.name == owner.name
            case .ignoresNames: own?.epoch == owner.epoch
            default: own == owner
            }
        guard isOwner else { throw JournalRefusal.notOwner(job: jobID) }
        if job?.events.last?.kind == .jobFinished, fault != .takesEventsAfterTheEnd {
            throw JournalRefusal.ended(job: jobID)
        }
        let last = job?.events.count ?? 0
        let numbers = events.map(\.sequence)
        let isNext = sequence == last && numbers.first == last + 1
        let isWhole = numbers == Array((numbers.first ?? 1)..<(numbers.first ?? 1) + numbers.count)
        let refusal = JournalRefusal.notAfter(job: jobID, given: sequence, last: last)
        guard isNext || fault == .takesAnyNumber else { throw refusal }
        guard isWhole || fault == .takesGaps else {
            if fault == .keepsAPart { jobs[jobID]?.events += events.prefix(1) }
            throw refusal
        }
    }

    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        guard let found = jobs.withLock({ $0[jobID] }) else { throw JournalRefusal.unknown(job: jobID) }
        guard found.epoch == epoch || fault == .claimsAfterAnyEpoch else {
            throw JournalRefusal.claimed(job: jobID, given: epoch, epoch: found.epoch)
        }
        guard found.events.last?.kind != .jobFinished || fault == .claimsWhatHasEnded else {
            throw JournalRefusal.ended(job: jobID)
        }
        await pauseBetweenCheckAndWrite(.racesClaims)
        return try jobs.withLock { jobs in
            guard var job = jobs[jobID] else { throw JournalRefusal.unknown(job: jobID) }
            guard job.epoch == epoch || fault == .claimsAfterAnyEpoch || fault == .racesClaims else {
                throw JournalRefusal.claimed(job: jobID, given: epoch, epoch: job.epoch)
            }
            if fault != .keepsTheEpoch { job.epoch += 1 }
            job.owner = JobOwner(epoch: job.epoch, name: name)
            jobs[jobID] = job
            return KeptJob(
                epoch: job.epoch, owner: job.owner, lastSequence: fault == .claimsFromZero ? 0 : job.events.count)
        }
    }

    func release(_ jobID: String, by owner: JobOwner) async throws {
        try jobs.withLock { jobs in
            guard jobs[jobID]?.owner == owner || fault == .releasesForAnybody else {
                throw JournalRefusal.notOwner(job: jobID)
            }
            if fault != .releasesNothing { jobs[jobID]?.owner = nil }
        }
    }

    func job(_ jobID: String) async throws -> KeptJob? {
        jobs.withLock { jobs in
            jobs[jobID].map { KeptJob(epoch: $0.epoch, owner: $0.owner, lastSequence: $0.events.count) }
        }
    }

    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        let all = jobs.withLock { jobs in
            guard fault == .mixesJobs, jobID.hasPrefix("conformance-p") else { return jobs[jobID]?.events ?? [] }
            return jobs.filter { $0.key.hasPrefix("conformance-p") }.flatMap(\.value.events)
        }
        let wanted = all.filter { $0.sequence > sequence }
        switch fault {
        case .reverses: return Array(wanted.reversed().prefix(limit))
        case .ignoresThePageLimit: return wanted
        case .endsPagesEarly: return sequence == 5 ? [] : Array(wanted.prefix(limit))
        default: return Array(wanted.prefix(limit))
        }
    }
}
