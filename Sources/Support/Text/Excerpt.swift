/// Shortens what a message quotes, so that a thousand messages about one long text are not a thousand times as long.
package enum Excerpt {
    /// The text as it is, or its beginning and its end with `…` between them.
    ///
    /// - Parameter limit: the most bytes of the text that are kept, whole scalars of them.
    package static func of(_ text: String, atMost limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let tail = limit / 3
        // A slice begins and ends at a scalar, whatever byte its bounds name.
        let end = text.utf8.index(text.startIndex, offsetBy: limit - tail)
        let start = text.utf8.index(text.endIndex, offsetBy: -tail)
        return text[..<end] + "…" + text[start...]
    }
}
