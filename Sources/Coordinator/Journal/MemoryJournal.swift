import Support

/// A journal that keeps the events of any number of jobs in memory: the reference of what a ``JobJournal`` does.
///
/// A job needs none to keep its own events in memory. This one serves tests, and programs that read the events of ended
/// jobs. It grows with every event that it keeps; ``forget(_:)`` lets a job go.
public final class MemoryJournal: JobJournal {
    private struct Job {
        var owner: JobOwner
        var events: [JobEvent] = []
    }

    private let jobs = Locked<[String: Job]>([:])

    /// Makes an empty journal.
    public init() {}

    /// Makes an owner the only one whose events are taken.
    ///
    /// - Returns: the number of the job's last event.
    public func claim(_ jobID: String, for owner: JobOwner) async throws -> Int {
        jobs.withLock { jobs in
            jobs[jobID, default: Job(owner: owner)].owner = owner
            return jobs[jobID]?.events.count ?? 0
        }
    }

    /// Keeps events if their owner has claimed the job, and they follow its last event.
    ///
    /// - Throws: ``JournalRefusal``.
    public func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try jobs.withLock { jobs in
            guard jobs[jobID]?.owner == owner else { throw JournalRefusal.notOwner(job: jobID) }
            let last = jobs[jobID]?.events.count ?? 0
            guard sequence == last, events.map(\.sequence) == Array(last + 1..<last + 1 + events.count) else {
                throw JournalRefusal.notAfter(job: jobID, given: sequence, last: last)
            }
            jobs[jobID]?.events += events
        }
    }

    /// The job's events beyond a number.
    public func events(of jobID: String, after sequence: Int) async throws -> [JobEvent] {
        jobs.withLock { Array($0[jobID]?.events.dropFirst(max(0, sequence)) ?? []) }
    }

    /// Lets go of a job and its events.
    public func forget(_ jobID: String) { _ = jobs.withLock { $0.removeValue(forKey: jobID) } }
}
