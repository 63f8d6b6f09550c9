import GRDB

extension SQLiteStore {
    /// Reads everything, and computes again what follows from it: the chain of every job's events, payloads by their
    /// digests, what jobs are listed by, and the structure of the file.
    ///
    /// It finds accidents: a bit that has changed, a part of a file of another time, a row changed by hand. It finds no
    /// attacker, who can compute a chain as well. It may be called while jobs run; each job is read in one state.
    ///
    /// - Throws: ``StoreError`` when the file cannot be read at all.
    public func verify() async throws -> StoreVerification {
        // On a connection of its own: other reads do not wait for it.
        let reader = try StoreReader(path)
        defer { reader.close() }
        var (jobs, events, last) = (0, 0, Int64(0))
        do {
            while let found = try await reader.read({ [last] in try Self.verifyJob(after: last, $0) }) {
                jobs += 1
                events += found.events
                last = found.number
            }
            let reason = try await reader.read { try TableVerification(database: $0).verify() }
            return StoreVerification(
                jobs: jobs, events: events,
                firstBad: reason.map { StoreVerification.Bad(jobID: nil, sequence: nil, reason: $0) })
        } catch let error as StoreError where error.code == .broken {
            let bad = StoreVerification.Bad(jobID: error.jobID, sequence: error.sequence, reason: error.message)
            return StoreVerification(jobs: jobs, events: events, firstBad: bad)
        }
    }

    private static func verifyJob(after number: Int64, _ database: Database) throws -> (number: Int64, events: Int)? {
        let next = try Row.fetchOne(
            database, sql: "\(JobRow.selection) WHERE id > ? ORDER BY id LIMIT 1", arguments: [number])
        guard let row = try next.map({ try JobRow($0) }) else { return nil }
        return (row.id, try JobVerification(database: database).verify(row))
    }
}
