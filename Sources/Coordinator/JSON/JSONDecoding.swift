import Support

/// Reads Codable values from JSON without text between, member by member as they are.
struct JSONDecoding: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// - Throws: a `DecodingError` that names the path of the value that does not fit.
    static func value<Value: Decodable>(of json: JSONValue, at path: [any CodingKey]) throws -> Value {
        if Value.self == JSONValue.self, let value = json as? Value { return value }
        let decoding = JSONDecoding(value: json, codingPath: path)
        guard FoundationForms.includes(Value.self) else { return try Value(from: decoding) }
        guard let value = FoundationForms.value(of: json, as: Value.self) else {
            throw decoding.misfit(Value.self, "a \(Value.self)")
        }
        return value
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = value.objectValue else { throw misfit([ExactString: JSONValue].self, "an object") }
        return KeyedDecodingContainer(JSONMemberReader(members: members, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.arrayValue else { throw misfit([JSONValue].self, "a list") }
        return JSONElementReader(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    fileprivate func misfit(_ type: any Any.Type, _ expected: String) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "\(expected) belongs here, not a value of kind \(value.kindName)")
        if value == .null { return .valueNotFound(type, context) }
        return .typeMismatch(type, context)
    }
}

extension JSONDecoding: SingleValueDecodingContainer {
    func decodeNil() -> Bool { if case .null = value { true } else { false } }

    func decode(_: Bool.Type) throws -> Bool {
        guard let value = value.boolValue else { throw misfit(Bool.self, "true or false") }
        return value
    }

    func decode(_: String.Type) throws -> String {
        guard let value = value.stringValue else { throw misfit(String.self, "a string") }
        return value
    }

    func decode(_: Double.Type) throws -> Double {
        guard let value = value.doubleValue else { throw misfit(Double.self, "a number") }
        return value
    }

    func decode(_: Float.Type) throws -> Float { Float(try decode(Double.self)) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let type = type as? any FixedWidthInteger.Type else {
            return try Self.value(of: value, at: codingPath)
        }
        guard let whole = try whole(type) as? Value else { throw misfit(type, "a whole number") }
        return whole
    }

    private func whole<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        guard let number = value.doubleValue else { throw misfit(type, "a whole number") }
        // A number beyond 64 bits with a sign is kept as a fraction.
        guard let value = value.integerValue.map(Value.init(exactly:)) ?? Value(exactly: number) else {
            let text = value.integerValue?.description ?? number.description
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath,
                    debugDescription: "\(text) is no whole number from \(Value.min) to \(Value.max)"))
        }
        return value
    }
}

private struct JSONMemberReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: JSONObject
    let codingPath: [any CodingKey]

    var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0.string) } }
    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).decode(type)
    }

    private func member(_ key: Key) throws -> JSONDecoding {
        guard let value = members[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "the member '\(key.stringValue)' is missing"))
        }
        return JSONDecoding(value: value, codingPath: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try member(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }
    func superDecoder() -> any Decoder {
        let key = ExactKey(stringValue: "super")
        return JSONDecoding(value: members[key.stringValue] ?? .null, codingPath: codingPath + [key])
    }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

private struct JSONElementReader: UnkeyedDecodingContainer {
    /// The place of an element in a list.
    private struct Index: CodingKey {
        let number: Int
        var stringValue: String { "[\(number)]" }
        var intValue: Int? { number }
        init(_ number: Int) { self.number = number }
        init?(stringValue: String) { nil }
        init?(intValue: Int) { number = intValue }
    }

    let elements: [JSONValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(elements: [JSONValue], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    /// Does something with the next element, and goes on behind it when that worked.
    private mutating func next<Result>(_ body: (JSONDecoding) throws -> Result) throws -> Result {
        let path = codingPath + [Index(currentIndex)]
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSONValue.self, .init(codingPath: path, debugDescription: "the list ends before this element"))
        }
        let result = try body(JSONDecoding(value: elements[currentIndex], codingPath: path))
        currentIndex += 1
        return result
    }

    mutating func decodeNil() -> Bool {
        guard !isAtEnd, case .null = elements[currentIndex] else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next { try $0.decode(type) } }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next { try $0.container(keyedBy: type) } }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }
    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
