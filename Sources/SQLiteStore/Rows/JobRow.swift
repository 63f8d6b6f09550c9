import Coordinator
import Foundation
import GRDB

/// What the store knows of a job beside its events.
struct JobRow: Sendable {
    /// The order of submission.
    let id: Int64
    let jobID: String
    var epoch = 1
    /// The name of the run that owns the job; `nil` once it was given up.
    var owner: String?
    /// Whether the owner is a run of the process that holds the store.
    var isHeld = true
    var lastSequence = 0
    /// The hash of the last event.
    var head: Digest
    var workflow: String?
    /// The set of its agents; `nil` before the job has begun.
    var agentSet: Int64?
    var submittedAt: Int64 = 0
    var endedAt: Int64?
    /// How the job stands while the store is held.
    var status = JobSummary.Status.running.rawValue
    /// How it stands when nobody holds the store.
    var statusUnheld = JobSummary.Status.interrupted.rawValue
    var purgedAt: Int64?
    var purgedBy: String?

    init(id: Int64, jobID: String, owner: String) throws {
        (self.id, self.jobID, self.owner) = (id, jobID, owner)
        head = try EventChain.start(of: jobID)
    }

    var kept: KeptJob {
        KeptJob(
            epoch: epoch, owner: owner.map { JobOwner(epoch: epoch, name: $0) }, lastSequence: lastSequence)
    }

    /// Takes over what lists are filtered by.
    mutating func show(_ summary: JobSummary) {
        workflow = summary.workflow.map(NameColumn.text)
        submittedAt = Int64(bitPattern: summary.submittedAt.nanosecondsSinceEpoch)
        endedAt = summary.endedAt.map { Int64(bitPattern: $0.nanosecondsSinceEpoch) }
        status = summary.status(isOwned: isHeld && owner != nil).rawValue
        statusUnheld = summary.status(isOwned: false).rawValue
    }

    /// The digest of every column.
    func check() throws(StoreError) -> Digest {
        var fields = FieldBytes()
        for number in [id, Int64(epoch), isHeld ? 1 : 0, Int64(lastSequence), submittedAt] { fields.add(number) }
        for number in [agentSet, endedAt, purgedAt] { fields.add(number) }
        for text in [jobID, owner, workflow, status, statusUnheld, purgedBy] { fields.add(text) }
        fields.add(head.bytes)
        return try Digest(fields.bytes)
    }
}

// MARK: - the table

extension JobRow {
    private static let columns = [
        "id", "job_id", "epoch", "owner", "is_held", "last_sequence", "head", "workflow", "agent_set",
        "submitted_at", "ended_at", "status", "status_unheld", "purged_at", "purged_by", "\"check\"",
    ]
    static let selection = "SELECT \(columns.map { "jobs.\($0)" }.joined(separator: ", ")) FROM jobs"
    private static let insertion = """
        INSERT INTO jobs (\(columns.joined(separator: ", "))) VALUES \
        (\(columns.map { _ in "?" }.joined(separator: ", ")))
        """
    /// Columns that no index has are set apart: SQLite writes the entries of an index again whose columns are set.
    private static let advance = "UPDATE jobs SET last_sequence = ?, head = ?, \"check\" = ? WHERE id = ?"
    private static let update = """
        UPDATE jobs SET \(columns.dropFirst(2).map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?
        """

    /// - Throws: ``StoreError`` when the row is not as it was written.
    static func of(_ jobID: String, in database: Database) throws -> JobRow? {
        let row = try database.cachedStatement(sql: "\(selection) WHERE job_id = ?")
        return try Row.fetchOne(row, arguments: [jobID]).map { try JobRow($0) }
    }

    /// - Throws: ``StoreError`` when the row is not as it was written.
    init(_ row: Row) throws {
        let name = row.value(1) ?? ""
        guard let id: Int64 = row.value(0), let epoch: Int = row.value(2), let truth: Int = row.value(4),
            let last: Int = row.value(5), let head = Digest(kept: row.value(6)), let submitted: Int64 = row.value(9),
            let status: String = row.value(11), let statusUnheld: String = row.value(12)
        else { throw StoreError.broken(name, 0, Self.changed) }
        (self.id, jobID, self.epoch, owner, isHeld) = (id, name, epoch, row.value(3), truth == 1)
        (lastSequence, self.head, workflow, agentSet) = (last, head, row.value(7), row.value(8))
        (submittedAt, endedAt, self.status, self.statusUnheld) = (submitted, row.value(10), status, statusUnheld)
        (purgedAt, purgedBy) = (row.value(13), row.value(14))
        guard (0...1).contains(truth), try check() == Digest(kept: row.value(15)) else {
            throw StoreError.broken(name, 0, Self.changed)
        }
    }

    private static let changed = "what is kept of the job beside its events has changed"

    func insert(_ database: Database) throws { try execute(Self.insertion, [id, jobID] + values(), database) }

    /// Writes what differs from the row as it was.
    func update(from before: JobRow, _ database: Database) throws {
        let hasOnlyAdvanced =
            (epoch, owner, isHeld, workflow, agentSet, endedAt) == (
                before.epoch, before.owner, before.isHeld, before.workflow, before.agentSet, before.endedAt
            )
            && (submittedAt, status, statusUnheld, purgedAt, purgedBy) == (
                before.submittedAt, before.status, before.statusUnheld, before.purgedAt, before.purgedBy
            )
        if hasOnlyAdvanced {
            try execute(Self.advance, [lastSequence, head.data, try check().data, id], database)
        } else {
            try execute(Self.update, values() + [id], database)
        }
    }

    private func values() throws -> [(any DatabaseValueConvertible)?] {
        [
            epoch, owner, isHeld ? 1 : 0, lastSequence, head.data, workflow, agentSet, submittedAt, endedAt, status,
            statusUnheld, purgedAt, purgedBy, try check().data,
        ]
    }

    private func execute(
        _ sql: String, _ values: [(any DatabaseValueConvertible)?], _ database: Database
    ) throws {
        try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}
