import Coordinator
import Foundation
import GRDB

/// The jobs that are being written, and what each change does to them. Every change is checked before its first write, so
/// that one which is refused leaves nothing behind in a commit of many.
struct JobWriting {
    /// How many jobs are kept at hand; others are read again.
    static let limit = 4_096

    private var jobs: [String: OpenJob] = [:]
    private var touched: Set<String> = []

    /// Carries a change out within a transaction.
    ///
    /// - Returns: what is known of the job then.
    /// - Throws: `JournalRefusal` or ``StoreError`` of what is refused; nothing was changed. Any other error is the
    ///   database's, and the transaction must be undone.
    mutating func carryOut(_ change: Change, _ database: Database) throws -> KeptJob {
        switch change {
        case .create(let jobID, let events, let stored, let name):
            guard try job(jobID, database) == nil else { throw JournalRefusal.exists(job: jobID) }
            try Self.check(events, of: jobID, after: 0, last: 0)
            try NameColumn.check(jobID, name)
            var job = OpenJob(try JobRow(id: try Self.nextNumber(database), jobID: jobID, owner: name))
            try job.append(events, stored, database)
            // The next job of the same commit counts on from this row.
            try job.write(database)
            return note(job)
        case .append(let jobID, let events, let stored, let sequence, let owner):
            var job = try known(jobID, database)
            guard job.row.kept.owner == owner else { throw JournalRefusal.notOwner(job: jobID) }
            guard !job.hasEnded else { throw JournalRefusal.ended(job: jobID) }
            try Self.check(events, of: jobID, after: sequence, last: job.row.lastSequence)
            jobs[jobID] = nil  // keeps the fold uniquely referenced while it is edited
            try job.append(events, stored, database)
            return note(job)
        case .claim(let jobID, let epoch, let name):
            var job = try known(jobID, database)
            guard job.row.epoch == epoch else {
                throw JournalRefusal.claimed(job: jobID, given: epoch, epoch: job.row.epoch)
            }
            guard !job.hasEnded else { throw JournalRefusal.ended(job: jobID) }
            try NameColumn.check(jobID, name)
            job.row.epoch += 1
            (job.row.owner, job.row.isHeld) = (name, true)
            return note(job)
        case .release(let jobID, let owner):
            var job = try known(jobID, database)
            guard job.row.kept.owner == owner else { throw JournalRefusal.notOwner(job: jobID) }
            (job.row.owner, job.row.isHeld) = (nil, false)
            return note(job)
        case .purge(let jobID, let name, let time):
            var job = try known(jobID, database)
            try job.purge(by: name, at: time, database)
            return note(job)
        }
    }

    /// Writes the rows of all jobs that were changed since the last commit.
    mutating func finish(_ database: Database) throws {
        for jobID in touched { try jobs[jobID]?.write(database) }
    }

    /// The transaction is kept.
    mutating func committed() {
        for jobID in touched where jobs[jobID]?.hasEnded == true { jobs[jobID] = nil }
        touched = []
        if jobs.count > Self.limit { jobs = [:] }
    }

    /// The transaction was undone: what was read before it may hold what was not kept.
    mutating func undone() { (jobs, touched) = ([:], []) }

    private mutating func note(_ job: OpenJob) -> KeptJob {
        jobs[job.row.jobID] = job
        touched.insert(job.row.jobID)
        return job.row.kept
    }

    private mutating func known(_ jobID: String, _ database: Database) throws -> OpenJob {
        guard let job = try job(jobID, database) else { throw JournalRefusal.unknown(job: jobID) }
        return job
    }

    private mutating func job(_ jobID: String, _ database: Database) throws -> OpenJob? {
        if let job = jobs[jobID] { return job }
        return try OpenJob(jobID, in: database)
    }

    private static func nextNumber(_ database: Database) throws -> Int64 {
        let last = try database.cachedStatement(sql: "SELECT ifnull(max(id), 0) FROM jobs")
        return try (Int64.fetchOne(last) ?? 0) + 1
    }

    private static func check(_ events: [JobEvent], of jobID: String, after sequence: Int, last: Int) throws {
        let follow = zip(events, last + 1..<last + 1 + events.count).allSatisfy { $0.sequence == $1 }
        guard sequence == last, follow, !events.isEmpty, events.allSatisfy({ $0.jobID == jobID }) else {
            throw JournalRefusal.notAfter(job: jobID, given: sequence, last: last)
        }
    }
}
