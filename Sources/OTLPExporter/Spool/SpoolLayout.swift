/// How a segment is laid out. Numbers are in the byte order of the machine: a spool does not travel.
///
/// A segment is a header and records one after the other, each at a multiple of 8. Checksums are seeded with a random
/// number of the segment's header, so neither a record that an earlier use of the memory left nor one that hides in a
/// span's own text is ever taken for a record of the segment.
enum SpoolLayout {
    static let segmentMagic: UInt64 = 0x6C6F_6F70_732D_6F63
    static let version: UInt32 = 2
    static let headerBytes = 64
    static let recordMagic: UInt32 = 0x5EC0_4DA7
    static let recordHeaderBytes = 40
    static let alignment = 8

    /// Where the header's fields are. The checksum is over nonce, sequence and capacity; `used` is where the next record
    /// goes, and tells whether the last ones are missing.
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

    /// Where a record's fields are, from its start. The checksum is over everything behind it, payload included; the
    /// state stands before it, since it changes.
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

    /// The room a record with a payload of this size takes.
    static func recordBytes(payload: Int) -> Int {
        (recordHeaderBytes + payload + alignment - 1) & ~(alignment - 1)
    }
}

/// What a record is about.
enum SpoolRecordKind: UInt32 {
    /// Resource and scope of the records that refer to it: the resource's length (4 bytes), the `Resource` message, the
    /// `InstrumentationScope` message.
    case origin = 1
    /// A span that has started: a `Span` message without what is known at its end.
    case start = 2
    /// A span that has ended: a `Span` message.
    case ended = 3
}

/// One record of a segment, without its payload.
struct SpoolRecord: Hashable {
    /// An unknown state counts as pending: rather sent twice than not at all.
    static let pending: UInt32 = 0x9E4D_1A00
    static let finished: UInt32 = 0x5E77_1ED5

    /// Where it begins in its segment.
    var offset: Int
    var kind: SpoolRecordKind
    /// Where the segment's origin record for it is; 0 for origins.
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
    /// Where the next record begins.
    var end: Int { offset + SpoolLayout.recordBytes(payload: payloadBytes) }
}
