import GRDB

/// One value of one row of a database, and others that it could become.
struct TableCell: CustomStringConvertible, Sendable {
    let table: String
    let column: String
    /// What tells the row from others of the table.
    private let keys: [String: DatabaseValue]
    private let value: DatabaseValue

    var description: String { "\(table).\(column) = \(value)" }

    /// Every value of every table that is there.
    static func all(_ database: Database) throws -> [TableCell] {
        let tables = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        return try tables.flatMap { table in
            let (name, sql): (String, String) = (table[0], table[1])
            // A key of texts or blobs in a table with row numbers is no name of the row that lasts.
            let hasNumbers = !sql.contains("WITHOUT ROWID")
            let keys = try hasNumbers ? ["rowid"] : database.primaryKey(name).columns
            let alias = try database.primaryKey(name).rowIDColumn
            let rows = try Row.fetchAll(database, sql: "SELECT \(hasNumbers ? "rowid AS number" : "1"), * FROM \(name)")
            return rows.flatMap { row in
                row.columnNames.dropFirst().map { column in
                    var place: [String: DatabaseValue] = [:]
                    for key in keys where key != alias { place[key] = hasNumbers ? row[0] : row[key] }
                    if let alias { place = [alias: row[0]] }
                    return TableCell(table: name, column: column, keys: place, value: row[column])
                }
            }
        }
    }

    /// The value with each of its bytes changed in turn; of a large one every 61st.
    var changes: [DatabaseValue] {
        switch value.storage {
        case .null, .double: []
        case .int64(let number): (0..<8).map { (number ^ (0x55 << ($0 * 8))).databaseValue }
        case .string(let text):
            text.utf8.indices.map { index in
                var bytes = Array(text.utf8)
                let place = text.utf8.distance(from: text.utf8.startIndex, to: index)
                bytes[place] = bytes[place] == 0x71 ? 0x72 : 0x71
                return String(decoding: bytes, as: UTF8.self).databaseValue
            }
        case .blob(let data):
            stride(from: 0, to: data.count, by: data.count > 4_096 ? 61 : 1).map { place in
                var data = data
                data[place] ^= 0x01
                return data.databaseValue
            }
        }
    }

    /// Gives the row another value there.
    func write(_ change: DatabaseValue, _ database: Database) throws {
        try update(to: change, where: keys, database)
    }

    /// Gives it back its own.
    func restore(from change: DatabaseValue, _ database: Database) throws {
        var keys = keys
        if keys[column] != nil { keys[column] = change }
        try update(to: value, where: keys, database)
    }

    private func update(to value: DatabaseValue, where keys: [String: DatabaseValue], _ database: Database) throws {
        let (names, values) = (Array(keys.keys), Array(keys.values))
        try database.execute(
            sql: """
                UPDATE \(table) SET "\(column)" = ? WHERE \(names.map { "\($0) = ?" }.joined(separator: " AND "))
                """, arguments: StatementArguments([value] + values))
        guard database.changesCount == 1 else { throw DatabaseError(message: "\(self) is not one row") }
    }
}
