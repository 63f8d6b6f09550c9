import COTLP
import Telemetry

/// Memory for the structs of one request: handed out by moving an offset, freed all at once.
///
/// protobuf-c messages point at each other and at text. All of them live in the arena, so one request takes few
/// allocations, and no message outlives the arena. Only this file allocates for such pointers or writes through them.
final class MessageArena {
    private static let chunkSize = 256 << 10
    private static let alignment = 16

    private var full: [UnsafeMutableRawPointer] = []
    private var chunk = UnsafeMutableRawPointer.allocate(byteCount: chunkSize, alignment: alignment)
    private var offset = 0
    private var capacity = chunkSize

    deinit {
        for chunk in full { chunk.deallocate() }
        chunk.deallocate()
    }

    /// One message, made by protobuf-c's own `init` and then filled in.
    func message<Message>(
        _ initialize: (UnsafeMutablePointer<Message>) -> Void, _ fill: (inout Message) -> Void
    ) -> UnsafeMutablePointer<Message> {
        let message = allocate(Message.self, 1)
        initialize(message)
        fill(&message.pointee)
        return message
    }

    /// A repeated message field: one message for each element.
    func messages<Message, Elements: Collection>(
        _ elements: Elements, _ initialize: (UnsafeMutablePointer<Message>) -> Void,
        _ fill: (Elements.Element, inout Message) -> Void
    ) -> RepeatedField<UnsafeMutablePointer<Message>?> {
        let count = elements.count
        guard count > 0 else { return (0, nil) }
        let messages = allocate(Message.self, count)
        let pointers = allocate(UnsafeMutablePointer<Message>?.self, count)
        var index = 0
        for element in elements {
            let message = messages + index
            initialize(message)
            fill(element, &message.pointee)
            (pointers + index).initialize(to: message)
            index += 1
        }
        return (count, pointers)
    }

    /// A repeated number field.
    func numbers<Number: BitwiseCopyable>(_ numbers: [Number]) -> RepeatedField<Number> {
        guard !numbers.isEmpty else { return (0, nil) }
        let values = allocate(Number.self, numbers.count)
        for (index, number) in numbers.enumerated() { (values + index).initialize(to: number) }
        return (numbers.count, values)
    }

    /// Text as UTF-8, NUL characters included.
    func text(_ text: String) -> ProtobufCBinaryData {
        var text = text
        return text.withUTF8 { utf8 in
            guard let source = utf8.baseAddress, !utf8.isEmpty else { return ProtobufCBinaryData() }
            let bytes = allocate(UInt8.self, utf8.count, alignment: 1)
            bytes.initialize(from: source, count: utf8.count)
            return ProtobufCBinaryData(len: utf8.count, data: bytes)
        }
    }

    /// A 16-byte trace id.
    func bytes(_ id: TraceID) -> ProtobufCBinaryData {
        let words = allocate(UInt64.self, 2)
        words.initialize(to: id.high.bigEndian)
        (words + 1).initialize(to: id.low.bigEndian)
        return ProtobufCBinaryData(len: 16, data: UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt8.self))
    }

    /// An 8-byte span id.
    func bytes(_ id: SpanID) -> ProtobufCBinaryData {
        let word = allocate(UInt64.self, 1)
        word.initialize(to: id.value.bigEndian)
        return ProtobufCBinaryData(len: 8, data: UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt8.self))
    }

    /// A message's bytes on the wire.
    func packed<Message>(
        _ message: UnsafeMutablePointer<Message>, size: (UnsafePointer<Message>) -> Int,
        pack: (UnsafePointer<Message>, UnsafeMutablePointer<UInt8>) -> Int
    ) -> [UInt8] {
        let size = size(message)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = pack(message, base)
        }
    }

    /// A message's bytes on the wire, in the arena's own memory: valid until ``reset()``.
    func packedInPlace<Message>(
        _ message: UnsafeMutablePointer<Message>, size: (UnsafePointer<Message>) -> Int,
        pack: (UnsafePointer<Message>, UnsafeMutablePointer<UInt8>) -> Int
    ) -> PackedBytes {
        let bytes = allocate(UInt8.self, max(1, size(message)), alignment: 1)
        return PackedBytes(UnsafeRawBufferPointer(start: bytes, count: pack(message, bytes)), of: self)
    }

    /// Frees every message; one chunk of memory is kept for the next request.
    func reset() {
        for chunk in full { chunk.deallocate() }
        full.removeAll(keepingCapacity: true)
        offset = 0
        guard capacity > Self.chunkSize else { return }
        chunk.deallocate()
        chunk = .allocate(byteCount: Self.chunkSize, alignment: Self.alignment)
        capacity = Self.chunkSize
    }

    private func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
        allocate(type, count, alignment: MemoryLayout<T>.alignment)
    }

    private func allocate<T>(_ type: T.Type, _ count: Int, alignment: Int) -> UnsafeMutablePointer<T> {
        let size = MemoryLayout<T>.stride * count
        var start = (offset + alignment - 1) & ~(alignment - 1)
        if start + size > capacity {
            full.append(chunk)
            capacity = max(Self.chunkSize, size)
            chunk = .allocate(byteCount: capacity, alignment: Self.alignment)
            start = 0
        }
        offset = start + size
        return (chunk + start).bindMemory(to: type, capacity: count)
    }
}

/// A read-only view of bytes that another object owns.
struct PackedBytes: @unchecked Sendable {  // The bytes do not change while they may be read.
    private let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject?

    /// - Parameter owner: the object that keeps the bytes alive; `nil` when they are valid during a call only.
    init(_ bytes: UnsafeRawBufferPointer, of owner: AnyObject?) {
        self.bytes = bytes
        self.owner = owner
    }

    var count: Int { bytes.count }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(bytes)
    }

    /// A copy that owns its bytes.
    var copy: PackedBytes {
        let copied = CopiedBytes(self)
        return PackedBytes(UnsafeRawBufferPointer(copied.bytes), of: copied)
    }

    /// The bytes as an array.
    var array: [UInt8] { withBytes { Array($0) } }
}

/// Bytes that live as long as this object.
private final class CopiedBytes {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ source: PackedBytes) {
        bytes = .allocate(byteCount: source.count, alignment: 1)
        source.withBytes { bytes.copyMemory(from: $0) }
    }

    deinit { bytes.deallocate() }
}

/// Count and address, as protobuf-c wants a repeated field: assigned to both members of a message at once.
typealias RepeatedField<Value> = (count: Int, values: UnsafeMutablePointer<Value>?)
