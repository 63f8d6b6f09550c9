/// Writes protobuf from the last byte to the first: a message's length is known once its content is written, so nothing
/// is measured beforehand and nothing moved afterwards. Field numbers are below 16 unless a method says otherwise.
///
/// Only this file writes to the memory, which grows as needed and is reused. Each step makes room before it moves
/// `start` down, so `start` never falls below zero.
///
/// It is our own code, since protobuf-c needs every message as structs in memory before it packs one.
struct BackwardWriter: ~Copyable {
    /// Memory beyond this is not kept for the next message.
    private static let mostKept = 256 << 10
    private static let leastBytes = 4 << 10
    /// The most bytes of a number on the wire.
    private static let mostVarintBytes = 10

    private var base = UnsafeMutableRawPointer.allocate(byteCount: leastBytes, alignment: 8)
    private var capacity = leastBytes
    /// The offset of the byte that was written last, which comes first in the message.
    private var start = leastBytes

    deinit { base.deallocate() }

    /// How many bytes were written.
    var count: Int {
        @inline(__always) get { capacity - start }
    }

    /// Discards what was written.
    mutating func reset() {
        if capacity > Self.mostKept {
            base.deallocate()
            capacity = Self.mostKept
            base = .allocate(byteCount: capacity, alignment: 8)
        }
        start = capacity
    }

    /// Passes the bytes that were written to `body`; they are valid during the call only.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: base + start, count: count))
    }

    // MARK: fields

    /// Completes a field with a length. Its content is everything written since the count was `end`.
    @inline(__always) mutating func lengthField(_ number: UInt8, since end: Int) {
        let length = count - end
        makeRoom(1 + Self.mostVarintBytes)
        putVarint(UInt64(truncatingIfNeeded: length))
        put(number << 3 | 2)
    }

    /// A field of text, written even when it is empty.
    @inline(__always) mutating func textField(_ number: UInt8, _ text: String) {
        let end = count
        let isCopied: Void? = text.utf8.withContiguousStorageIfAvailable { putAll(UnsafeRawBufferPointer($0)) }
        if isCopied == nil { putAll(slowly: text) }
        lengthField(number, since: end)
    }

    /// A field of eight bytes, little-endian.
    @inline(__always) mutating func fixedField(_ number: UInt8, _ value: UInt64) {
        makeRoom(9)
        put(value.littleEndian)
        put(number << 3 | 1)
    }

    /// A field of four bytes, little-endian; its number is 16 or more.
    mutating func shortFixedField(_ number: UInt8, _ value: UInt32) {
        makeRoom(4 + Self.mostVarintBytes)
        put(value.littleEndian)
        putVarint(UInt64(number) << 3 | 5)
    }

    @inline(__always) mutating func varintField(_ number: UInt8, _ value: UInt64) {
        makeRoom(1 + Self.mostVarintBytes)
        putVarint(value)
        put(number << 3)
    }

    /// Eight bytes of an id, big-endian.
    @inline(__always) mutating func bigEndian(_ value: UInt64) {
        makeRoom(8)
        put(value.bigEndian)
    }

    // MARK: bytes, when the caller has made room

    @inline(__always) private mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        start &-= MemoryLayout<Number>.size
        base.storeBytes(of: number, toByteOffset: start, as: Number.self)
    }

    @inline(__always) private mutating func putVarint(_ value: UInt64) {
        if value < 0x80 { put(UInt8(truncatingIfNeeded: value)) } else { putLongVarint(value) }
    }

    @inline(never) private mutating func putLongVarint(_ value: UInt64) {
        let size = (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7
        start -= size
        var rest = value
        for index in start..<(start + size - 1) {
            base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: index, as: UInt8.self)
            rest >>= 7
        }
        base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: start + size - 1, as: UInt8.self)
    }

    // MARK: bytes of any number

    @inline(__always) private mutating func putAll(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        makeRoom(bytes.count)
        start -= bytes.count
        (base + start).copyMemory(from: source, byteCount: bytes.count)
    }

    /// Text that is not stored as contiguous UTF-8, such as a bridged string.
    @inline(never) private mutating func putAll(slowly text: String) {
        var text = text
        text.withUTF8 { putAll(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always) private mutating func makeRoom(_ size: Int) {
        if start < size { grow(size) }
    }

    @inline(never) private mutating func grow(_ size: Int) {
        let count = count
        let larger = max(2 * capacity, count + size)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        (memory + (larger - count)).copyMemory(from: base + start, byteCount: count)
        base.deallocate()
        base = memory
        capacity = larger
        start = larger - count
    }
}
