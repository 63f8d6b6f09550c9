import Support

/// A text as bytes, with its lines, each without the white space around it.
package struct SourceLines: Sendable {
    let bytes: [UInt8]
    private let starts: LineStarts

    package init(_ text: String) { self.init(Array(text.utf8)) }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        starts = LineStarts(bytes)
    }

    /// The number of lines; text after the last line feed is a line.
    package var count: Int { starts.count }

    /// The line of an offset, from 1.
    func line(at offset: Int) -> Int { starts.index(of: offset) + 1 }

    /// The offset of a line's first byte; lines count from 1.
    func start(of line: Int) -> Int { starts.range(of: line - 1).lowerBound }

    /// A line without its line feed and the spaces around it; empty outside the text.
    ///
    /// - Parameter limit: the most bytes of the line that are looked at.
    func trimmed(_ line: Int, atMost limit: Int = .max) -> String {
        var slice = bytes[starts.range(of: line - 1)].prefix(limit)
        while let last = slice.last, last <= 0x20 { slice.removeLast() }
        while let first = slice.first, first <= 0x20 { slice.removeFirst() }
        return String(decoding: slice, as: UTF8.self)
    }
}
