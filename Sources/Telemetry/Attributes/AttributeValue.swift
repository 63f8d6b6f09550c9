/// The value of one attribute, as OpenTelemetry defines them.
public enum AttributeValue: Sendable {
    /// A text; in UTF-8, as long as the limits of attributes allow.
    case string(String)
    /// `true` or `false`.
    case bool(Bool)
    /// A signed integer of 64 bits.
    case int(Int64)
    /// A floating-point number; it need not be finite.
    case double(Double)
    /// A list, by the specification of values of one kind.
    indirect case array([AttributeValue])
}

/// One attribute.
public struct Attribute: Sendable {
    /// The key, such as `gen_ai.agent.name`.
    public var key: String
    /// The value.
    public var value: AttributeValue

    /// Makes one attribute.
    public init(_ key: String, _ value: AttributeValue) {
        self.key = key
        self.value = value
    }
}

/// The name and version of the instrumented library.
public struct InstrumentationScope: Sendable, Hashable {
    /// The library's name.
    public var name: String
    /// The library's version, empty when it has none.
    public var version: String

    /// Makes a scope.
    public init(name: String, version: String = "") {
        self.name = name
        self.version = version
    }
}
