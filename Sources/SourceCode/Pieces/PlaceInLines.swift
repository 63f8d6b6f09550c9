/// Where bytes of a text stand in its lines.
package struct PlaceInLines: Sendable, Hashable {
    /// The lines, from 0, that have one of the bytes.
    package let lines: Range<Int>
    /// The offset of the first byte in the first line.
    let start: Int
    /// The offset behind the last byte in the last line, its line feed not counted.
    let end: Int
    /// Whether the last line's line feed is among the bytes.
    let takesLineFeed: Bool
    /// Whether they are whole lines, with or without the last one's line feed.
    package let isWholeLines: Bool
}

extension EditableText {
    /// The lines of some bytes of ``plain``; `nil` for none.
    package func place(of bytes: Range<Int>) -> PlaceInLines? {
        guard !bytes.isEmpty else { return nil }
        var offset = 0
        var first: (line: Int, start: Int)?
        for (index, line) in lines.enumerated() {
            // A line's own line feed belongs to it.
            let next = offset + line.content.count + 1
            if first == nil, bytes.lowerBound < next { first = (index, bytes.lowerBound - offset) }
            if let first, bytes.upperBound <= next {
                let end = min(bytes.upperBound - offset, line.content.count)
                return PlaceInLines(
                    lines: first.line..<index + 1, start: first.start, end: end,
                    takesLineFeed: bytes.upperBound == next,
                    isWholeLines: first.start == 0 && end == line.content.count)
            }
            offset = next
        }
        return nil
    }
}
