import Coordinator
import Foundation
import GRDB

/// A question for jobs as SQL: those submitted last first, by the number of the submission.
struct JobSearch: Sendable {
    private var conditions: [String] = []
    private var values: [any DatabaseValueConvertible & Sendable] = []
    private let limit: Int

    /// - Parameter isHeld: whether some process holds the store, and so runs the jobs that it owns.
    /// - Throws: `JobCursorError` for a cursor that no page has had.
    init(_ query: JobQuery, isHeld: Bool) throws(JobCursorError) {
        limit = query.limit
        if let cursor = query.cursor {
            guard let number = Int64(cursor), number > 0 else {
                throw JobCursorError(cursor)
            }
            add("id < ?", number)
        }
        if !query.statuses.isEmpty {
            let column = isHeld ? "status" : "status_unheld"
            let statuses = query.statuses.map(\.rawValue).sorted()
            conditions.append("\(column) IN (\(statuses.map { _ in "?" }.joined(separator: ", ")))")
            values += statuses
        }
        if let workflow = query.workflow { add("workflow = ?", NameColumn.text(workflow)) }
        if let agent = query.agent {
            add("agent_set IN (SELECT agent_set FROM agent_set_members WHERE agent = ?)", NameColumn.text(agent))
        }
        if let since = query.since { add("submitted_at >= ?", Int64(bitPattern: since.nanosecondsSinceEpoch)) }
    }

    private mutating func add(_ condition: String, _ value: any DatabaseValueConvertible & Sendable) {
        conditions.append(condition)
        values.append(value)
    }

    func page(_ database: Database) throws -> JobPage {
        let filter = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
        let rows = try Row.fetchAll(
            database, sql: "\(JobRow.selection)\(filter) ORDER BY id DESC LIMIT \(limit + 1)",
            arguments: StatementArguments(values))
        var jobs: [JobSummary] = []
        var damaged: [String] = []
        for row in rows.prefix(limit) {
            do {
                jobs.append(try SummaryRow.current(of: JobRow(row), database))
            } catch {
                // One job that cannot be trusted is no reason to show none.
                guard let broken = error as? StoreError, broken.code == .broken else { throw error }
                damaged.append(broken.jobID ?? "")
            }
        }
        let last: Int64? = rows.prefix(limit).last?.value(0)
        return JobPage(jobs: jobs, next: rows.count > limit ? last.map { String($0) } : nil, damaged: damaged)
    }
}
