import Support

/// Makes JSON of Codable values without writing text, member by member as they are.
struct JSONEncoding: Encoder {
    /// A part of the document that may still grow: an encoder may hold several containers at a time.
    final class Part {
        enum Content {
            case none
            case value(JSONValue)
            case members([ExactString: Part])
            case elements([Part])
        }

        var content = Content.none

        init(_ content: Content = .none) { self.content = content }

        var json: JSONValue {
            switch content {
            case .none: .object([:])
            case .value(let value): value
            case .members(let members): .object(members.mapValues(\.json))
            case .elements(let elements): .array(elements.map(\.json))
            }
        }
    }

    let part: Part
    let encodesNonFinite: Bool
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// - Throws: the error of the value's `encode(to:)`; an `EncodingError` for a number that JSON does not have.
    static func value(of value: some Encodable, encodesNonFinite: Bool) throws -> JSONValue {
        let encoding = JSONEncoding(part: Part(), encodesNonFinite: encodesNonFinite, codingPath: [])
        try encoding.encode(value)
        return encoding.part.json
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONMembers(encoding: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONElements(encoding: self) }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// An encoder of a part of this one's.
    func below(_ part: Part, _ key: some CodingKey) -> JSONEncoding {
        JSONEncoding(part: part, encodesNonFinite: encodesNonFinite, codingPath: codingPath + [key])
    }
}

extension JSONEncoding: SingleValueEncodingContainer {
    func encodeNil() { part.content = .value(.null) }
    func encode(_ value: Bool) { part.content = .value(.bool(value)) }
    func encode(_ value: String) { part.content = .value(.string(value)) }
    func encode(_ value: Float) throws { try encode(Double(value)) }

    func encode(_ value: Double) throws {
        guard let text = JSONValue.nonFiniteText(value) else { return part.content = .value(.number(value)) }
        guard encodesNonFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "JSON has no number for \(text)"))
        }
        encode(text)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        switch value {
        case let value as JSONValue: part.content = .value(value)
        case let value as any BinaryInteger: encode(integer: value)
        default:
            switch FoundationForms.json(of: value) {
            case .number(let number)?: return try encode(number)
            case let json?: return part.content = .value(json)
            case nil: break
            }
            try value.encode(to: self)
        }
    }

    private func encode(integer value: some BinaryInteger) {
        part.content = .value(Int64(exactly: value).map { .integer($0) } ?? .number(Double(value)))
    }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoding: JSONEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }

    init(encoding: JSONEncoding) {
        self.encoding = encoding
        if case .members = encoding.part.content { return }
        encoding.part.content = .members([:])
    }

    private func member(_ key: some CodingKey) -> JSONEncoding {
        let part = JSONEncoding.Part()
        if case .members(var members) = encoding.part.content {
            encoding.part.content = .none  // keeps the dictionary uniquely referenced while it is edited
            members[ExactString(key.stringValue)] = part
            encoding.part.content = .members(members)
        }
        return encoding.below(part, key)
    }

    func encodeNil(forKey key: Key) { member(key).encodeNil() }
    func encode(_ value: some Encodable, forKey key: Key) throws { try member(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { member(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { member(ExactKey(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

private struct JSONElements: UnkeyedEncodingContainer {
    let encoding: JSONEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }

    init(encoding: JSONEncoding) {
        self.encoding = encoding
        if case .elements = encoding.part.content { return }
        encoding.part.content = .elements([])
    }

    var count: Int { if case .elements(let elements) = encoding.part.content { elements.count } else { 0 } }

    private func element() -> JSONEncoding {
        let part = JSONEncoding.Part()
        let key = ExactKey(stringValue: "[\(count)]")
        if case .elements(var elements) = encoding.part.content {
            encoding.part.content = .none  // keeps the array uniquely referenced while it is edited
            elements.append(part)
            encoding.part.content = .elements(elements)
        }
        return encoding.below(part, key)
    }

    func encodeNil() { element().encodeNil() }
    func encode(_ value: some Encodable) throws { try element().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        element().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }
    func superEncoder() -> any Encoder { element() }
}
