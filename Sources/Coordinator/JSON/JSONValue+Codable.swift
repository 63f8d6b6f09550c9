import Support

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: ExactKey.self) {
            var members: JSONObject = [:]
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
            var container = encoder.container(keyedBy: ExactKey.self)
            for (key, value) in members { try container.encode(value, forKey: ExactKey(stringValue: key.string)) }
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
        self = try JSONEncoding.value(of: value, encodesNonFinite: false)
    }

    /// The JSON form of a Codable value; numbers that JSON does not have are strings.
    ///
    /// - Throws: the error of the value's `encode(to:)`.
    package init(reporting value: some Encodable) throws {
        self = try JSONEncoding.value(of: value, encodesNonFinite: true)
    }

    /// The Codable value this JSON describes.
    ///
    /// - Throws: a `DecodingError` that names the path of the value that does not fit.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoding.value(of: self, at: [])
    }

    /// Reads one JSON document.
    ///
    /// Members whose names are canonically equivalent, but differ in their bytes, are two; of two members with one name
    /// the first counts.
    ///
    /// - Throws: a `DecodingError` when the bytes are not one JSON document in UTF-8; its description says where.
    public init(json bytes: some Sequence<UInt8>) throws {
        do throws(JSONFault) {
            self = try JSONReader.value(of: Array(bytes))
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "\(error)", underlyingError: error))
        }
    }

    /// The document as JSON text with sorted keys: equal values give equal bytes.
    ///
    /// - Parameter pretty: one member a line, for people.
    /// - Throws: an `EncodingError` for numbers JSON does not have (NaN, infinity).
    public func json(pretty: Bool = false) throws -> String {
        String(decoding: try jsonBytes(pretty: pretty, encodesNonFinite: false), as: UTF8.self)
    }

    /// The document's text in UTF-8.
    ///
    /// - Parameter encodesNonFinite: writes numbers that JSON does not have as strings.
    package func jsonBytes(pretty: Bool, encodesNonFinite: Bool = true) throws -> [UInt8] {
        var writer = JSONWriter(pretty: pretty, encodesNonFinite: encodesNonFinite)
        try writer.write(self)
        return writer.bytes
    }
}
