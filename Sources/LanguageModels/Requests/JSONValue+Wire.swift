import Coordinator

/// How services write values: a member that is `null` or empty says nothing, and a number may come as text.
extension JSONValue {
    /// The value, unless it says nothing: `null`, `false`, zero, blank text, or a list or object of nothing else.
    var said: JSONValue? {
        // A literal `nil` would be the value `null` here.
        guard !isVacant else { return .none }
        return self
    }

    /// The text of a string that is not empty.
    var wireText: String? {
        guard let text = stringValue, !text.isEmpty else { return nil }
        return text
    }

    /// A whole number, written as a number or as text.
    var wireInteger: Int64? {
        if let number = integerValue { return number }
        guard let text = stringValue, text.utf8.count <= 32 else { return nil }
        return Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
    }

    private var isVacant: Bool {
        switch self {
        case .null, .bool(false), .integer(0): true
        case .bool, .integer: false
        case .number(let value): value == 0
        case .string(let text): text.allSatisfy(\.isWhitespace)
        case .array(let elements): elements.allSatisfy(\.isVacant)
        case .object(let members): members.values.allSatisfy(\.isVacant)
        }
    }
}

extension Error {
    /// Where a text stops being one JSON document, for an error of the reader.
    var jsonFault: String {
        if case .dataCorrupted(let context) = self as? DecodingError { context.debugDescription } else { "\(self)" }
    }
}
