/// Text as a JSON string.
package enum JSONQuotation {
    /// The text in quotation marks, as JSON and YAML both read it. DEL is escaped too, although neither requires it,
    /// since terminals act on it.
    package static func quoted(_ text: String) -> String {
        let escaped = text.escaping { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}": numbered(scalar)
            default: nil
            }
        }
        return "\"\(escaped)\""
    }

    private static func numbered(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
