import Support

// Series and attributes are told apart by the bytes of their texts, as every receiver does. The compiler's own
// conformance would merge two series whose labels are canonically equivalent.

extension AttributeValue: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left.hasBytes(of: right)
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .string(let value): hasher.combine(ExactString(value))
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value)
        case .array(let values): hasher.combine(values)
        }
    }
}

extension Attribute: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.key.hasBytes(of: right.key) && left.value == right.value
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactString(key))
        hasher.combine(value)
    }
}
