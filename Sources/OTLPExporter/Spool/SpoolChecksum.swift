/// The spool's checksum: eight bytes at a time in four independent chains of multiplications (ADR 5 says why it is not
/// CRC-32).
///
/// Each step is a bijection of its word, so a change within one word always changes the 64-bit sum; of other changes
/// one in 2³² goes undetected, as with any checksum of 32 bits.
enum SpoolChecksum {
    static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// - Parameter seed: makes the checksums of equal bytes differ between segments.
    static func sum(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
        var (first, second, third, fourth) = (UInt64(seed), UInt64(seed) + 1, UInt64(seed) + 2, UInt64(seed) + 3)
        guard let start = bytes.baseAddress else { return 0 }
        let count = bytes.count
        var offset = 0
        while offset &+ 32 <= count {
            first = step(first, word(start + offset))
            second = step(second, word(start + (offset &+ 8)))
            third = step(third, word(start + (offset &+ 16)))
            fourth = step(fourth, word(start + (offset &+ 24)))
            offset &+= 32
        }
        var all = step(step(step(first, second), third), fourth)
        while offset &+ 8 <= count {
            all = step(all, word(start + offset))
            offset &+= 8
        }
        // The bytes that are left, padded with zeros.
        var last: UInt64 = 0
        for index in offset..<count { last |= UInt64(bytes[index]) << (8 * UInt64(index - offset)) }
        all = step(step(all, last), UInt64(count))
        return UInt32(truncatingIfNeeded: all ^ all >> 32)
    }

    /// Eight bytes as a little-endian number.
    @inline(__always) private static func word(_ place: UnsafeRawPointer) -> UInt64 {
        UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
    }

    @inline(__always) private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let product = (sum ^ word) &* multiplier
        return product << 31 | product >> 33
    }
}
