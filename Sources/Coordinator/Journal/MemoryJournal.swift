import Support

/// A journal that keeps the events of any number of jobs in memory: the reference of what a ``JobJournal`` does.
///
/// A job needs none to keep its own events in memory. This one serves tests, and programs that read the events of ended
/// jobs. It grows with every event that it keeps; ``forget(_:)`` lets a job go.
///
/// ```swift
/// let journal = MemoryJournal()
/// let job = Job("job-1", task: "Review the parser", journal: journal) { … }
/// _ = try await job.run()
/// let events = try await journal.events(of: "job-1", after: 0, limit: 100)
/// ```
public final class MemoryJournal: PinningJournal {
    private struct Job {
        var epoch = 1
        var owner: JobOwner?
        var events: [JobEvent]

        var kept: KeptJob { KeptJob(epoch: epoch, owner: owner, lastSequence: events.count) }
        var hasEnded: Bool { events.last?.kind == .jobFinished }
    }

    private let jobs = Locked<[String: Job]>([:])
    private let pins = Locked(Pins())

    private struct Pins {
        var byName: [ExactString: (pin: JournalPin, use: Int)] = [:]
        var uses = 0

        mutating func pin(_ name: ExactString, _ digest: String, by jobID: String) -> JournalPin? {
            uses += 1
            let before = byName.updateValue((JournalPin(digest: digest, jobID: jobID), uses), forKey: name)?.pin
            if byName.count > JournalPin.mostKept, let oldest = byName.min(by: { $0.value.use < $1.value.use })?.key {
                byName[oldest] = nil
            }
            return before
        }
    }

    /// Makes an empty journal.
    public init() {}

    /// Keeps a new job with its first events.
    public func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try jobs.withLock { jobs in
            guard jobs[jobID] == nil else { throw JournalRefusal.exists(job: jobID) }
            try Self.check(events, of: jobID, after: 0, last: 0)
            let owner = JobOwner(epoch: 1, name: name)
            jobs[jobID] = Job(owner: owner, events: events)
            return owner
        }
    }

    /// Keeps events of the job's owner that follow its last event.
    public func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try change(jobID) { job in
            guard job.owner == owner else { throw JournalRefusal.notOwner(job: jobID) }
            guard !job.hasEnded else { throw JournalRefusal.ended(job: jobID) }
            try Self.check(events, of: jobID, after: sequence, last: job.events.count)
            job.events += events
        }
    }

    /// Takes a job over from the owner of this epoch.
    public func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try change(jobID) { job in
            guard job.epoch == epoch else {
                throw JournalRefusal.claimed(job: jobID, given: epoch, epoch: job.epoch)
            }
            guard !job.hasEnded else { throw JournalRefusal.ended(job: jobID) }
            job.epoch += 1
            job.owner = JobOwner(epoch: job.epoch, name: name)
            return job.kept
        }
    }

    /// Leaves a job without an owner.
    public func release(_ jobID: String, by owner: JobOwner) async throws {
        try change(jobID) { job in
            guard job.owner == owner else { throw JournalRefusal.notOwner(job: jobID) }
            job.owner = nil
        }
    }

    /// What is known of a job.
    public func job(_ jobID: String) async throws -> KeptJob? { jobs.withLock { $0[jobID]?.kept } }

    /// The job's events beyond a number, at most as many as wanted.
    public func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        jobs.withLock { Array($0[jobID]?.events.dropFirst(max(0, sequence)).prefix(max(0, limit)) ?? []) }
    }

    /// Remembers digests, in place of those before.
    public func pin(_ digests: [String: String], by jobID: String) async throws -> [String: JournalPin] {
        try JournalPin.check(digests)
        return pins.withLock { pins in
            var changed: [String: JournalPin] = [:]
            for (name, digest) in digests {
                guard let before = pins.pin(ExactString(name), digest, by: jobID), before.digest != digest else {
                    continue
                }
                changed[name] = before
            }
            return changed
        }
    }

    /// Lets go of a job and its events.
    public func forget(_ jobID: String) { _ = jobs.withLock { $0.removeValue(forKey: jobID) } }

    private func change<Result>(_ jobID: String, _ body: (inout Job) throws -> Result) throws -> Result {
        try jobs.withLock { jobs in
            guard var job = jobs.removeValue(forKey: jobID) else { throw JournalRefusal.unknown(job: jobID) }
            defer { jobs[jobID] = job }
            return try body(&job)
        }
    }

    private static func check(_ events: [JobEvent], of jobID: String, after sequence: Int, last: Int) throws {
        guard sequence == last, events.map(\.sequence) == Array(last + 1..<last + 1 + events.count) else {
            throw JournalRefusal.notAfter(job: jobID, given: sequence, last: last)
        }
    }
}
