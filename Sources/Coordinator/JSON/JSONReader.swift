import Support

/// Reads one JSON document (RFC 8259) from UTF-8.
///
/// The decoder of Foundation is not used: it keeps members by strings that are equal when they are canonically
/// equivalent, so that one of two such members is lost, and it reports no position of a fault.
struct JSONReader {
    /// The most lists and objects within each other. 512.
    static let maximumDepth = 512

    private struct Stop: Error {
        var offset: Int
        var reason: String
    }

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document's value.
    /// - Throws: ``JSONFault`` with the first fault.
    static func value(of bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        var reader = JSONReader(bytes)
        do throws(Stop) {
            return try reader.document()
        } catch {
            throw JSONFault(error.reason, at: error.offset, of: bytes)
        }
    }

    private mutating func document() throws(Stop) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }  // a mark of the byte order
        let value = try value()
        skipBlanks()
        if next != nil { throw stop("the document ended before this") }
        return value
    }

    private mutating func value() throws(Stop) -> JSONValue {
        skipBlanks()
        guard let byte = next else { throw stop("the text ends where a value belongs") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try list())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    private mutating func object() throws(Stop) -> JSONObject {
        try enter()
        var members: JSONObject = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            let name = ExactString(try name())
            let value = try value()
            // Of members with one name the first counts.
            if members[name] == nil { members[name] = value }
            if try ends(UInt8(ascii: "}"), "an object") { return members }
        }
    }

    private mutating func list() throws(Stop) -> [JSONValue] {
        try enter()
        var elements: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value())
            if try ends(UInt8(ascii: "]"), "a list") { return elements }
        }
    }

    private mutating func enter() throws(Stop) {
        guard depth < Self.maximumDepth else {
            throw stop("lists and objects are more than \(Self.maximumDepth) within each other")
        }
        depth += 1
        position += 1
    }

    /// Whether the list or object ends here; otherwise a comma was read.
    private mutating func ends(_ close: UInt8, _ what: String) throws(Stop) -> Bool {
        skipBlanks()
        if take(close) { return true }
        if next == nil { throw stop("the text ends inside \(what)") }
        guard next == UInt8(ascii: ",") else {
            throw stop("a ',' or '\(Character(UnicodeScalar(close)))' is missing")
        }
        position += 1
        return false
    }

    private mutating func take(_ close: UInt8) -> Bool {
        guard next == close else { return false }
        position += 1
        depth -= 1
        return true
    }

    private mutating func name() throws(Stop) -> String {
        skipBlanks()
        guard next == UInt8(ascii: "\"") else { throw stop("a member's name in double quotes belongs here") }
        let name = try string()
        skipBlanks()
        guard next == UInt8(ascii: ":") else { throw stop("a ':' is missing") }
        position += 1
        return name
    }

    private mutating func string() throws(Stop) -> String {
        var string = JSONString(in: bytes, at: position)
        if let fault = string.read() { throw Stop(offset: fault.offset, reason: fault.reason) }
        position = string.position
        return string.text
    }

    private mutating func number() throws(Stop) -> JSONValue {
        let start = position
        while let byte = next, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = JSONNumber(bytes[start..<position]) else {
            throw Stop(offset: start, reason: "'\(text.prefix(20))' is no number of JSON")
        }
        if number.isWhole, let whole = Int64(text) { return .integer(whole) }
        // The grammar has numbers of any size; 64 bits of floating point have not.
        guard let value = Double(text), value.isFinite, value != 0 || number.isZero else {
            throw Stop(offset: start, reason: "'\(text.prefix(20))' is beyond what a number here can hold")
        }
        return Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }

    private mutating func word() throws(Stop) -> JSONValue {
        for (word, value) in [("true", .bool(true)), ("false", .bool(false)), ("null", .null)] as [(String, JSONValue)]
        where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
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
