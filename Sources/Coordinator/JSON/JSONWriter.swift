/// Writes a JSON document with its members in the order of their bytes: equal values give equal bytes.
struct JSONWriter {
    private let isPretty: Bool
    private let encodesNonFinite: Bool
    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - isPretty: One member a line, for people. What only looks like something else is written as an escape.
    ///   - encodesNonFinite: Writes numbers that JSON does not have as strings; otherwise they are errors.
    init(pretty isPretty: Bool, encodesNonFinite: Bool) {
        self.isPretty = isPretty
        self.encodesNonFinite = encodesNonFinite
    }

    /// - Throws: an `EncodingError` for a number that JSON does not have.
    mutating func write(_ value: JSONValue, depth: Int = 0) throws {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += value.description.utf8
        case .number(let value): try write(value)
        case .string(let text): write(text)
        case .array(let elements):
            try write(elements, "[", "]", depth) { writer, element in try writer.write(element, depth: depth + 1) }
        case .object(let members):
            try write(members.sorted { $0.key < $1.key }, "{", "}", depth) { writer, member in
                writer.write(member.key.string)
                writer.bytes += (writer.isPretty ? " : " : ":").utf8
                try writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func write<Element>(
        _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ depth: Int,
        _ writeElement: (inout JSONWriter, Element) throws -> Void
    ) throws {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(depth + 1)
            try writeElement(&self, element)
        }
        if elements.isEmpty, isPretty { bytes.append(UInt8(ascii: "\n")) }
        breakLine(depth)
        bytes.append(UInt8(ascii: close))
    }

    private mutating func breakLine(_ depth: Int) {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes += "  ".utf8 }
    }

    private mutating func write(_ number: Double) throws {
        if let text = JSONValue.nonFiniteText(number) {
            guard encodesNonFinite else {
                throw EncodingError.invalidValue(
                    number, .init(codingPath: [], debugDescription: "JSON has no number for \(text)"))
            }
            write(text)
        } else {
            let text = number.description
            bytes += text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
        }
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8
        where byte < 0x20 || byte == 0x22 || byte == 0x5C || isPretty && (byte == 0xCC || byte == 0xCD) {
            return writeEscaping(text)
        }
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaping(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [0x5C, UInt8(ascii: scalar)]
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{8}": bytes += "\\b".utf8
            case "\u{C}": bytes += "\\f".utf8
            case "\u{0}"..<"\u{20}": write(escape: scalar)
            // Accents apart from their letters: two spellings of one name look alike.
            case "\u{300}"..."\u{36F}" where isPretty: write(escape: scalar)
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(escape scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16)
        bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
    }
}

extension JSONValue {
    /// The word for a number that JSON does not have; `nil` for one that it has.
    static func nonFiniteText(_ number: Double) -> String? {
        if number.isFinite { return nil }
        return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }
}
