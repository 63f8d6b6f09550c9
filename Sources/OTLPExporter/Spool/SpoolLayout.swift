/// The layout of a segment. Numbers are in the byte order of the machine: a spool is not moved between machines.
///
/// A segment is a header followed by records, each at a multiple of 8 bytes. Checksums are seeded with a random number
/// in the segment's header. So neither a record left from an earlier use of the memory, nor bytes in a span's text that
/// look like a record, are taken for a record of the segment.
enum SpoolLayout {
    static let segmentMagic: UInt64 = 0x6C6F_6F70_732D_6F63
    static let version: UInt32 = 2
    static let headerBytes = 64
    static let recordMagic: UInt32 = 0x5EC0_4DA7
    static let recordHeaderBytes = 40
    static let alignment = 8

    /// The offsets of the header's fields. The checksum covers nonce, sequence and capacity; `used` is the offset of
    /// the next record, by which a reader detects that the last records are missing.
    enum Header {
        static let magic = 0
        static let version = 8
        static let checksum = 12
        static let nonce = 16
        static let sequence = 24
        static let capacity = 32
        static let used = 40
        static let checked = 16..<40
    }

    /// The offsets of a record's fields. The checksum covers everything that follows it, payload included; the state
    /// comes before it, since it changes.
    enum Record {
        static let magic = 0
        static let state = 4
        static let checksum = 8
        static let length = 12
        static let kind = 16
        static let origin = 20
        static let id = 24
        static let time = 32
        static let checkedFrom = 12
    }

    /// The size of a record with a payload of this size.
    static func recordBytes(payload: Int) -> Int {
        (recordHeaderBytes + payload + alignment - 1) & ~(alignment - 1)
    }
}

/// The kind of a record.
enum SpoolRecordKind: UInt32 {
    /// Resource and scope of the records that refer to it: the resource's length (4 bytes), the `Resource` message, the
    /// `InstrumentationScope` message.
    case origin = 1
    /// A span that has started: a `Span` message without the fields that are known at its end.
    case start = 2
    /// A span that has ended: a `Span` message.
    case ended = 3
}

/// One record of a segment, without its payload.
struct SpoolRecord: Hashable {
    /// An unknown state counts as pending: a span sent twice is better than a lost one.
    static let pending: UInt32 = 0x9E4D_1A00
    static let finished: UInt32 = 0x5E77_1ED5

    /// The record's offset in its segment.
    var offset: Int
    var kind: SpoolRecordKind
    /// The offset of the record's origin record in the segment; 0 for origins.
    var origin: Int
    /// The span's id.
    var id: UInt64
    /// The span's end, or its start when it has not ended; nanoseconds since 1970.
    var time: UInt64
    var payloadBytes: Int

    var payload: Range<Int> {
        let start = offset + SpoolLayout.recordHeaderBytes
        return start..<(start + payloadBytes)
    }
    /// The offset of the next record.
    var end: Int { offset + SpoolLayout.recordBytes(payload: payloadBytes) }
}
