/// One string of a JSON document.
struct JSONString {
    /// What is wrong, and where.
    struct Fault {
        let offset: Int
        let reason: String
    }

    private let bytes: [UInt8]
    private let start: Int
    /// After ``read()``: behind the string.
    private(set) var position: Int
    private(set) var text = ""
    /// What was read so far, once an escape has made the text another than the bytes.
    private var unescaped: [UInt8]?

    /// - Parameter start: the offset of the opening quote.
    init(in bytes: [UInt8], at start: Int) {
        self.bytes = bytes
        self.start = start
        position = start + 1
    }

    /// Reads to the closing quote.
    /// - Returns: the first fault, if there is one.
    mutating func read() -> Fault? {
        var plain = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let whole = unescaped.map { $0[...] + bytes[plain..<position] } ?? bytes[plain..<position]
                guard let valid = String(validating: whole, as: UTF8.self) else {
                    return Fault(offset: start, reason: "this string holds bytes that are not UTF-8")
                }
                text = valid
                position += 1
                return nil
            case UInt8(ascii: "\\"):
                // In place: a text may have an escape for each of its bytes.
                if unescaped == nil { unescaped = [] }
                unescaped?.append(contentsOf: bytes[plain..<position])
                position += 1
                if let fault = readEscape() { return fault }
                plain = position
            case 0..<0x20:
                return Fault(offset: position, reason: "a control character in a string; write \\n, \\t or \\u00..")
            default: position += 1
            }
        }
        return Fault(offset: start, reason: "this string has no end")
    }

    private static let simple: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func readEscape() -> Fault? {
        guard position < bytes.count else { return Fault(offset: start, reason: "this string has no end") }
        if let byte = Self.simple[bytes[position]] {
            unescaped?.append(byte)
            position += 1
            return nil
        }
        guard bytes[position] == UInt8(ascii: "u") else {
            return Fault(offset: position, reason: "'\\' followed by what is no escape")
        }
        let first = position - 1
        guard var value = readDigits() else { return notDigits }
        if (0xD800...0xDBFF).contains(value), bytes[position...].starts(with: "\\u".utf8) {
            position += 1
            guard let low = readDigits() else { return notDigits }
            if (0xDC00...0xDFFF).contains(low) { value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00) }
        }
        guard let scalar = Unicode.Scalar(value) else {
            return Fault(offset: first, reason: "'\\u' with half of a character; a whole one is two of them")
        }
        unescaped?.append(contentsOf: Character(scalar).utf8)
        return nil
    }

    private var notDigits: Fault { Fault(offset: position, reason: "'\\u' takes four hexadecimal digits") }

    /// The value of four digits behind the `u` at the position.
    private mutating func readDigits() -> UInt32? {
        position += 1
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue else {
                return nil
            }
            value = value << 4 + UInt32(digit)
            position += 1
        }
        return value
    }
}
