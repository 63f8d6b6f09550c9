extension StringProtocol {
    /// Whether the text holds nothing but white space.
    package var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// The text without white space at its end.
    package var trimmingEnd: String { String(String(reversed().drop(while: \.isWhitespace)).reversed()) }

    /// The identifiers and numbers in a text.
    package var words: Set<String> {
        Set(split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }).map { String($0) })
    }
}
