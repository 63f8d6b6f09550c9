import Foundation

/// JSON as it stands, to compare what the official messages decoded with what was recorded.
///
/// Texts are equal when their bytes are; the blackboard's `JSONValue` compares as Swift does, which would let normal forms
/// pass for each other.
enum ExactJSON: Decodable, Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([ExactJSON])
    case object([String: ExactJSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([ExactJSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: ExactJSON].self))
        }
    }

    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }

    subscript(key: String) -> ExactJSON {
        guard case .object(let members) = self else { return .null }
        return members[key] ?? .null
    }

    subscript(index: Int) -> ExactJSON {
        guard elements.indices.contains(index) else { return .null }
        return elements[index]
    }

    var elements: [ExactJSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    var number: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    /// An object without the members that are `nil`.
    static func object(present members: [String: ExactJSON?]) -> ExactJSON {
        .object(members.compactMapValues { $0 })
    }
}

extension ExactJSON: Equatable {
    static func == (left: ExactJSON, right: ExactJSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}
