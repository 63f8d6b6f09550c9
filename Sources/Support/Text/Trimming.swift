extension StringProtocol {
    /// The text without the matching characters at its ends.
    package func trimming(while isTrimmed: (Character) -> Bool) -> SubSequence {
        guard let first = firstIndex(where: { !isTrimmed($0) }) else { return self[endIndex..<endIndex] }
        var end = endIndex
        while end > first, isTrimmed(self[index(before: end)]) { end = index(before: end) }
        return self[first..<end]
    }

    /// The text without white space at its ends, line breaks included.
    package func trimmingWhitespace() -> String { String(trimming(while: \.isWhitespace)) }
}
