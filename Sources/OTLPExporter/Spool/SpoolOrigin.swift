import Telemetry

/// Resource and scope of spans, encoded as in a request and in an origin record.
struct SpoolOrigin: Hashable, Sendable {
    let resource: [UInt8]
    let scope: [UInt8]

    init(resource: [UInt8], scope: [UInt8]) {
        self.resource = resource
        self.scope = scope
    }

    /// Reads an origin record; `nil` when there is no intact one at the offset.
    init?(_ segment: SpoolSegment, at offset: Int) {
        guard offset > 0, let record = segment.record(at: offset), record.kind == .origin, segment.isIntact(record),
            record.payloadBytes >= 4
        else { return nil }
        let resourceBytes = Int(segment.memory.load(UInt32.self, at: record.payload.lowerBound))
        let from = record.payload.lowerBound + 4
        guard resourceBytes <= record.payloadBytes - 4 else { return nil }
        resource = segment.memory.bytes(from..<(from + resourceBytes)).array
        scope = segment.memory.bytes((from + resourceBytes)..<record.payload.upperBound).array
    }

    /// The payload of an origin record.
    var payload: [UInt8] {
        withUnsafeBytes(of: UInt32(resource.count)) { Array($0) } + resource + scope
    }
}

/// The offsets of the newest segment's origin records.
struct SpoolOrigins {
    private var last: (scope: InstrumentationScope, offset: Int)?
    private var byScope: [InstrumentationScope: Int] = [:]
    private var byOrigin: [SpoolOrigin: Int] = [:]

    /// The offset of the origin record for this process's own spans with a scope.
    subscript(scope: InstrumentationScope) -> Int? {
        mutating get {
            if let last, last.scope == scope { return last.offset }
            guard let offset = byScope[scope] else { return nil }
            last = (scope, offset)
            return offset
        }
        set {
            byScope[scope] = newValue
            last = newValue.map { (scope, $0) }
        }
    }

    /// The offset of the origin record for spans that were copied from other segments.
    subscript(origin: SpoolOrigin) -> Int? {
        get { byOrigin[origin] }
        set { byOrigin[origin] = newValue }
    }
}
