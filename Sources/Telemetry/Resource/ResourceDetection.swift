import Support

/// Detects the resource that produces the telemetry: this process.
public enum ResourceDetection {
    /// The service's name when none is configured.
    public static let defaultServiceName = "coordinator"

    /// The resource of this process: service, SDK, process, host, operating system and container, with one warning for
    /// each variable that could not be used.
    ///
    /// `OTEL_SERVICE_NAME` wins over `OTEL_RESOURCE_ATTRIBUTES`, and both win over what is detected.
    /// - Parameters:
    ///   - environment: the process environment.
    ///   - serviceVersion: the program's version.
    public static func detect(
        environment: [String: String], serviceVersion: String = TelemetrySDK.version
    ) -> (resource: TelemetryResource, warnings: [String]) {
        var reader = EnvironmentReader(environment)
        var attributes = [
            Attribute("service.name", .string(defaultServiceName)),
            Attribute("service.version", .string(serviceVersion)),
            Attribute("service.instance.id", .string(randomUUID())),
            Attribute("telemetry.sdk.name", .string(TelemetrySDK.name)),
            Attribute("telemetry.sdk.language", .string(TelemetrySDK.language)),
            Attribute("telemetry.sdk.version", .string(TelemetrySDK.version)),
        ]
        attributes += SystemAttributes.host() + SystemAttributes.process()
        attributes += resourceAttributes(&reader)
        if let name = reader.text("OTEL_SERVICE_NAME") { attributes.append(Attribute("service.name", .string(name))) }
        return (TelemetryResource(attributes), reader.warnings)
    }

    /// The attributes of `OTEL_RESOURCE_ATTRIBUTES`. By the specification one malformed pair discards the whole
    /// variable.
    private static func resourceAttributes(_ reader: inout EnvironmentReader) -> [Attribute] {
        let name = "OTEL_RESOURCE_ATTRIBUTES"
        guard let text = reader.text(name) else { return [] }
        var attributes: [Attribute] = []
        // By scalars: a mark after a comma or an equals sign makes one character of both.
        for pair in text.unicodeScalars.split(separator: ",").map({ Substring($0) })
        where !pair.trimmingBlanks().isEmpty {
            let parts = pair.unicodeScalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { Substring($0) }
            guard parts.count == 2,
                let key = PercentCoding.decode(parts[0].trimmingBlanks()), !key.isEmpty,
                let value = PercentCoding.decode(parts[1].trimmingBlanks())
            else {
                reader.warn(name, String(pair), expected: "key=value pairs separated by commas, percent-encoded")
                return []
            }
            attributes.append(Attribute(key, .string(value)))
        }
        return attributes
    }

    /// A version 4 UUID.
    private static func randomUUID() -> String {
        var random = SystemRandomNumberGenerator()
        let high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Array((Hexadecimal.string(high) + Hexadecimal.string(low)).utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }
}
