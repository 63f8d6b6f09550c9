/// All writes of a contribution to one field.
struct FieldChange: Sendable {
    let field: ContextPath
    let rule: MergeRule
    var writes: [FieldWrite]
}

extension Contribution {
    /// The contribution by fields, in the order of the fields' first paths.
    ///
    /// - Throws: ``ContextError`` for a path above declared fields.
    func changes(in table: FieldTable) throws -> [FieldChange] {
        var operations: [(path: ContextPath, operation: FieldWrite.Operation)] = []
        operations.reserveCapacity(writeCount)
        for (path, value) in set { operations.append((path, .set(value))) }
        for (path, members) in merge { operations.append((path, .merge(members))) }
        for (path, values) in append { operations.append((path, .append(values))) }
        guard operations.count > 1 else {
            return try operations.map { try Self.change($0.path, $0.operation, in: table) }
        }
        // Stable by kind, then by text: set before merge before append at the same path.
        let texts = operations.map(\.path.description)
        var changes: [FieldChange] = []
        var positions: [ContextPath: Int] = [:]
        for index in operations.indices.sorted(by: { (texts[$0], $0) < (texts[$1], $1) }) {
            let change = try Self.change(operations[index].path, operations[index].operation, in: table)
            if let position = positions[change.field] {
                changes[position].writes += change.writes
            } else {
                positions[change.field] = changes.count
                changes.append(change)
            }
        }
        return changes
    }

    private static func change(
        _ path: ContextPath, _ operation: FieldWrite.Operation, in table: FieldTable
    ) throws -> FieldChange {
        let (field, rule) = try table.field(of: path)
        let rest = path.segments[field.segments.count...]
        return FieldChange(
            field: field, rule: rule, writes: [FieldWrite(path: path, segments: rest, operation: operation)])
    }
}
