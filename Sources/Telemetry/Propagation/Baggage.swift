import Support
import Tracing

/// Name-value pairs that travel with a request, as W3C baggage defines them.
public struct Baggage: Sendable, Hashable {
    /// One pair.
    public struct Entry: Sendable, Hashable {
        /// The name; a token without spaces or separators.
        public var key: String
        /// The value, decoded.
        public var value: String
        /// The properties after the value as they were received, without the first semicolon; usually empty.
        public var properties: String

        /// Makes a pair.
        public init(key: String, value: String, properties: String = "") {
            self.key = key
            self.value = value
            self.properties = properties
        }
    }

    static let headerKey = "baggage"
    /// The most pairs that are taken from or written to a header.
    public static let maximumEntries = 180
    /// The longest header that is read or written, in bytes.
    public static let maximumLength = 8192

    /// The pairs in their order.
    public private(set) var entries: [Entry] = []

    /// Empty baggage.
    public init() {}

    /// Whether there is no pair.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of a pair; setting `nil` removes it. A key that is no token is ignored.
    public subscript(key: String) -> String? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index] = Entry(key: key, value: value)
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): if FieldGrammar.isToken(key) { entries.append(Entry(key: key, value: value)) }
            case (nil, nil): break
            }
        }
    }

    /// Reads a header; malformed members are left out, and of two with one key the last wins. Of a header beyond the
    /// limits the members that are within them are read.
    init(header: String) {
        // By bytes: a mark after a separator makes one character of both, and the limit may fall inside a scalar.
        let read = header.utf8.prefix(Self.maximumLength)
        var members = read.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)[...]
        if read.endIndex < header.utf8.endIndex, header.utf8[read.endIndex] != UInt8(ascii: ",") {
            // The member at the limit was cut.
            members = members.dropLast()
        }
        for member in members.lazy.filter({ !$0.isEmpty }).prefix(Self.maximumEntries) {
            let parts = member.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let equals = parts[0].firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = String(Substring(parts[0][..<equals]).trimmingBlanks())
            let raw = Substring(parts[0][equals...].dropFirst()).trimmingBlanks()
            // The recommendation replaces bytes that are no UTF-8; an escape that is none breaks its grammar.
            guard FieldGrammar.isToken(key), raw.utf8.allSatisfy(Self.isValueByte),
                let value = PercentCoding.decodeRepairing(raw)
            else { continue }
            let properties = parts.count > 1 ? Substring(parts[1]).trimmingBlanks() : ""
            guard properties.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else { continue }
            let entry = Entry(key: key, value: value, properties: String(properties))
            if let index = entries.firstIndex(where: { $0.key == key }) {
                entries[index] = entry
            } else {
                entries.append(entry)
            }
        }
    }

    /// The header, with as many pairs as the limits allow.
    var header: String {
        var text = ""
        for entry in entries.prefix(Self.maximumEntries) {
            var member = "\(entry.key)=\(PercentCoding.encode(entry.value, plain: Self.isValueByte))"
            if !entry.properties.isEmpty { member += ";\(entry.properties)" }
            if !text.isEmpty { member = ",\(member)" }
            // A shorter one behind it may still fit.
            if text.utf8.count + member.utf8.count > Self.maximumLength { continue }
            text += member
        }
        return text
    }

    /// Whether a value may contain the byte unescaped.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E: true
        default: false
        }
    }
}

enum BaggageKey: ServiceContextKey {
    typealias Value = Baggage
    static var nameOverride: String? { "telemetry.baggage" }
}

extension ServiceContext {
    /// The baggage that travels with this context; empty when there is none.
    public var baggage: Baggage {
        get { self[BaggageKey.self] ?? Baggage() }
        set { self[BaggageKey.self] = newValue.isEmpty ? nil : newValue }
    }
}
