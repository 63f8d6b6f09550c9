import Coordinator
import GRDB

/// A job that is being written: its row, and the fold of its events.
struct OpenJob {
    var row: JobRow
    /// The row as the database has it; `nil` before it is there.
    private(set) var written: JobRow?
    private(set) var summary: JobSummary
    /// How far the fold goes that the database has.
    private var summarized = 0

    /// A job that is new.
    init(_ row: JobRow) { (self.row, summary) = (row, JobSummary()) }

    /// A job that the database holds; `nil` where it does not.
    ///
    /// - Throws: ``StoreError`` when it is not as it was written.
    init?(_ jobID: String, in database: Database) throws {
        guard let row = try JobRow.of(jobID, in: database) else { return nil }
        let kept = try SummaryRow.kept(of: row, database)?.lastSequence ?? 0
        (self.row, written, summarized) = (row, row, kept)
        summary = try SummaryRow.current(of: row, database)
    }

    var hasEnded: Bool { row.endedAt != nil }

    /// Adds events, whose numbers were checked.
    mutating func append(_ events: [JobEvent], _ stored: [StoredEvent], _ database: Database) throws {
        for (event, stored) in zip(events, stored) {
            row.head = try EventRows.insert(stored, of: row.id, after: row.head, database)
            row.lastSequence = event.sequence
            summary.apply(event)
        }
        if row.agentSet == nil, !summary.agents.isEmpty {
            row.agentSet = try AgentSets.number(of: summary.agents, database)
        }
        // No process runs a job that has ended, whoever owned it.
        if summary.ended != nil { row.isHeld = false }
    }

    /// Writes what lists show of it: once a commit, however many appends it has.
    mutating func write(_ database: Database) throws {
        row.show(summary)
        if let written { try row.update(from: written, database) } else { try row.insert(database) }
        written = row
        let isStanding = hasEnded || row.owner == nil
        if summarized < row.lastSequence,
            isStanding || row.lastSequence - summarized >= SummaryRow.interval
        {
            try SummaryRow.write(summary, of: row.id, database)
            summarized = row.lastSequence
        }
    }
}
