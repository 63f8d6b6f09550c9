/// The value of one attribute, as OpenTelemetry defines them.
public enum AttributeValue: Sendable {
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)
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
