import Support

/// Words of a server, made harmless and cut.
enum MCPText {
    /// One line of at most so many characters.
    static func line(_ text: String, atMost limit: Int = MCPLimits.words) -> String {
        // Cut first by bytes: what is looked at character by character stays short.
        ForeignText.line(Excerpt.of(text, atMost: 8 * limit), atMost: limit)
    }

    /// The beginning of a text of several lines, and how many bytes were left out.
    static func block(_ text: String, atMost limit: Int) -> (text: String, omitted: Int) {
        guard text.utf8.count > limit else { return (ForeignText.block(text), 0) }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        // Back to where a scalar begins.
        while end > text.startIndex, String.Index(end, within: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return (ForeignText.block(String(text[..<end])), text.utf8[end...].count)
    }
}
