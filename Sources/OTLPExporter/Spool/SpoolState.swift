import Telemetry

/// What the spool's lock guards: the ring's books, its segments, and the spans that are open. It does what
/// ``SpoolRing`` says.
struct SpoolState: Sendable {
    /// Where the start record of an open span is.
    struct OpenStart: Sendable {
        var sequence: UInt64
        var offset: Int
        let bytes: Int
    }

    /// What became of a record.
    struct Kept: Sendable {
        var evicted = 0
        var isBatchReady = false
        var isKept = false
        /// Why it is not; empty when it is.
        var problem = ""
    }

    /// Resource and scope of a record.
    enum Source: Sendable {
        /// This process's own.
        case own(InstrumentationScope, resource: [UInt8])
        case other(SpoolOrigin)
    }

    var ring: SpoolRing
    /// In the order of the ring's books.
    private(set) var segments: [SpoolSegment] = []
    /// This process's folder; `nil` when spans wait in memory.
    var folder: SpoolFolder?
    /// Whether a segment had to be taken from memory although there is a folder.
    private(set) var hasFallenBack = false
    private(set) var isClosed = false
    private var hasEnded = false
    /// What to tell the user, once the lock is free.
    var notes: [String] = []
    /// Segments that have gone from the ring; to be let go of once the lock is free, since that takes a while.
    private(set) var retired: [SpoolSegment] = []
    /// For the next segment.
    private var spare: SpareMemory?
    /// The newest segment for which somebody got a spare ready, or tried to.
    private var spareAsked: UInt64 = 0
    private(set) var startsLeftOut = 0
    /// Spans that starts drove out, to be told with the next span that ends.
    var evictedByStarts = 0
    private var origins = SpoolOrigins()
    private var open: [UInt64: OpenStart] = [:]
    private var openBytes = 0
    private var isMoving = false

    init(ring: SpoolRing, folder: SpoolFolder? = nil) {
        self.ring = ring
        self.folder = folder
    }

    // MARK: records

    /// Keeps the record of an ended span; that of its start need not be kept any longer.
    mutating func keepEnded(id: UInt64, time: UInt64, _ bytes: PackedBytes, _ source: Source) -> Kept {
        let kept = keep(.ended, id: id, time: time, bytes, source)
        if let start = open.removeValue(forKey: id) {
            openBytes -= start.bytes
            if let index = ring.index(of: start.sequence), let record = segments[index].record(at: start.offset) {
                segments[index].settle(record)
            }
        }
        return kept
    }

    /// Keeps the record of a span's start, unless the open spans have half a segment already.
    mutating func keepStart(id: UInt64, time: UInt64, _ bytes: PackedBytes, _ source: Source) -> Kept {
        let size = SpoolLayout.recordBytes(payload: bytes.count)
        guard openBytes + size <= ring.segmentBytes / 2, open[id] == nil else {
            startsLeftOut += 1
            if startsLeftOut == 1 {
                notes.append(
                    "telemetry: more spans are open than \(ring.segmentBytes / 2) bytes of the spool hold; after a crash "
                        + "those beyond would be missing")
            }
            return Kept()
        }
        let kept = keep(.start, id: id, time: time, bytes, source)
        guard kept.isKept, let last = lastWritten else { return kept }
        open[id] = OpenStart(sequence: last.sequence, offset: last.offset, bytes: size)
        openBytes += size
        return kept
    }

    private var lastWritten: (sequence: UInt64, offset: Int)?

    private mutating func keep(
        _ kind: SpoolRecordKind, id: UInt64, time: UInt64, _ bytes: PackedBytes, _ source: Source
    ) -> Kept {
        var kept = Kept()
        var hasMoved = false
        let size = SpoolLayout.recordBytes(payload: bytes.count)
        while true {
            var origin = originOffset(source)
            let payload = origin == nil ? originPayload(source) : []
            let originSize = origin == nil ? SpoolLayout.recordBytes(payload: payload.count) : 0
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
                guard let segment = segments.last else { return kept }
                if origin == nil {
                    payload.withUnsafeBytes { bytes in
                        segment.write(
                            SpoolRecord(
                                offset: offset, kind: .origin, origin: 0, id: 0, time: 0, payloadBytes: payload.count),
                            PackedBytes(bytes, of: nil))
                    }
                    _ = ring.wrote(bytes: originSize, isSpan: false)
                    remember(source, at: offset)
                    origin = offset
                }
                let record = SpoolRecord(
                    offset: offset + originSize, kind: kind, origin: origin ?? 0, id: id, time: time,
                    payloadBytes: bytes.count)
                segment.write(record, bytes)
                lastWritten = (segment.sequence, record.offset)
                kept.isBatchReady = ring.wrote(bytes: size, isSpan: kind == .ended)
                kept.isKept = true
                return kept
            }
        }
    }

    // MARK: segments

    /// Adds a segment to the ring: a file if there is a folder and room, else memory.
    ///
    /// - Returns: why there is none; `nil` when there is.
    mutating func addSegment(_ sequence: UInt64) -> String? {
        guard let segment = spareSegment(sequence) else {
            var memory: SegmentMemory?
            var name: String?
            if let folder {
                do throws(SpoolError) {
                    let file = SpoolFolder.segmentName(sequence)
                    memory = try .file(in: folder.descriptor, name: file, byteCount: ring.segmentBytes)
                    name = file
                } catch {
                    if !hasFallenBack {
                        notes.append(
                            "telemetry: in \(folder.path) \(error); until then new spans wait in memory and do not "
                                + "outlive this process")
                    }
                    hasFallenBack = true
                }
            }
            if memory == nil {
                do throws(SpoolError) {
                    memory = try .anonymous(byteCount: ring.segmentBytes)
                } catch {
                    return "\(error)"
                }
            }
            guard let memory else { return "no memory" }
            add(SpoolSegment(sequence: sequence, name: name, memory: memory, nonce: .random(in: .min ... .max)))
            return nil
        }
        add(segment)
        return nil
    }

    private mutating func add(_ segment: SpoolSegment) {
        segments.append(segment)
        ring.added(sequence: segment.sequence)
        origins = SpoolOrigins()
    }

    /// A segment in the spare memory, if there is some.
    private mutating func spareSegment(_ sequence: UInt64) -> SpoolSegment? {
        guard let spare = spare.take() else { return nil }
        let name = spare.name.map { _ in SpoolFolder.segmentName(sequence) }
        // Before the file has its name: whoever finds it then finds a segment that is empty, whatever it held.
        let segment = SpoolSegment(
            sequence: sequence, name: name, memory: spare.memory, nonce: .random(in: .min ... .max))
        if let old = spare.name, let name, folder?.rename(old, to: name) != true { return nil }
        return segment
    }

    /// Takes memory for the next segment.
    ///
    /// - Returns: whether it is taken; it is not after the end.
    mutating func offer(_ memory: SpareMemory) -> Bool {
        guard !hasEnded, spare == nil else { return false }
        spare = memory
        return true
    }

    /// Lets the oldest segment go; the starts of spans that are still open move to the newest.
    ///
    /// - Returns: how many spans are lost by that.
    mutating func retireOldest(movesStarts: Bool = true) -> Int {
        guard !segments.isEmpty else { return 0 }
        let segment = segments.removeFirst()
        var lost = ring.retireOldest()
        retired.append(segment)
        guard movesStarts, !isMoving else {
            // Resources so large that starts which move fill segment after segment: they are left out.
            let before = open.count
            open = open.filter { $0.value.sequence != segment.sequence }
            openBytes = open.values.reduce(0) { $0 + $1.bytes }
            startsLeftOut += before - open.count
            return lost
        }
        isMoving = true
        defer { isMoving = false }
        var moving: [SpoolRecord] = []
        if !open.isEmpty {
            segment.walk(SpoolLayout.headerBytes..<segment.memory.byteCount) { record in
                if record.kind == .start, let start = open[record.id], start.sequence == segment.sequence,
                    start.offset == record.offset
                {
                    moving.append(record)
                }
                return true
            }
        }
        for record in moving {
            guard let origin = SpoolOrigin(segment, at: record.origin) else { continue }
            let kept = keep(
                .start, id: record.id, time: record.time, segment.memory.bytes(record.payload), .other(origin))
            lost += kept.evicted
            guard kept.isKept, let last = lastWritten else { continue }
            open[record.id]?.sequence = last.sequence
            open[record.id]?.offset = last.offset
        }
        return lost
    }

    /// Hands over what is to be done outside the lock.
    ///
    /// - Parameter isRecording: the caller records. It then gets memory ready only when nobody else has by the time that
    ///   the newest segment is three quarters full.
    mutating func takeChores(isRecording: Bool) -> SpoolChores? {
        let wantsSpare =
            spare == nil && !hasEnded && (ring.books.last?.sequence ?? 0) > spareAsked
            && (!retired.isEmpty || (ring.books.last?.used ?? 0) > ring.segmentBytes / 4 * (isRecording ? 3 : 2))
        guard wantsSpare || !retired.isEmpty || !notes.isEmpty else { return nil }
        var chores = SpoolChores(folder: folder, sequence: ring.books.last?.sequence ?? 0)
        if wantsSpare {
            spareAsked = chores.sequence
            // What nobody reads any more is the best: its pages are there, and so is its file.
            if let index = retired.indices.first(where: { retired[$0].memory.isFile == (folder != nil) }),
                isKnownUniquelyReferenced(&retired[index].memory)
            {
                chores.reused = retired.remove(at: index)
            } else if !hasFallenBack {
                chores.newSpareBytes = ring.segmentBytes
            }
        }
        swap(&chores.retired, &retired)
        swap(&chores.notes, &notes)
        return chores
    }

    /// Ends the watch over open spans: their process ends in order.
    mutating func forgetStarts() {
        for start in open.values {
            guard let index = ring.index(of: start.sequence), let record = segments[index].record(at: start.offset)
            else {
                continue
            }
            segments[index].settle(record)
        }
        open = [:]
        openBytes = 0
    }

    /// Whether there is a batch to take.
    var hasBatch: Bool { !hasEnded && ring.hasBatch }

    /// Whether every span that is not settled is in a file.
    var keepsRemainder: Bool {
        !hasEnded && ring.orphaned == 0 && evictedByStarts == 0
            && zip(ring.books, segments).allSatisfy { $0.stored == $0.settled || $1.memory.isFile }
    }

    /// Takes nothing more; at the very end also says what is left, and lets go of everything.
    mutating func close(isFinal: Bool) -> SpoolRemainder {
        isClosed = true
        guard isFinal, !hasEnded else { return SpoolRemainder() }
        hasEnded = true
        // What a thread took out and has not removed yet keeps the folder from going; the next process finds it.
        for name in retired.compactMap(\.name) { folder?.remove(name) }
        retired = []
        if let name = spare.take()?.name { folder?.remove(name) }
        forgetStarts()
        var remainder = SpoolRemainder(lost: ring.orphaned + evictedByStarts)
        for (book, segment) in zip(ring.books, segments) {
            let pending = book.stored - book.settled
            if segment.memory.isFile { remainder.kept += pending } else { remainder.lost += pending }
            if pending == 0, let name = segment.name { folder?.remove(name) }
        }
        if remainder.kept > 0, let folder { remainder.place = folder.path } else { folder?.removeIfEmpty() }
        segments = []
        folder = nil
        return remainder
    }

    // MARK: origins

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

    private mutating func remember(_ source: Source, at offset: Int) {
        switch source {
        case .own(let scope, _): origins[scope] = offset
        case .other(let origin): origins[origin] = offset
        }
    }
}
