import Coordinator
import Foundation
import GRDB

/// The rows of a job's events, read only as far as each follows from the one before.
struct EventRows {
    /// A page ends with the event that makes it this large, whatever its limit is.
    static let pageBytes = 16 << 20

    let row: JobRow
    let database: Database

    private static let selection = """
        SELECT events.sequence, events.envelope, events.payload, events.shared, events.hash, shared_values.bytes \
        FROM events LEFT JOIN shared_values ON shared_values.digest = events.shared \
        WHERE events.job = ? AND events.sequence > ? ORDER BY events.sequence LIMIT ?
        """

    /// Adds an event that follows the one with the hash `before`.
    ///
    /// - Returns: its hash.
    static func insert(
        _ event: StoredEvent, of job: Int64, after before: Digest, _ database: Database
    ) throws -> Digest {
        let hash = try EventChain.next(after: before, envelope: event.envelope, payload: event.digest)
        if event.isShared, let payload = event.payload {
            let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO shared_values VALUES (?, ?)")
            try statement.execute(arguments: [event.digest.data, Data(payload)])
        }
        let statement = try database.cachedStatement(sql: "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            job, event.sequence, Data(event.envelope), event.isShared ? nil : event.payload.map { Data($0) },
            event.isShared ? event.digest.data : nil, hash.data,
        ])
        return hash
    }

    /// The events beyond a number, at most as many as wanted.
    ///
    /// - Throws: ``StoreError`` with the first one that is not as it was written, or is missing.
    func events(after sequence: Int, limit: Int) throws -> [JobEvent] {
        let start = min(max(0, sequence), row.lastSequence)
        let limit = max(0, limit)
        var hash = try self.hash(of: start)
        var (last, bytes) = (start, 0)
        var events: [JobEvent] = []
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: Self.selection), arguments: [row.id, start, limit])
        while bytes < Self.pageBytes, let kept = try rows.next() {
            last += 1
            (hash, bytes) = try read(kept, last, after: hash, into: &events, bytes)
        }
        let isAtEnd = events.count < limit && bytes < Self.pageBytes || last == row.lastSequence
        guard !isAtEnd || last == row.lastSequence else { throw broken(last + 1, "the event is missing") }
        guard !isAtEnd || hash == row.head else {
            throw broken(last, "its hash is not the one that is kept as the job's last")
        }
        return events
    }

    private func read(
        _ kept: Row, _ number: Int, after before: Digest, into events: inout [JobEvent], _ bytes: Int
    ) throws -> (Digest, bytes: Int) {
        guard kept.value(0) == number else { throw broken(number, "the event is missing") }
        guard number <= row.lastSequence else { throw broken(number, "it is behind the job's last event") }
        guard let envelope: Data = kept.value(1) else { throw broken(number, "it has changed") }
        let payload: Data? = kept.value(2) ?? kept.value(5)
        let digest = try Digest(payload.map { Array($0) } ?? [])
        if let shared: Data = kept.value(3) {
            guard payload != nil else { throw broken(number, "its payload is missing") }
            guard digest == Digest(kept: shared) else { throw broken(number, "its payload has changed") }
        }
        let hash = try EventChain.next(after: before, envelope: Array(envelope), payload: digest)
        guard hash == Digest(kept: kept.value(4)) else {
            throw broken(number, "it, or the hash that is kept with it, has changed")
        }
        do {
            let event = try StoredEvent.event(envelope: Array(envelope), payload: payload.map { Array($0) })
            guard event.jobID == row.jobID, event.sequence == number else {
                throw broken(number, "it says that it is event \(event.sequence) of job '\(event.jobID)'")
            }
            events.append(event)
        } catch let error as DecodingError {
            throw broken(number, "it cannot be read: \(error)")
        }
        return (hash, bytes + envelope.count + (payload?.count ?? 0))
    }

    /// The hash that the event after this number follows.
    private func hash(of sequence: Int) throws -> Digest {
        if sequence == 0 { return try EventChain.start(of: row.jobID) }
        if sequence == row.lastSequence { return row.head }
        let statement = try database.cachedStatement(
            sql: "SELECT hash FROM events WHERE job = ? AND sequence = ?")
        let kept = try Row.fetchOne(statement, arguments: [row.id, sequence])
        guard let hash = Digest(kept: kept?.value(0)) else {
            throw broken(sequence, "the event is missing")
        }
        return hash
    }

    private func broken(_ sequence: Int, _ reason: String) -> StoreError { .broken(row.jobID, sequence, reason) }
}
