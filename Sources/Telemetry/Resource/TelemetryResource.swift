/// What produced the telemetry: service, process, host. All telemetry of one process has the same resource.
public struct TelemetryResource: Sendable, Hashable {
    /// The attributes, sorted by key.
    public let attributes: [Attribute]

    /// Makes a resource; of two attributes with one key the last wins.
    public init(_ attributes: [Attribute]) {
        var byKey: [String: Attribute] = [:]
        for attribute in attributes { byKey[attribute.key] = attribute }
        self.attributes = byKey.values.sorted { $0.key < $1.key }
    }

    /// The attribute with this key.
    public subscript(key: String) -> AttributeValue? {
        attributes.first { $0.key == key }?.value
    }
}
