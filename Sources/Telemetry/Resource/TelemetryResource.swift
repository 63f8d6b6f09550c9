import Support

/// What produced the telemetry: service, process, host. All telemetry of one process has the same resource.
public struct TelemetryResource: Sendable, Hashable {
    /// The attributes, sorted by key.
    public let attributes: [Attribute]

    /// Makes a resource; of two attributes with one key the last wins.
    public init(_ attributes: [Attribute]) {
        var byKey: [ExactString: Attribute] = [:]
        for attribute in attributes { byKey[attribute.key] = attribute }
        self.attributes = byKey.values.sorted(byBytesOf: \.key)
    }

    /// The attribute with this key.
    public subscript(key: String) -> AttributeValue? {
        attributes.first { $0.key.hasBytes(of: key) }?.value
    }
}
