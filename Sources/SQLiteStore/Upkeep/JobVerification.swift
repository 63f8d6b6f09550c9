import Coordinator
import GRDB

/// The check of one job: every event is read, and whatever is derived from them is derived again.
struct JobVerification {
    let database: Database

    /// - Returns: how many events it has.
    /// - Throws: ``StoreError`` with what is not what was written.
    func verify(_ row: JobRow) throws -> Int {
        let kept = try SummaryRow.kept(of: row, database)
        if row.purgedAt != nil { return try verifyPurged(row, kept) }
        let reading = EventRows(row: row, database: database)
        var summary = JobSummary()
        repeat {
            let events = try reading.events(after: summary.lastSequence, limit: SummaryRow.interval)
            for event in events {
                summary.apply(event)
                if let kept, kept.lastSequence == event.sequence, kept != summary {
                    throw broken(row, "its summary does not follow from its events")
                }
            }
            if events.isEmpty { break }
        } while true
        guard row.lastSequence >= kept?.lastSequence ?? 0 else {
            throw broken(row, "its summary goes beyond its last event")
        }
        var derived = row
        derived.show(summary)
        guard try derived.check() == row.check() else {
            throw broken(row, "what it is listed by does not follow from its events")
        }
        try verifyAgents(row, summary)
        return row.lastSequence
    }

    private func verifyPurged(_ row: JobRow, _ kept: JobSummary?) throws -> Int {
        guard let kept, kept.lastSequence == row.lastSequence else { throw broken(row, "its summary is missing") }
        let left = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM events WHERE job = ?", arguments: [row.id])
        guard left == 0 else { throw broken(row, "its events were removed, but some are there") }
        try verifyAgents(row, kept)
        return 0
    }

    private func verifyAgents(_ row: JobRow, _ summary: JobSummary) throws {
        guard let number = row.agentSet else {
            guard summary.agents.isEmpty else { throw broken(row, "its agents are missing") }
            return
        }
        let names = try Row.fetchOne(
            database, sql: "SELECT names FROM agent_sets WHERE id = ?", arguments: [number])
        guard names?.value(0) == (try AgentSets.text(of: summary.agents)) else {
            throw broken(row, "the agents that it is found by are not its own")
        }
    }

    private func broken(_ row: JobRow, _ reason: String) -> StoreError { .broken(row.jobID, 0, reason) }
}
