import Logging

/// Turns a logger's metadata into attributes.
enum LogAttributes {
    /// Levels of nested metadata that become attributes of their own; deeper levels become text.
    static let maximumDepth = 8

    /// The attributes, sorted by key; nested dictionaries become dotted keys. Keys are unique: when nesting makes two
    /// keys equal, the one whose value comes first as text stays.
    static func flatten(_ metadata: Logger.Metadata) -> [Attribute] {
        var attributes: [Attribute] = []
        attributes.reserveCapacity(metadata.count)
        append(metadata, prefix: "", depth: 0, to: &attributes)
        attributes.sort { ($0.key, $0.value.text) < ($1.key, $1.value.text) }
        var unique: [Attribute] = []
        unique.reserveCapacity(attributes.count)
        for attribute in attributes where unique.last?.key != attribute.key { unique.append(attribute) }
        return unique
    }

    private static func append(
        _ metadata: Logger.Metadata, prefix: String, depth: Int, to attributes: inout [Attribute]
    ) {
        for (key, value) in metadata {
            if case .dictionary(let nested) = value, depth < maximumDepth {
                append(nested, prefix: "\(prefix)\(key).", depth: depth + 1, to: &attributes)
            } else {
                attributes.append(Attribute(prefix + key, self.value(value, depth: depth)))
            }
        }
    }

    private static func value(_ value: Logger.MetadataValue, depth: Int) -> AttributeValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): typed(value)
        case .array(let values) where depth < maximumDepth:
            .array(values.map { self.value($0, depth: depth + 1) })
        case .array: .string(value.description)
        case .dictionary: .string(value.description)
        }
    }

    /// Numbers and truth values keep their type.
    private static func typed(_ value: any CustomStringConvertible & Sendable) -> AttributeValue {
        switch value {
        case let value as Int: .int(Int64(value))
        case let value as Int64: .int(value)
        case let value as Double: .double(value)
        case let value as Bool: .bool(value)
        default: .string(value.description)
        }
    }
}
