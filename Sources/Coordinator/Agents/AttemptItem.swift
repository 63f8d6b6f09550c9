/// The element that an attempt of an agent with ``AgentTask/forEach`` is called for.
///
/// ```swift
/// let item = AttemptItem(index: 0, value: "Sources/Parser.swift")
/// let file: String = try item.decode()
/// ```
public struct AttemptItem: Sendable, Hashable {
    /// The element's index, from 0; of an object, that of the member among the members in order of their keys.
    public let index: Int
    /// The member's key, where the elements are the members of an object; `nil` for a list.
    public let key: String?
    /// The element itself, with what the agent's role hides masked.
    public let value: JSONValue

    /// Describes an element, as tests of agents need it.
    public init(index: Int, key: String? = nil, value: JSONValue) {
        self.index = index
        self.key = key
        self.value = value
    }

    /// The element as a value of a type.
    ///
    /// ```swift
    /// let file = try attempt.item?.decode(as: SourceFile.self)
    /// ```
    ///
    /// - Throws: a `DecodingError` when the element has another form.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try value.decoded(as: type)
    }
}
