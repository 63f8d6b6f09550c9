/// One segment: memory with records in the format of ``SpoolLayout``.
struct SpoolSegment: Sendable {
    let sequence: UInt64
    /// The name of its file; `nil` for memory of the process.
    let name: String?
    var memory: SegmentMemory
    private let seed: UInt32

    /// Begins a segment in fresh memory.
    ///
    /// - Parameter nonce: a random number that seeds the checksums of the segment's records; see ``SpoolLayout``.
    init(sequence: UInt64, name: String?, memory: SegmentMemory, nonce: UInt64) {
        typealias Header = SpoolLayout.Header
        self.sequence = sequence
        self.name = name
        self.memory = memory
        memory.store(nonce, at: Header.nonce)
        memory.store(sequence, at: Header.sequence)
        memory.store(UInt64(memory.byteCount), at: Header.capacity)
        memory.store(UInt64(SpoolLayout.headerBytes), at: Header.used)
        memory.store(SpoolLayout.version, at: Header.version)
        seed = memory.checksum(of: Header.checked, seed: 0)
        memory.store(seed, at: Header.checksum)
        memory.store(SpoolLayout.segmentMagic, at: Header.magic)
    }

    /// Reads a segment that another process wrote; `nil` when it has no valid header.
    init?(reading memory: SegmentMemory, name: String) {
        typealias Header = SpoolLayout.Header
        seed = memory.checksum(of: Header.checked, seed: 0)
        guard memory.byteCount >= SpoolLayout.headerBytes,
            memory.load(UInt64.self, at: Header.magic) == SpoolLayout.segmentMagic,
            memory.load(UInt32.self, at: Header.version) == SpoolLayout.version,
            memory.load(UInt32.self, at: Header.checksum) == seed
        else { return nil }
        sequence = memory.load(UInt64.self, at: Header.sequence)
        self.name = name
        self.memory = memory
    }

    /// Whether the memory still has the size that the header states.
    var isWhole: Bool { memory.load(UInt64.self, at: SpoolLayout.Header.capacity) == UInt64(memory.byteCount) }

    /// Writes a record at its offset, with `bytes` as the payload; there must be room for it.
    func write(_ record: SpoolRecord, _ bytes: PackedBytes) {
        typealias Field = SpoolLayout.Record
        let start = record.offset
        memory.store(bytes, at: start + SpoolLayout.recordHeaderBytes)
        memory.store(UInt32(bytes.count), at: start + Field.length)
        memory.store(record.kind.rawValue, at: start + Field.kind)
        memory.store(UInt32(record.origin), at: start + Field.origin)
        memory.store(record.id, at: start + Field.id)
        memory.store(record.time, at: start + Field.time)
        memory.store(SpoolRecord.pending, at: start + Field.state)
        memory.store(checksum(at: start, payload: bytes.count), at: start + Field.checksum)
        memory.store(SpoolLayout.recordMagic, at: start + Field.magic)
        memory.store(UInt64(start + SpoolLayout.recordBytes(payload: bytes.count)), at: SpoolLayout.Header.used)
    }

    /// The record at an offset, if there seems to be one; check it with ``isIntact(_:)``.
    func record(at offset: Int) -> SpoolRecord? {
        typealias Field = SpoolLayout.Record
        guard memory.load(UInt32.self, at: offset + Field.magic) == SpoolLayout.recordMagic,
            let kind = SpoolRecordKind(rawValue: memory.load(UInt32.self, at: offset + Field.kind))
        else { return nil }
        let record = SpoolRecord(
            offset: offset, kind: kind,
            origin: Int(memory.load(UInt32.self, at: offset + Field.origin)),
            id: memory.load(UInt64.self, at: offset + Field.id),
            time: memory.load(UInt64.self, at: offset + Field.time),
            payloadBytes: Int(memory.load(UInt32.self, at: offset + Field.length)))
        return record.payload.upperBound <= memory.byteCount ? record : nil
    }

    /// Whether the record's checksum is right.
    func isIntact(_ record: SpoolRecord) -> Bool {
        memory.load(UInt32.self, at: record.offset + SpoolLayout.Record.checksum)
            == checksum(at: record.offset, payload: record.payloadBytes)
    }

    /// Whether the record need not be sent any more. This state is the only part of a record that changes.
    func isFinished(_ record: SpoolRecord) -> Bool {
        memory.load(UInt32.self, at: record.offset + SpoolLayout.Record.state) == SpoolRecord.finished
    }

    /// Marks a record as one that need not be sent any more.
    func finish(_ record: SpoolRecord) {
        memory.store(SpoolRecord.finished, at: record.offset + SpoolLayout.Record.state)
    }

    /// Calls the closure with each record in a range, intact or not, until one cannot be recognised or `body` says to
    /// stop.
    ///
    /// - Returns: where the next record begins.
    @discardableResult
    func walk(_ range: Range<Int>, _ body: (SpoolRecord) -> Bool) -> Int {
        var offset = range.lowerBound
        while offset < range.upperBound, let record = record(at: offset) {
            guard body(record) else { break }
            offset = record.end
        }
        return offset
    }

    /// Calls the closure with each intact record, and skips damaged ranges.
    ///
    /// - Returns: the number of damaged ranges.
    func scan(_ body: (SpoolRecord) -> Void) -> Int {
        var offset = SpoolLayout.headerBytes
        var damaged = 0
        var isLost = false
        var end = offset
        while offset <= memory.byteCount - SpoolLayout.recordHeaderBytes {
            if let record = record(at: offset), isIntact(record) {
                if isLost { damaged += 1 }
                isLost = false
                body(record)
                offset = record.end
                end = offset
            } else {
                isLost = true
                offset += SpoolLayout.alignment
            }
        }
        let used = memory.load(UInt64.self, at: SpoolLayout.Header.used)
        let isShort = used > UInt64(end) || used < UInt64(SpoolLayout.headerBytes)
        return isShort ? damaged + 1 : damaged
    }

    private func checksum(at start: Int, payload: Int) -> UInt32 {
        let from = start + SpoolLayout.Record.checkedFrom
        return memory.checksum(of: from..<(start + SpoolLayout.recordHeaderBytes + payload), seed: seed)
    }
}
