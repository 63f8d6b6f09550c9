import Coordinator
import Foundation
import GRDB

/// The check of what no one job has: the tables as SQLite keeps them, shared values, sets of agents, and rows that belong to
/// no job.
struct TableVerification {
    let database: Database

    /// - Returns: what is wrong first; `nil` for nothing.
    func verify() throws -> String? {
        let words = try Row.fetchOne(database, sql: "PRAGMA integrity_check(1)")?.value(0, as: String.self)
        if words != "ok" { return "SQLite finds its own structure damaged: \(words ?? "it does not say how")" }
        for (table, condition, reason) in Self.orphans {
            if try Row.fetchOne(database, sql: "SELECT 1 FROM \(table) WHERE \(condition) LIMIT 1") != nil {
                return reason
            }
        }
        return try sharedValue() ?? agentSet() ?? PinRow.verify(database)
    }

    private static let orphans = [
        ("events", "job NOT IN (SELECT id FROM jobs)", "an event belongs to no job"),
        ("summaries", "job NOT IN (SELECT id FROM jobs)", "a summary belongs to no job"),
        (
            "shared_values", "NOT EXISTS (SELECT 1 FROM events WHERE shared = digest)",
            "a value is there that no event has"
        ),
        (
            "agent_set_members", "agent_set NOT IN (SELECT id FROM agent_sets)",
            "an agent belongs to a set of agents that is missing"
        ),
        (
            "agent_sets", "id NOT IN (SELECT agent_set FROM jobs WHERE agent_set IS NOT NULL)",
            "a set of agents is there that no job has"
        ),
    ]

    private func sharedValue() throws -> String? {
        let rows = try Row.fetchCursor(database, sql: "SELECT digest, bytes FROM shared_values")
        while let row = try rows.next() {
            guard let bytes: Data = row.value(1), try Digest(Array(bytes)) == Digest(kept: row.value(0)) else {
                return "a value that events share has changed"
            }
        }
        return nil
    }

    private func agentSet() throws -> String? {
        for row in try Row.fetchAll(database, sql: "SELECT id, names FROM agent_sets") {
            let members = try Row.fetchAll(
                database, sql: "SELECT agent FROM agent_set_members WHERE agent_set = ?",
                arguments: [row.value(0, as: Int64.self)])
            let names = try? JSONValue(json: (row.value(1) ?? "").utf8).arrayValue?.compactMap(\.stringValue)
            guard let names, Set(names.map(NameColumn.text)) == Set(members.compactMap { $0.value(0) }) else {
                return "the agents of a set are not those that it names"
            }
        }
        return nil
    }
}
