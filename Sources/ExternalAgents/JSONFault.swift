import Support

/// The line and column at which bytes stop being one JSON document, for people: the decoder reports no position.
///
/// No JSON library in use here reports the position of a fault outside of its message.
struct JSONFault: Sendable, Hashable, CustomStringConvertible {
    /// Line and column count from 1; the column counts bytes.
    var line: Int
    var column: Int
    /// What is wrong there.
    var reason: String

    var description: String { "line \(line), byte \(column): \(reason)" }

    /// - Parameter bytes: UTF-8 that a decoder rejected.
    /// - Returns: the first fault; `nil` when this scanner sees none.
    static func first(in bytes: [UInt8]) -> JSONFault? {
        var scanner = JSONScanner(bytes: bytes)
        do throws(JSONScanner.Stop) {
            try scanner.document()
            return nil
        } catch {
            let before = bytes[..<min(error.offset, bytes.count)]
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            return JSONFault(
                line: 1 + before.count { $0 == UInt8(ascii: "\n") }, column: before.count - start + 1,
                reason: error.reason)
        }
    }
}

/// Scans a JSON document (RFC 8259) without building values. Open lists and objects are kept on a heap-allocated stack:
/// each level of nesting costs one byte, and deep nesting cannot overflow the thread's stack.
private struct JSONScanner {
    struct Stop: Error {
        var offset: Int
        var reason: String
    }

    let bytes: [UInt8]
    private var position = 0
    /// The brackets that are open.
    private var open: [UInt8] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(Stop) {
        try value()
        while let bracket = open.last {
            skipBlanks()
            let close: UInt8 = bracket == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
            switch next {
            case close:
                position += 1
                open.removeLast()
            case UInt8(ascii: ","):
                position += 1
                if bracket == UInt8(ascii: "{") { try name() }
                try value()
            case nil: throw stop("the text ends inside \(bracket == UInt8(ascii: "{") ? "an object" : "a list")")
            case _?: throw stop("a ',' or '\(Character(UnicodeScalar(close)))' is missing")
            }
        }
        skipBlanks()
        if next != nil { throw stop("the document ended before this") }
    }

    /// A value, or the start of one that holds others.
    private mutating func value() throws(Stop) {
        while true {
            skipBlanks()
            guard let byte = next else { throw stop("the text ends where a value belongs") }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                position += 1
                open.append(byte)
                skipBlanks()
                // The caller closes an empty list or object.
                if next == UInt8(ascii: "}") || next == UInt8(ascii: "]") { return }
                if byte == UInt8(ascii: "{") { try name() }
            case UInt8(ascii: "\""): return try string()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
            default: return try word()
            }
        }
    }

    private mutating func name() throws(Stop) {
        skipBlanks()
        guard next == UInt8(ascii: "\"") else { throw stop("a member's name in double quotes belongs here") }
        try string()
        skipBlanks()
        guard next == UInt8(ascii: ":") else { throw stop("a ':' is missing") }
        position += 1
    }

    private mutating func string() throws(Stop) {
        let start = position
        position += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                position += 1
                try escape()
            case 0..<0x20: throw stop("a control character in a string; write \\n, \\t or \\u00..")
            default: position += 1
            }
        }
        position = start
        throw stop("this string has no end")
    }

    private mutating func escape() throws(Stop) {
        guard let byte = next else { return }
        guard "\"\\/bfnrtu".utf8.contains(byte) else { throw stop("'\\' followed by what is no escape") }
        position += 1
        guard byte == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard let digit = next, Character(UnicodeScalar(digit)).isHexDigit else {
                throw stop("'\\u' takes four hexadecimal digits")
            }
            position += 1
        }
    }

    private mutating func number() throws(Stop) {
        let start = position
        while let byte = next, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
            position = start
            throw stop("'\(text.prefix(20))' is no number of JSON")
        }
        // The grammar has numbers of any size; decoders refuse what 64 bits of floating point cannot hold.
        let digits = text.prefix { !"eE".contains($0) }
        let isZero = digits.allSatisfy { "-0.".contains($0) }
        guard let value = Double(text), value.isFinite, value != 0 || isZero else {
            position = start
            throw stop("'\(text.prefix(20))' is beyond what a number here can hold")
        }
    }

    private mutating func word() throws(Stop) {
        for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return
        }
        let word = bytes[position...].prefix(20).prefix { $0 > 0x20 && !",]}:".utf8.contains($0) }
        guard !word.isEmpty else { throw stop("a value is missing") }
        throw stop("'\(ForeignText.dotted(String(decoding: word, as: UTF8.self)))' is no value of JSON")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private func stop(_ reason: String) -> Stop { Stop(offset: position, reason: reason) }
}
