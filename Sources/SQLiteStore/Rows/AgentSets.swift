import Coordinator
import Foundation
import GRDB
import Support

/// The sets of agents that jobs have, by which jobs are found.
enum AgentSets {
    /// The names as the table holds them: sorted, each once.
    static func text(of agents: [String]) throws -> String {
        try JSONValue.array(Set(agents.map { ExactString($0) }).sorted().map { .string($0.string) }).json()
    }

    /// The number of the set of these agents, which is made where it is new.
    static func number(of agents: [String], _ database: Database) throws -> Int64 {
        let names = try text(of: agents)
        let known = try database.cachedStatement(sql: "SELECT id FROM agent_sets WHERE names = ?")
        if let number = try Int64.fetchOne(known, arguments: [names]) { return number }
        try database.execute(sql: "INSERT INTO agent_sets (names) VALUES (?)", arguments: [names])
        let number = database.lastInsertedRowID
        let member = try database.cachedStatement(sql: "INSERT OR IGNORE INTO agent_set_members VALUES (?, ?)")
        for agent in agents { try member.execute(arguments: [NameColumn.text(agent), number]) }
        return number
    }
}
