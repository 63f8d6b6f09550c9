import Support

/// The versioned tree of a blackboard as a pure value: the fold of all contributions so far in their order.
struct ContextState: Sendable {
    private(set) var version = 0
    private(set) var root: ContextRoot
    private let base: ContextRoot
    private(set) var table: FieldTable
    private var fields: [ContextPath: Field] = [:]

    private struct Field {
        var writes: [FieldEntry] = []

        /// Inserts a write in its order, most often the last: looked for from the end.
        mutating func insert(_ entry: FieldEntry) {
            let before = writes.lastIndex { !(entry.order < $0.order) }
            writes.insert(entry, at: before.map { $0 + 1 } ?? 0)
        }
    }

    init(root: JSONValue, table: FieldTable, version: Int = 0) {
        self.version = version
        self.root = ContextRoot(root)
        self.base = self.root
        self.table = table
    }

    /// The same tree under other declarations, such as those with their reducers in code.
    func over(_ table: FieldTable) -> ContextState {
        var state = self
        state.table = table
        return state
    }

    /// The contributions merged up to a version that touched the path, latest first.
    func provenance(of path: ContextPath, upTo version: Int) -> [WriteRecord] {
        fields.values.flatMap(\.writes).filter { $0.record.version <= version }
            .filter { $0.writes.contains { $0.path.isPrefix(of: path) || path.isPrefix(of: $0.path) } }
            .map(\.record).sorted { $0.version > $1.version }
    }

    /// The members of `artifacts` that a contribution wrote, or wrote into, up to a version, with their values then.
    func writtenArtifacts(in root: ContextRoot, upTo version: Int) -> JSONObject {
        let written = fields.values.flatMap(\.writes).filter { $0.record.version <= version }.flatMap(\.writes).map(
            \.path.segments
        )
        .filter { $0.first == "artifacts" }
        let names = written.contains { $0.count == 1 } ? root.artifactNames : written.map { $0[1] }
        return Dictionary(
            names.compactMap { name in root.value(at: ["artifacts", name]).map { (ExactString(name), $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Merges a contribution: all of it, or none of it when any part does not fit. It must write something.
    ///
    /// - Parameter reduced: the resulting values of fields with a reducer in code.
    mutating func commit(
        _ contribution: Contribution, order: WriteOrder, reduced: [ContextPath: JSONValue] = [:],
        record: (Int) -> WriteRecord
    ) throws {
        let record = record(version + 1)
        let changes = try contribution.changes(in: table)
        var values: [JSONValue] = []
        values.reserveCapacity(changes.count)
        for change in changes {
            let present = fields[change.field]?.writes ?? []
            try check(change.rule, at: change.field, present, order, writer: record.agent)
            let entry = FieldEntry(order: order, record: record, writes: change.writes)
            values.append(try reduced[change.field] ?? basis(of: change.field, present, entry).folded(change.rule))
        }
        try replace(changes, with: values)
        for change in changes {
            fields[change.field, default: Field()].insert(
                FieldEntry(order: order, record: record, writes: change.writes))
        }
        version += 1
    }

    private mutating func replace(_ changes: [FieldChange], with values: [JSONValue]) throws {
        if let change = changes.first, let value = values.first, changes.count == 1 {
            return try root.replace(at: change.field.segments[...]) { _ in value }
        }
        // On a copy: where the root does not take one field, it takes none.
        var root = root
        for (change, value) in zip(changes, values) {
            try root.replace(at: change.field.segments[...]) { _ in value }
        }
        self.root = root
    }

    /// Puts an agent's state in the place of everything at `agents.<name>`, as version 1 of the log means it.
    mutating func replace(_ agentState: AgentState) {
        let value = agentState.contextValue
        // Where `agents` is no object, version 1 showed no states.
        try? root.replace(at: [AgentStates.segment, agentState.name][...]) { _ in value }
    }

    /// Counts a change that is not in the tree.
    mutating func raiseVersion() { version += 1 }

    /// What the fields with a reducer in code would be folded from with this contribution; none for most. Reducers are
    /// the user's code, so they are called elsewhere, and this holds no more than they need.
    func reductions(
        of contribution: Contribution, order: WriteOrder, record: (Int) -> WriteRecord
    ) throws -> [(field: ContextPath, basis: FieldBasis, rule: MergeRule)] {
        let record = record(version + 1)
        return try contribution.changes(in: table).filter(\.rule.isCustom).map { change in
            let entry = FieldEntry(order: order, record: record, writes: change.writes)
            return (change.field, basis(of: change.field, fields[change.field]?.writes ?? [], entry), change.rule)
        }
    }

    /// In a later round a fallback may replace what its agent wrote in an earlier one; the plan lets no others write there.
    private func check(
        _ rule: MergeRule, at path: ContextPath, _ present: [FieldEntry], _ order: WriteOrder, writer: String
    ) throws {
        func isRival(_ entry: FieldEntry) -> Bool {
            entry.record.agent != writer && !entry.order.isInAnotherRound(than: order)
        }
        guard case .singleWriter = rule, let other = present.first(where: isRival) else { return }
        throw ContextError(
            .conflict, [path],
            "\(path) was written by '\(other.record.agent)' (attempt \(other.record.attempt), version "
                + "\(other.record.version)) and allows one writer; '\(writer)' lost. Declare a merge rule for it, "
                + "or order the agents with needs")
    }

    /// The value and the writes that a field is folded from: the present value and the new write, or, where the new write
    /// comes before others in the order, the first value and all writes.
    private func basis(of field: ContextPath, _ present: [FieldEntry], _ new: FieldEntry) -> FieldBasis {
        guard let last = present.last, new.order < last.order else {
            return FieldBasis(field: field, value: root.value(at: field.segments), entries: [new])
        }
        var entries = present
        entries.insert(new, at: entries.firstIndex { new.order < $0.order } ?? entries.endIndex)
        return FieldBasis(field: field, value: base.value(at: field.segments), entries: entries)
    }
}

/// The writes of one contribution to one field.
struct FieldEntry: Sendable {
    let order: WriteOrder
    let record: WriteRecord
    let writes: [FieldWrite]
}

/// What a field's next value is folded from.
struct FieldBasis: Sendable {
    let field: ContextPath
    let value: JSONValue?
    let entries: [FieldEntry]

    /// The field's next value.
    func folded(_ rule: MergeRule) throws -> JSONValue {
        var value = value
        for write in FieldMerge.combined(entries.lazy.flatMap(\.writes), rule: rule) {
            try FieldMerge.apply(write, to: &value, rule: rule)
        }
        return value ?? .null
    }
}
