@testable import OTLPExporter

/// Records that are found have the right checksum and are within the memory; records that were not overwritten are
/// found.
///
/// When the first byte of an input is even, the others are the bytes of a segment. When it is odd, they are edits:
/// offsets in a valid segment and bytes to write there.
func checkSpool(_ input: [UInt8]) throws {
    guard let mode = input.first else { return }
    if mode & 1 == 0 {
        try checkScan(of: memory(Array(input.dropFirst())), written: [], touched: [])
    } else {
        try checkDamage(Array(input.dropFirst()))
    }
}

private func memory(_ bytes: [UInt8]) throws -> SegmentMemory {
    let memory = try SegmentMemory.anonymous(byteCount: max(1, bytes.count))
    for (offset, byte) in bytes.enumerated() { memory.store(byte, at: offset) }
    return memory
}

private func checkDamage(_ edits: [UInt8]) throws {
    let memory = try SegmentMemory.anonymous(byteCount: 1024)
    let segment = SpoolSegment(sequence: 7, name: nil, memory: memory, nonce: 0x1234_5678_9ABC_DEF0)
    var offset = SpoolLayout.headerBytes
    var written: [SpoolRecord] = []
    func write(_ kind: SpoolRecordKind, _ payload: [UInt8]) {
        let record = SpoolRecord(
            offset: offset, kind: kind, origin: kind == .origin ? 0 : SpoolLayout.headerBytes, id: UInt64(offset),
            time: 9, payloadBytes: payload.count)
        payload.withUnsafeBytes { segment.write(record, PackedBytes($0, of: nil)) }
        written.append(record)
        offset = record.end
    }
    write(.origin, SpoolOrigin(resource: [1, 2], scope: [3]).payload)
    for length in [0, 1, 8, 40, 100] {
        write(.start, Array(repeating: 5, count: length))
        write(.ended, Array(repeating: 0xA7, count: length))
    }
    // Each edit is an offset of two bytes, a length of one byte, and the bytes.
    var touched: [Range<Int>] = []
    var rest = edits[...]
    while rest.count > 3 {
        let place = (Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())) % memory.byteCount
        let length = min(Int(rest.removeFirst()) % 64, rest.count, memory.byteCount - place)
        for (index, byte) in rest.prefix(length).enumerated() { memory.store(byte, at: place + index) }
        rest = rest.dropFirst(length)
        touched.append(place..<(place + length))
    }
    try checkScan(of: memory, written: written, touched: touched)
}

private func checkScan(of memory: SegmentMemory, written: [SpoolRecord], touched: [Range<Int>]) throws {
    guard let segment = SpoolSegment(reading: memory, name: "segment") else {
        try hold(
            written.isEmpty || touched.contains { $0.overlaps(0..<SpoolLayout.headerBytes) },
            "a header that nobody touched is refused")
        return
    }
    let bytes = memory.bytes(0..<memory.byteCount).array
    let seed = checksum(bytes[SpoolLayout.Header.checked], 0)
    var found: [SpoolRecord] = []
    let damaged = segment.scan { found.append($0) }
    var end = SpoolLayout.headerBytes
    for record in found {
        try hold(record.offset >= end && record.payload.upperBound <= bytes.count, "out of place: \(record)")
        end = record.end
        let checked = bytes[(record.offset + SpoolLayout.Record.checkedFrom)..<record.payload.upperBound]
        let stored = memory.load(UInt32.self, at: record.offset + SpoolLayout.Record.checksum)
        try hold(checksum(checked, seed) == stored, "a wrong checksum: \(record)")
        if let origin = SpoolOrigin(segment, at: record.origin) {
            try hold(origin.resource.count + origin.scope.count <= bytes.count, "an origin without bounds")
        }
        // `walk`, which does not check checksums, ends too.
        _ = segment.walk(record.offset..<bytes.count) { _ in true }
    }
    // When the seed was changed, no record belongs to this segment.
    if touched.contains(where: { $0.overlaps(SpoolLayout.Header.checksum..<SpoolLayout.Header.used) }) { return }
    guard !written.isEmpty, found.allSatisfy({ written.contains($0) }) else { return }
    for record in written where !touched.contains(where: { $0.overlaps(record.offset..<record.end) }) {
        try hold(found.contains(record), "untouched and not found: \(record)")
    }
    if found.count < written.count {
        let isEndTouched = touched.contains { $0.overlaps(SpoolLayout.Header.used..<(SpoolLayout.Header.used + 8)) }
        try hold(damaged > 0 || isEndTouched, "\(written.count - found.count) records are missing without a count")
    }
}

/// The checksum by its definition, without optimisation: words of eight bytes, the last one padded with zeros. Words in
/// whole groups of four go to four chains, which are then joined; the remaining words follow.
private func checksum(_ bytes: some Sequence<UInt8>, _ seed: UInt32) -> UInt32 {
    let bytes = Array(bytes)
    func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let product = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product << 31 | product >> 33
    }
    var words = stride(from: 0, through: bytes.count, by: 8).map { start in
        bytes[start...].prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    var rows = (0..<4).map { UInt64(seed) + $0 }
    for _ in 0..<(bytes.count / 32) {
        for row in 0..<4 { rows[row] = step(rows[row], words.removeFirst()) }
    }
    let sum = (rows[1...] + words + [UInt64(bytes.count)]).reduce(rows[0], step)
    return UInt32(truncatingIfNeeded: sum ^ sum >> 32)
}
