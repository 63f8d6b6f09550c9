import Coordinator

extension SQLiteStore {
    /// Whether some process holds the store, and so may run jobs of it.
    public var isHeld: Bool { StoreLock.isHeld(file) }

    /// What a list shows of a job.
    public func summary(of jobID: String) async throws -> JobSummary? {
        try await reader.read { database in
            try JobRow.of(jobID, in: database).map { try SummaryRow.current(of: $0, database) }
        }
    }

    /// Jobs, those submitted last first, whatever the clock said then.
    ///
    /// - Throws: ``StoreError`` when the file cannot be read; `JobCursorError`. A job that is not what was written is in
    ///   `JobPage.damaged`.
    public func jobs(_ query: JobQuery) async throws -> JobPage {
        let search = try JobSearch(query, isHeld: isHeld)
        return try await reader.read { try search.page($0) }
    }

    /// Which of some jobs a process runs: those that have an owner in the process that holds the store. What
    /// `JobSummary.status(isOwned:)` asks for.
    ///
    /// ```swift
    /// let page = try await store.jobs(JobQuery())
    /// let owned = try await store.owned(among: page.jobs.map(\.jobID))
    /// for job in page.jobs { print(job.jobID, job.status(isOwned: owned.contains(job.jobID))) }
    /// ```
    public func owned(among jobIDs: [String]) async throws -> Set<String> {
        guard isHeld else { return [] }
        return try await reader.read { database in
            try jobIDs.reduce(into: []) { owned, jobID in
                if let row = try JobRow.of(jobID, in: database), row.isHeld, row.owner != nil { owned.insert(jobID) }
            }
        }
    }
}
