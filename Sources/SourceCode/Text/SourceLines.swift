/// A text as bytes with the places where its lines start.
package struct SourceLines: Sendable {
    let bytes: [UInt8]
    /// The offset of each line's first byte.
    private let starts: [Int]

    package init(_ text: String) { self.init(Array(text.utf8)) }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        bytes.withUnsafeBufferPointer { buffer in
            for index in buffer.indices where buffer[index] == UInt8(ascii: "\n") { starts.append(index + 1) }
        }
        self.starts = starts
    }

    /// How many lines there are; text after the last line feed is a line.
    package var count: Int { starts[starts.count - 1] == bytes.count ? starts.count - 1 : starts.count }

    /// The line of an offset, from 1.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The offset of a line's first byte; lines count from 1.
    func start(of line: Int) -> Int { line >= 1 && line <= starts.count ? starts[line - 1] : bytes.count }

    /// A line without its line feed and the spaces around it; empty outside the text.
    func trimmed(_ line: Int) -> String {
        guard line >= 1, line <= starts.count else { return "" }
        let end = line < starts.count ? starts[line] : bytes.count
        var slice = bytes[starts[line - 1]..<end]
        while let last = slice.last, last <= 0x20 { slice.removeLast() }
        while let first = slice.first, first <= 0x20 { slice.removeFirst() }
        return String(decoding: slice, as: UTF8.self)
    }
}
