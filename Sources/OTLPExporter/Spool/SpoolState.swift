import Telemetry

/// The state that the spool's lock guards. ``SpoolRing``, ``OpenStarts`` and ``SpareDemand`` decide; this value applies
/// their decisions to the segments.
struct SpoolState: Sendable {
    /// The result of keeping a record.
    struct Kept: Sendable {
        var evicted = 0
        var isBatchReady = false
        /// The record's location; `nil` when it was not kept.
        var location: OpenStarts.Location?
        /// Why it was not kept; empty when it was.
        var problem = ""

        var isKept: Bool { location != nil }
    }

    /// The source of a record's resource and scope.
    enum Source: Sendable {
        /// This process's own resource, and one of its scopes.
        case own(InstrumentationScope, resource: [UInt8])
        case other(SpoolOrigin)
    }

    var ring: SpoolRing
    var segments: SpoolSegments
    var starts: OpenStarts
    var spareDemand = SpareDemand()
    /// Whether spans are refused.
    var isClosed = false
    /// Whether the segments are gone.
    var hasEnded = false
    /// Spans that were evicted by starts; reported with the next span that ends.
    var evictedByStarts = 0
    private var origins = SpoolOrigins()
    /// Whether starts are being copied out of a segment that has left the ring.
    var isMoving = false

    init(ring: SpoolRing) {
        self.ring = ring
        segments = SpoolSegments()
        // All starts must fit into one segment when they are copied, and leave room there for spans.
        starts = OpenStarts(mostBytes: ring.segmentBytes / 2)
    }

    // MARK: records

    /// Keeps the record of an ended span, and marks the record of its start as finished.
    mutating func keepEnded(id: UInt64, time: UInt64, _ bytes: PackedBytes, _ source: Source) -> Kept {
        let kept = keep(.ended, id: id, time: time, bytes, source)
        if let start = starts.ended(id) { finishStart(at: start) }
        return kept
    }

    /// Keeps the record of a span's start, if ``OpenStarts`` has room for it.
    mutating func keepStart(id: UInt64, time: UInt64, _ bytes: PackedBytes, _ source: Source) -> Kept {
        let size = SpoolLayout.recordBytes(payload: bytes.count)
        switch starts.admit(id, bytes: size) {
        case .leaveOut(let isFirst):
            if isFirst {
                segments.warn(
                    "telemetry: more spans are open than \(starts.mostBytes) bytes of the spool hold; after a crash "
                        + "those beyond would be missing")
            }
            return Kept()
        case .keep:
            let kept = keep(.start, id: id, time: time, bytes, source)
            if let location = kept.location { starts.kept(id, bytes: size, at: location) }
            return kept
        }
    }

    /// Marks the record of a start as one that need not be sent.
    func finishStart(at location: OpenStarts.Location) {
        guard let index = ring.index(of: location.sequence),
            let record = segments.list[index].record(at: location.offset)
        else { return }
        segments.list[index].finish(record)
    }

    /// Writes a record, preceded by its origin record when the newest segment does not have that yet.
    mutating func keep(
        _ kind: SpoolRecordKind, id: UInt64, time: UInt64, _ bytes: PackedBytes, _ source: Source
    ) -> Kept {
        var kept = Kept()
        var hasMoved = false
        let size = SpoolLayout.recordBytes(payload: bytes.count)
        while true {
            let origin = originOffset(source)
            let originPayload = origin == nil ? originPayload(source) : []
            let originSize = origin == nil ? SpoolLayout.recordBytes(payload: originPayload.count) : 0
            switch ring.place(bytes: originSize + size) {
            case .refuse:
                kept.problem = "a span of \(bytes.count) bytes is larger than a segment of the spool"
                return kept
            case .addSegment(let sequence):
                if let problem = addSegment(sequence) {
                    kept.problem = problem
                    return kept
                }
            case .retireOldest:
                kept.evicted += retireOldest(movesStarts: !hasMoved)
                hasMoved = true
            case .write(let offset):
                guard let segment = segments.list.last else { return kept }
                if origin == nil {
                    write(originPayload, ofOrigin: source, to: segment, at: offset)
                }
                let record = SpoolRecord(
                    offset: offset + originSize, kind: kind, origin: origin ?? offset, id: id, time: time,
                    payloadBytes: bytes.count)
                segment.write(record, bytes)
                kept.isBatchReady = ring.wrote(bytes: size, isSpan: kind == .ended)
                kept.location = .init(sequence: segment.sequence, offset: record.offset)
                return kept
            }
        }
    }

    /// Adds a segment to the ring.
    ///
    /// - Returns: why no segment could be added; `nil` on success.
    mutating func addSegment(_ sequence: UInt64) -> String? {
        if let problem = segments.add(sequence, byteCount: ring.segmentBytes) { return problem }
        ring.added(sequence: sequence)
        origins = SpoolOrigins()
        return nil
    }

    // MARK: origins

    private mutating func write(
        _ payload: [UInt8], ofOrigin source: Source, to segment: SpoolSegment, at offset: Int
    ) {
        let record = SpoolRecord(
            offset: offset, kind: .origin, origin: 0, id: 0, time: 0, payloadBytes: payload.count)
        payload.withUnsafeBytes { segment.write(record, PackedBytes($0, of: nil)) }
        _ = ring.wrote(bytes: SpoolLayout.recordBytes(payload: payload.count), isSpan: false)
        switch source {
        case .own(let scope, _): origins[scope] = offset
        case .other(let origin): origins[origin] = offset
        }
    }

    private mutating func originOffset(_ source: Source) -> Int? {
        switch source {
        case .own(let scope, _): origins[scope]
        case .other(let origin): origins[origin]
        }
    }

    private func originPayload(_ source: Source) -> [UInt8] {
        switch source {
        case .own(let scope, let resource):
            SpoolOrigin(resource: resource, scope: MessageArena().packed(scope).array).payload
        case .other(let origin): origin.payload
        }
    }
}
