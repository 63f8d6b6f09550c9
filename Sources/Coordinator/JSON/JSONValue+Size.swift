extension JSONValue {
    /// About how many bytes the value takes as JSON, found without writing it: numbers count as eight bytes, and what a text
    /// needs in escapes does not count.
    package var estimatedBytes: Int {
        switch self {
        case .null, .bool, .integer, .number: 8
        case .string(let text): text.utf8.count + 2
        case .array(let elements): Self.estimatedBytes(of: elements)
        case .object(let members): Self.estimatedBytes(of: members)
        }
    }

    static func estimatedBytes(of elements: [JSONValue]) -> Int {
        elements.reduce(2) { $0 + $1.estimatedBytes + 1 }
    }

    static func estimatedBytes(of members: JSONObject) -> Int {
        members.reduce(2) { $0 + $1.key.string.utf8.count + $1.value.estimatedBytes + 4 }
    }
}
