/// Assembles an `ExportTraceServiceRequest` from encoded `Span` messages: it adds tags and lengths around the bytes, in
/// the order in which protobuf writes them. Resources and scopes are in the order of their first span.
struct TraceRequestAssembly {
    private struct ScopeSpans {
        let scope: [UInt8]
        var spans: [PackedBytes] = []
        /// The size of all spans, with tags and lengths.
        var spanBytes = 0

        var size: Int { Wire.fieldBytes(scope.count) + spanBytes }
    }

    private struct ResourceSpans {
        let resource: [UInt8]
        var scopes: [ScopeSpans] = []

        var size: Int {
            scopes.reduce(Wire.fieldBytes(resource.count)) { $0 + Wire.fieldBytes($1.size) }
        }
    }

    private var resources: [ResourceSpans] = []
    private(set) var count = 0

    /// Adds a span.
    mutating func add(_ span: PackedBytes, _ origin: SpoolOrigin) {
        let resource = index(of: origin.resource)
        let scope = index(of: origin.scope, in: resource)
        resources[resource].scopes[scope].spans.append(span)
        resources[resource].scopes[scope].spanBytes += Wire.fieldBytes(span.count)
        count += 1
    }

    /// The request's bytes.
    var body: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(resources.reduce(0) { $0 + Wire.fieldBytes($1.size) })
        for resource in resources {
            Wire.begin(1, resource.size, in: &body)
            Wire.begin(1, resource.resource.count, in: &body)
            body += resource.resource
            for scope in resource.scopes {
                Wire.begin(2, scope.size, in: &body)
                Wire.begin(1, scope.scope.count, in: &body)
                body += scope.scope
                for span in scope.spans {
                    Wire.begin(2, span.count, in: &body)
                    span.withBytes { body.append(contentsOf: $0) }
                }
            }
        }
        return body
    }

    private mutating func index(of resource: [UInt8]) -> Int {
        if let index = resources.lastIndex(where: { $0.resource == resource }) { return index }
        resources.append(ResourceSpans(resource: resource))
        return resources.count - 1
    }

    private mutating func index(of scope: [UInt8], in resource: Int) -> Int {
        if let index = resources[resource].scopes.lastIndex(where: { $0.scope == scope }) { return index }
        resources[resource].scopes.append(ScopeSpans(scope: scope))
        return resources[resource].scopes.count - 1
    }
}

/// The part of the protobuf wire format that fields with a length need. Field numbers are below 16.
enum Wire {
    /// A field's size with its tag and length.
    static func fieldBytes(_ length: Int) -> Int { 1 + varintBytes(length) + length }

    /// Writes the tag and length of a field.
    static func begin(_ number: UInt8, _ length: Int, in body: inout [UInt8]) {
        body.append(number << 3 | 2)
        var rest = length
        while rest > 0x7F {
            body.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        body.append(UInt8(rest))
    }

    private static func varintBytes(_ number: Int) -> Int {
        max(1, (Int.bitWidth - number.leadingZeroBitCount + 6) / 7)
    }
}
