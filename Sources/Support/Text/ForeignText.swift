/// Makes text from agents, services and files harmless wherever a person reads it: characters that could move a cursor,
/// forge a line, turn the direction of writing or hide are replaced by visible ones.
package enum ForeignText {
    /// Whether a character acts on a terminal or viewer rather than being shown: controls, direction marks, overrides
    /// and isolates, invisible ones, and those that XML does not allow. Line feed, carriage return and tab are among
    /// them.
    package static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: scalar.value & 0xFFFE == 0xFFFE
        }
    }

    /// A JSON document with what acts on a terminal written as escapes: the same document, and harmless to look at. What
    /// JSON escapes by itself, and its own line breaks, stay.
    package static func json(_ document: String) -> String {
        func isToEscape(_ scalar: Unicode.Scalar) -> Bool { scalar.value > 0x1F && acts(scalar) }
        guard document.unicodeScalars.contains(where: isToEscape) else { return document }
        var safe = ""
        for scalar in document.unicodeScalars {
            guard isToEscape(scalar) else {
                safe.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return safe
    }

    /// The text in one line: line breaks and tabs become single spaces, others pictures.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return text }
        var safe = String.UnicodeScalarView()
        var lastWasBreak = false
        for scalar in text.unicodeScalars {
            if isBreak(scalar) {
                if !lastWasBreak { safe.append(" ") }
                lastWasBreak = true
            } else {
                safe.append(picture(of: scalar))
                lastWasBreak = false
            }
        }
        return String(safe)
    }

    /// The text with its lines and tabs kept; CR LF counts as one line break.
    package static func block(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\n" && acts($0) }) else { return text }
        var safe = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\n" where previous == "\r": continue
            case "\n", "\r", "\u{2028}", "\u{2029}", "\u{85}": safe.append("\n")
            case "\t": safe.append(scalar)
            default: safe.append(picture(of: scalar))
            }
        }
        return String(safe)
    }

    /// The text in one line, for logs: acting characters are written as Swift's escapes, so that nothing is lost.
    ///
    /// - Parameter quotes: whether quotation marks and backslashes are escaped too.
    package static func escaped(_ text: String, quotes: Bool = false) -> String {
        text.escaping { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case "\"" where quotes, "\\" where quotes: "\\\(scalar)"
            case _ where acts(scalar): "\\u{\(String(scalar.value, radix: 16))}"
            default: nil
            }
        }
    }

    /// A line for a log: acting characters become middle dots, tabs become spaces, and both are dropped at the end.
    package static func dotted(_ text: some StringProtocol) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(acts(scalar) ? (scalar == "\t" ? " " : "·") : scalar)
        }
        var line = String(scalars)[...]
        while let last = line.last, last.isWhitespace || last == "·" { line.removeLast() }
        return String(line)
    }

    /// The beginning of a text in one line, with `…` behind it where it goes on.
    package static func line(_ text: String, atMost limit: Int) -> String {
        let (cut, omitted) = cut(line(text), to: limit)
        return omitted > 0 ? cut + "…" : String(cut)
    }

    /// The first characters of a text, and how many were left out.
    package static func cut(_ text: String, to limit: Int) -> (text: Substring, omitted: Int) {
        guard let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex), end < text.endIndex
        else { return (text[...], 0) }
        return (text[..<end], text[end...].count)
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\t", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// The visible replacement of a character that acts; any other character itself.
    private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard acts(scalar) else { return scalar }
        // The block "Control Pictures" has one for each of ASCII's.
        if scalar.value < 0x20 { return Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}" }
        return scalar.value == 0x7F ? "\u{2421}" : "\u{FFFD}"
    }
}
