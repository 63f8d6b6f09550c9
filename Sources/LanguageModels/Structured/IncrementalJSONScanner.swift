/// Follows the syntax of one JSON object or list, byte by byte, without making values of it.
///
/// It is laxer than a parser about numbers and escapes: what it takes may still be no JSON, what it refuses is none.
struct IncrementalJSONScanner: Sendable {
    enum Step: Sendable, Hashable {
        /// The document goes on.
        case more
        /// An object or list that began at this offset ends with this byte.
        case closed(start: Int)
        /// The bytes are no JSON. Nothing that was open can still become a document.
        case broken
    }

    private enum Expected {
        case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd
    }

    private struct Container {
        let start: Int
        let isObject: Bool
    }

    private var open: [Container] = []
    private var expected = Expected.value
    private var isInText = false
    private var isEscaped = false
    /// The number or word at hand.
    private var token: [UInt8] = []
    /// Where the last text began that stands in an open object or list.
    private(set) var lastText: Int?

    /// Whether a document has begun and not ended.
    var isOpen: Bool { !open.isEmpty }
    /// Where the outermost open object or list began.
    var start: Int? { open.first?.start }

    /// Takes the byte at an offset; the first one must be a brace or a bracket that opens.
    mutating func take(_ byte: UInt8, at offset: Int) -> Step {
        if isInText {
            takeText(byte)
            return .more
        }
        if Self.isTokenByte(byte) {
            guard token.count < 400, !token.isEmpty || expectsValue else { return fail() }
            token.append(byte)
            return .more
        }
        if !token.isEmpty {
            guard endToken() else { return fail() }
        }
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D: return .more
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard expectsValue else { return fail() }
            let isObject = byte == UInt8(ascii: "{")
            open.append(Container(start: offset, isObject: isObject))
            expected = isObject ? .keyOrEnd : .valueOrEnd
            return .more
        case UInt8(ascii: "}"), UInt8(ascii: "]"): return close(byte == UInt8(ascii: "}"))
        case UInt8(ascii: "\""):
            switch expected {
            case .key, .keyOrEnd: expected = .colon
            case .value, .valueOrEnd: expected = .commaOrEnd
            default: return fail()
            }
            isInText = true
            lastText = offset
            return .more
        case UInt8(ascii: ":"):
            guard expected == .colon else { return fail() }
            expected = .value
            return .more
        case UInt8(ascii: ","):
            guard expected == .commaOrEnd, let container = open.last else { return fail() }
            expected = container.isObject ? .key : .value
            return .more
        default: return fail()
        }
    }

    private var expectsValue: Bool { expected == .value || expected == .valueOrEnd }

    private mutating func takeText(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInText = false
        }
    }

    private mutating func close(_ isObject: Bool) -> Step {
        let mayEnd = expected == .commaOrEnd || expected == (isObject ? .keyOrEnd : .valueOrEnd)
        guard mayEnd, let container = open.last, container.isObject == isObject else { return fail() }
        open.removeLast()
        expected = open.isEmpty ? .value : .commaOrEnd
        if let text = lastText, text > container.start { lastText = nil }
        return .closed(start: container.start)
    }

    private mutating func endToken() -> Bool {
        defer { token.removeAll(keepingCapacity: true) }
        expected = .commaOrEnd
        if ["true", "false", "null"].contains(where: { $0.utf8.elementsEqual(token) }) { return true }
        return token.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            && token.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private mutating func fail() -> Step {
        let text = lastText
        self = IncrementalJSONScanner()
        lastText = text
        return .broken
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
