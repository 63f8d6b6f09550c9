import CCurl

/// zlib's CRC-32 of some bytes.
///
/// - Parameter seed: the checksum of what comes before them; 0 when nothing does.
package func crc32(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return seed }
    return UInt32(truncatingIfNeeded: CCurl.crc32_z(uLong(seed), start, bytes.count))
}
