import Support

extension SeededGenerator {
    /// Text of hostile pieces and arbitrary characters.
    mutating func text(_ most: Int = 12) -> String {
        text(
            most,
            of: [
                "<", ">", "&", "\"", "'", "</script>", "]]>", "<!--", "&lt;", "\u{1B}[31m", "\u{0}", "\n", "é", "漢",
                "/", "..",
            ])
    }
}
