/// One write of a contribution, relative to the field it belongs to.
struct FieldWrite: Sendable {
    enum Operation: Sendable {
        case set(JSONValue)
        case append([JSONValue])
        case merge(JSONObject)
    }

    let path: ContextPath
    let segments: ArraySlice<String>
    let operation: Operation
}

extension FieldWrite {
    /// The elements that the write adds to a list, where adding is all it does under the rule.
    fileprivate func addition(under rule: MergeRule) -> [JSONValue]? {
        switch (rule, operation) {
        case (.custom, _): nil
        case (_, .append(let values)), (.append, .set(.array(let values))), (.union, .set(.array(let values))): values
        default: nil
        }
    }
}

/// Folds the writes to one field by its merge rule.
enum FieldMerge {
    /// The writes with additions to one list put together: a list of many writers is copied once, and not for each.
    static func combined(_ writes: some Sequence<FieldWrite>, rule: MergeRule) -> [FieldWrite] {
        var combined: [FieldWrite] = []
        var last: FieldWrite?
        var added: [JSONValue] = []
        func end() {
            guard let first = last else { return }
            combined.append(FieldWrite(path: first.path, segments: first.segments, operation: .append(added)))
            (last, added) = (nil, [])
        }
        for write in writes {
            guard let values = write.addition(under: rule) else {
                end()
                combined.append(write)
                continue
            }
            if last?.path != write.path { end() }
            if last == nil { last = write }
            added += values
        }
        end()
        return combined
    }

    static func apply(_ write: FieldWrite, to field: inout JSONValue?, rule: MergeRule) throws {
        let isAbsent = field == nil
        var root = field ?? (write.segments.isEmpty ? .null : .object([:]))
        // The only reference to the value is the one that is edited: a contribution may have many writes to one field.
        field = nil
        do {
            try root.replace(at: write.segments) { old in
                try merged(write, into: write.segments.isEmpty && isAbsent ? nil : old, rule: rule)
            }
        } catch let error as JSONValue.NotAnObject {
            throw ContextError(
                .invalidWrite, [write.path],
                "\(write.path) cannot be written: above '\(error.below)' stands a value of kind \(error.found), "
                    + "not an object")
        }
        field = root
    }

    private static func merged(_ write: FieldWrite, into old: JSONValue?, rule: MergeRule) throws -> JSONValue {
        switch (rule, write.operation) {
        case (.singleWriter, .set(let value)), (.replace, .set(let value)): return value
        case (.custom(let reducer), .set(let value)): return try reduce(old, [value], reducer, write)
        case (.custom(let reducer), .append(let values)): return try reduce(old, values, reducer, write)
        case (.custom(let reducer), .merge(let members)): return try reduce(old, [.object(members)], reducer, write)
        case (.merge, .set(.object(let members))), (_, .merge(let members)):
            if let old, old != .null, old.objectValue == nil { throw misfit(write, "merge an object", old) }
            var value = old ?? .object([:])
            value.mergeDeeply(members)
            return value
        case (.merge, .set(let value)):
            if case .merge = rule, write.segments.isEmpty { throw misfit(write, "merge", value) }
            return value
        case (.append, .set(.array(let values))), (.union, .set(.array(let values))), (_, .append(let values)):
            let elements: [JSONValue]
            switch old {
            case nil, .null: elements = []
            case .array(let present): elements = present
            case .some(let other): throw misfit(write, "append to", other)
            }
            guard case .union = rule else { return .array(elements + values) }
            var known = Set(elements)
            return .array(elements + values.filter { known.insert($0).inserted })
        case (.append, .set(let value)), (.union, .set(let value)):
            throw misfit(write, "add as a list", value)
        }
    }

    private static func reduce(
        _ old: JSONValue?, _ values: [JSONValue], _ reducer: MergeRule.Reducer, _ write: FieldWrite
    ) throws -> JSONValue {
        do {
            return try reducer.reduce(old, values)
        } catch {
            throw ContextError(
                .invalidWrite, [write.path], "\(write.path): the reducer '\(reducer.name)' refuses it: \(error)")
        }
    }

    private static func misfit(_ write: FieldWrite, _ verb: String, _ value: JSONValue) -> ContextError {
        ContextError(
            .invalidWrite, [write.path], "\(write.path): cannot \(verb) a value of kind \(value.kindName)")
    }
}
