/// Text from agents made harmless: what could move a cursor, turn the writing direction or hide is shown instead.
///
/// Used for terminals and for the page alike, so that a name reads the same in both.
enum SafeText {
    /// The text in one line: line breaks and tabs become single spaces.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isBreak($0) || replacement(for: $0) != nil }) else { return text }
        var safe = String.UnicodeScalarView()
        var lastWasBreak = false
        for scalar in text.unicodeScalars {
            if isBreak(scalar) {
                if !lastWasBreak { safe.append(" ") }
                lastWasBreak = true
            } else {
                safe.append(replacement(for: scalar) ?? scalar)
                lastWasBreak = false
            }
        }
        return String(safe)
    }

    /// The text with its lines and tabs kept; CR LF counts as one line break.
    static func block(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "\r" || replacement(for: $0) != nil }) else { return text }
        var safe = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\n" where previous == "\r": continue
            case "\n", "\r", "\u{2028}", "\u{2029}", "\u{85}": safe.append("\n")
            case "\t": safe.append(scalar)
            default: safe.append(replacement(for: scalar) ?? scalar)
            }
        }
        return String(safe)
    }

    /// The first characters of a text, and how many were left out.
    static func cut(_ text: String, to limit: Int) -> (text: Substring, omitted: Int) {
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

    /// What stands for a character that must not act; `nil` for a harmless one.
    private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: nil
        case 0...0x1F: Unicode.Scalar(0x2400 + scalar.value)  // the block "Control Pictures"
        case 0x7F: "\u{2421}"
        // C1 controls; direction marks, overrides and isolates; invisible ones; what XML does not allow.
        case 0x80...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xFFFE, 0xFFFF, 0xE0000...0xE007F:
            "\u{FFFD}"
        default: scalar.value & 0xFFFE == 0xFFFE ? "\u{FFFD}" : nil
        }
    }
}
