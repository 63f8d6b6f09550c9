import Support

/// The attempt that made a write.
public struct WriteRecord: Sendable, Hashable, Codable {
    /// The agent's name.
    public let agent: String
    /// The attempt's number, from 1.
    public let attempt: Int
    /// The blackboard's version that the write made.
    public let version: Int
    /// The trace the attempt belongs to, 32 hex digits, if tracing was on.
    public let traceID: String?
    /// The attempt's span, 16 hex digits, if tracing was on.
    public let spanID: String?
}

/// The blackboard as a pure value: the fold of all contributions so far in (stage, registration) order.
struct ContextState: Sendable {
    private(set) var version = 0
    private(set) var root: ContextRoot
    private let base: ContextRoot
    let table: FieldTable
    private var fields: [ContextPath: Field] = [:]

    private struct Field {
        var writes: [Entry] = []

        /// Inserts a write in its order, most often the last: looked for from the end.
        mutating func insert(_ entry: Entry) {
            let before = writes.lastIndex { !(entry.order < $0.order) }
            writes.insert(entry, at: before.map { $0 + 1 } ?? 0)
        }
    }

    private struct Entry: Sendable {
        let order: WriteOrder
        let record: WriteRecord
        let writes: [FieldWrite]
    }

    init(root: JSONValue, table: FieldTable, version: Int = 0) {
        self.version = version
        self.root = ContextRoot(root)
        self.base = self.root
        self.table = table
    }

    /// The contributions merged so far that touched the path, latest first.
    func provenance(of path: ContextPath) -> [WriteRecord] {
        fields.values.flatMap(\.writes)
            .filter { $0.writes.contains { $0.path.isPrefix(of: path) || path.isPrefix(of: $0.path) } }
            .map(\.record).sorted { $0.version > $1.version }
    }

    /// The members of `artifacts` that a contribution wrote, or wrote into.
    var writtenArtifacts: JSONObject {
        let written = fields.values.flatMap(\.writes).flatMap(\.writes).map(\.path.segments)
            .filter { $0.first == "artifacts" }
        let names = written.contains { $0.count == 1 } ? root.artifactNames : written.map { $0[1] }
        return Dictionary(
            names.compactMap { name in root.value(at: ["artifacts", name]).map { (ExactString(name), $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Merges a contribution: all of it, or none of it when any part does not fit.
    ///
    /// - Parameter reduced: the values that ``reduced(_:order:record:)`` gave for it.
    /// - Returns: the paths that were written.
    mutating func commit(
        _ contribution: Contribution, order: WriteOrder, reduced: [ContextPath: JSONValue] = [:],
        record: (Int) -> WriteRecord
    ) throws -> [ContextPath] {
        let paths = contribution.paths
        guard !paths.isEmpty else { return [] }
        let grouped = try grouped(contribution)
        let record = record(version + 1)
        var values: [ContextPath: JSONValue] = [:]
        for (path, change) in grouped {
            let present = fields[path]?.writes ?? []
            try check(change.rule, at: path, present, writer: record.agent)
            let entry = Entry(order: order, record: record, writes: change.writes)
            values[path] = try reduced[path] ?? fold(present, with: entry, at: path, change.rule)
        }
        let ordered = values.map { (text: $0.key.description, path: $0.key, value: $0.value) }
        for (_, path, value) in ordered.sorted(byBytesOf: \.text) {
            try root.replace(at: path.segments[...]) { _ in value }
            let entry = Entry(order: order, record: record, writes: grouped[path]?.writes ?? [])
            fields[path, default: Field()].insert(entry)
        }
        version += 1
        return paths
    }

    /// Whether a contribution writes to a field with a reducer. Reducers are the user's code.
    func needsReducer(_ contribution: Contribution) throws -> Bool {
        try contribution.fieldWrites(in: table).contains { $0.rule.isCustom }
    }

    /// The values that fields with a reducer would have with this contribution.
    func reduced(
        _ contribution: Contribution, order: WriteOrder, record: (Int) -> WriteRecord
    ) throws -> [ContextPath: JSONValue] {
        let record = record(version + 1)
        var values: [ContextPath: JSONValue] = [:]
        for (path, change) in try grouped(contribution) where change.rule.isCustom {
            let entry = Entry(order: order, record: record, writes: change.writes)
            values[path] = try fold(fields[path]?.writes ?? [], with: entry, at: path, change.rule)
        }
        return values
    }

    private func grouped(
        _ contribution: Contribution
    ) throws -> [ContextPath: (rule: MergeRule, writes: [FieldWrite])] {
        var grouped: [ContextPath: (rule: MergeRule, writes: [FieldWrite])] = [:]
        for write in try contribution.fieldWrites(in: table) {
            grouped[write.field, default: (write.rule, [])].writes.append(write.write)
        }
        return grouped
    }

    /// Sets an agent's state, as the coordinator knows it.
    mutating func record(_ state: AgentState) {
        root.set(state)
        version += 1
    }

    /// Sets the version to that of a change which the base already contains.
    mutating func skip(to version: Int) { self.version = version }

    private func check(_ rule: MergeRule, at path: ContextPath, _ present: [Entry], writer: String) throws {
        guard case .singleWriter = rule, let other = present.first(where: { $0.record.agent != writer }) else { return }
        throw ContextError(
            .conflict, [path],
            "\(path) was written by '\(other.record.agent)' (attempt \(other.record.attempt), version "
                + "\(other.record.version)) and allows one writer; '\(writer)' lost. Declare a merge rule for it, "
                + "or order the agents with needs")
    }

    private func fold(_ present: [Entry], with new: Entry, at path: ContextPath, _ rule: MergeRule) throws -> JSONValue
    {
        var value: JSONValue?
        var rest: [Entry]
        if let last = present.last, new.order < last.order {
            value = base.value(at: path.segments)
            rest = present
            rest.insert(new, at: rest.firstIndex { new.order < $0.order } ?? rest.endIndex)
        } else {
            value = root.value(at: path.segments)
            rest = [new]
        }
        for write in FieldMerge.combined(rest.lazy.flatMap(\.writes), rule: rule) {
            try FieldMerge.apply(write, to: &value, rule: rule)
        }
        return value ?? .null
    }
}

/// A contribution's position in the fold, whenever the contribution arrived.
struct WriteOrder: Sendable, Comparable {
    let stage: Int
    let registration: Int

    static func < (left: WriteOrder, right: WriteOrder) -> Bool {
        (left.stage, left.registration) < (right.stage, right.registration)
    }
}

extension Contribution {
    fileprivate func fieldWrites(
        in table: FieldTable
    ) throws -> [(field: ContextPath, rule: MergeRule, write: FieldWrite)] {
        var operations: [(ContextPath, FieldWrite.Operation)] = []
        operations += set.map { ($0, .set($1)) }
        operations += merge.map { ($0, .merge($1)) }
        operations += append.map { ($0, .append($1)) }
        // Stable by kind, then by text: set before merge before append at the same path.
        let texts = operations.map { ExactString($0.0.description) }
        return try operations.indices.sorted { (texts[$0], $0) < (texts[$1], $1) }
            .map { index in
                let (path, action) = operations[index]
                let (field, rule) = try table.field(of: path)
                let rest = path.segments[field.segments.count...]
                return (field, rule, FieldWrite(path: path, segments: rest, operation: action))
            }
    }
}
