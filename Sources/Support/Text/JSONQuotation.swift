/// Text as a JSON string.
package enum JSONQuotation {
    /// The text in quotation marks, as JSON and YAML both read it: YAML also breaks lines at U+0085, U+2028 and U+2029,
    /// and refuses other controls. What JSON alone would leave is escaped, since terminals act on it.
    package static func quoted(_ text: String) -> String {
        let escaped = text.escaping { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            // Beyond four digits JSON has pairs of escapes, which YAML does not read; YAML takes these as they are.
            case "\u{0}"..."\u{FFFF}" where ForeignText.acts(scalar): numbered(scalar)
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
