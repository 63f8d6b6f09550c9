import Coordinator

extension SQLiteStore {
    /// Keeps a new job with its first events.
    public func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        let stored = try stored(events)
        _ = try await writing().carryOut(.create(jobID, events, stored, name: name))
        return JobOwner(epoch: 1, name: name)
    }

    /// Keeps events of the job's owner that follow its last event.
    public func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        let stored = try stored(events)
        _ = try await writing().carryOut(.append(jobID, events, stored, after: sequence, owner: owner))
    }

    /// Takes a job over from the owner of this epoch.
    public func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try await writing().carryOut(.claim(jobID, epoch: epoch, name: name))
    }

    /// Leaves a job without an owner.
    public func release(_ jobID: String, by owner: JobOwner) async throws {
        _ = try await writing().carryOut(.release(jobID, owner: owner))
    }

    /// The events as JSON, which is written on the thread of the caller, at the same time as those of other jobs.
    private func stored(_ events: [JobEvent]) throws -> [StoredEvent] {
        try events.map { event in
            let stored = try StoredEvent(event)
            guard stored.bytes <= limits.eventBytes else {
                throw StoreError(
                    .refused,
                    "event \(event.sequence) of job '\(event.jobID)' has \(stored.bytes) bytes, and the store takes "
                        + "\(limits.eventBytes) in one: let agents write what is large to files", job: event.jobID)
            }
            return stored
        }
    }

    /// What is known of a job.
    ///
    /// - Throws: ``StoreError`` when what is kept of it is not what was written.
    public func job(_ jobID: String) async throws -> KeptJob? {
        try await reader.read { try JobRow.of(jobID, in: $0)?.kept }
    }

    /// The job's events beyond a number, at most as many as wanted.
    ///
    /// - Throws: ``StoreError`` with the first event that is not what was written; `purged` for a job whose events were
    ///   removed.
    public func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await reader.read { database in
            guard let row = try JobRow.of(jobID, in: database) else { return [] }
            if row.purgedAt != nil { throw StoreError.purged(row) }
            return try EventRows(row: row, database: database).events(after: sequence, limit: limit)
        }
    }
}
