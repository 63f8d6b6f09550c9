import FoundationEssentials

extension JSONValue: Codable {
    private struct MemberKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: MemberKey.self) {
            var members: [String: JSONValue] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(JSONValue.self, forKey: key)
            }
            self = .object(members)
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: MemberKey.self)
            for (key, value) in members { try container.encode(value, forKey: MemberKey(stringValue: key)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .null: try encode { try $0.encodeNil() }
        case .bool(let value): try encode { try $0.encode(value) }
        case .integer(let value): try encode { try $0.encode(value) }
        case .number(let value): try encode { try $0.encode(value) }
        case .string(let value): try encode { try $0.encode(value) }
        }
        func encode(_ body: (inout any SingleValueEncodingContainer) throws -> Void) throws {
            var container = encoder.singleValueContainer()
            try body(&container)
        }
    }
}

extension JSONValue {
    /// The JSON form of a Codable value.
    ///
    /// - Throws: the error of the value's `encode(to:)`; an error for numbers JSON does not have (NaN, infinity).
    public init(encoding value: some Encodable) throws {
        switch value {
        case let value as JSONValue: self = value
        case let text as String: self = .string(text)
        default: self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        }
    }

    /// The Codable value this JSON describes.
    ///
    /// - Throws: a `DecodingError` that names the path of the value that does not fit.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        if let value = self as? Value { return value }
        return try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
    }

    /// Reads one JSON document.
    ///
    /// - Throws: a `DecodingError` when the bytes are not one JSON document in UTF-8.
    public init(json bytes: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    /// The document as JSON text with sorted keys: equal values give equal bytes.
    ///
    /// - Parameter pretty: one member a line, for people.
    public func json(pretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
