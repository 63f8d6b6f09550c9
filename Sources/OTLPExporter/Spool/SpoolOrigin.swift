import Telemetry

/// Resource and scope of spans, in the bytes that a request and an origin record have.
struct SpoolOrigin: Hashable, Sendable {
    let resource: [UInt8]
    let scope: [UInt8]

    init(resource: [UInt8], scope: [UInt8]) {
        self.resource = resource
        self.scope = scope
    }

    /// Reads an origin record; `nil` when it is none.
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

/// Where the newest segment's origin records are.
struct SpoolOrigins {
    private var last: (scope: InstrumentationScope, offset: Int)?
    private var byScope: [InstrumentationScope: Int] = [:]
    private var byOrigin: [SpoolOrigin: Int] = [:]

    /// Of this process's own spans. As many as the segment has origin records.
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

    /// Of spans that come from other segments.
    subscript(origin: SpoolOrigin) -> Int? {
        get { byOrigin[origin] }
        set { byOrigin[origin] = newValue }
    }
}
