import Tracing

/// Turns the façade's dictionary of attributes into the flat form of the records.
enum FlatAttributes {
    /// The attributes, at most `limit` of them, and how many were left out. Their order is the dictionary's: sorting
    /// would take a third of the time that ending a span takes. Only above the limit are they sorted, and the first by
    /// key are kept.
    static func make(
        _ attributes: SpanAttributes, limit: Int, valueLength: Int?
    ) -> (attributes: [Attribute], dropped: Int) {
        let count = attributes.count
        guard count > 0 else { return ([], 0) }
        var flat = [Attribute](unsafeUninitializedCapacity: count) { buffer, filled in
            attributes.forEach { key, value in
                guard filled < buffer.count, let value = self.value(value, valueLength: valueLength) else { return }
                buffer.initializeElement(at: filled, to: Attribute(key, value))
                filled += 1
            }
        }
        if flat.count > limit {
            flat.sort { $0.key < $1.key }
            flat.removeSubrange(limit...)
        }
        return (flat, count - flat.count)
    }

    /// One value; strings are cut to `valueLength` characters.
    static func value(_ value: SpanAttribute, valueLength: Int?) -> AttributeValue? {
        switch value {
        case .int32(let value): .int(Int64(value))
        case .int64(let value): .int(value)
        case .double(let value): .double(value)
        case .bool(let value): .bool(value)
        case .string(let value): .string(cut(value, valueLength))
        case .stringConvertible(let value): .string(cut(value.description, valueLength))
        case .int32Array(let values): .array(values.map { .int(Int64($0)) })
        case .int64Array(let values): .array(values.map { .int($0) })
        case .doubleArray(let values): .array(values.map { .double($0) })
        case .boolArray(let values): .array(values.map { .bool($0) })
        case .stringArray(let values): .array(values.map { .string(cut($0, valueLength)) })
        case .stringConvertibleArray(let values): .array(values.map { .string(cut($0.description, valueLength)) })
        default: nil
        }
    }

    static func cut(_ text: String, _ length: Int?) -> String {
        guard let length, text.utf8.count > length, text.count > length else { return text }
        return String(text.prefix(length))
    }
}
