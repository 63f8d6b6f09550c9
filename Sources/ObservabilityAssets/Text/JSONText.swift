import Support

/// A JSON document with a fixed form: two spaces of indentation, sorted keys, a line end at the end.
///
/// The files are compared byte by byte, and Foundation's encoder does not guarantee its form.
indirect enum JSONText: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONText])
    case object([String: JSONText])

    /// The document, with a line end.
    var text: String {
        var result = ""
        write(to: &result, indent: 0)
        return result + "\n"
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += Int64(exactly: value).map(String.init) ?? String(value)
        case .string(let value): text += JSONQuotation.quoted(value)
        case .array(let values):
            Self.write(values.map { (nil, $0) }, in: ("[", "]"), to: &text, indent: indent)
        case .object(let members):
            Self.write(
                members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, in: ("{", "}"), to: &text, indent: indent
            )
        }
    }

    private static func write(
        _ members: [(key: String?, value: JSONText)], in brackets: (String, String), to text: inout String, indent: Int
    ) {
        guard !members.isEmpty else {
            text += brackets.0 + brackets.1
            return
        }
        let margin = String(repeating: "  ", count: indent + 1)
        text += brackets.0 + "\n"
        for (index, member) in members.enumerated() {
            text += margin
            if let key = member.key { text += JSONQuotation.quoted(key) + ": " }
            member.value.write(to: &text, indent: indent + 1)
            text += index == members.count - 1 ? "\n" : ",\n"
        }
        text += String(repeating: "  ", count: indent) + brackets.1
    }
}

extension JSONText: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(arrayLiteral elements: JSONText...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONText)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
    init(nilLiteral: ()) { self = .null }
}
