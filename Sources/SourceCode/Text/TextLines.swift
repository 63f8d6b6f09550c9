/// A text cut into lines, each with its terminator: compared as bytes, so that texts which only look equal differ.
package struct TextLines: Sendable {
    /// The lines in order; only the last may lack its newline.
    package let lines: [ArraySlice<UInt8>]

    /// Cuts a text after each line feed. A carriage return before it stays part of the line.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            lines.append(bytes[start..<end])
            start = end
        }
        self.lines = lines
    }

    /// The line ending of most lines: `"\r\n"` or `"\n"`.
    package var ending: String {
        let carriageReturns = lines.count { $0.count >= 2 && $0.suffix(2).elementsEqual([0x0D, 0x0A]) }
        return carriageReturns * 2 > lines.count ? "\r\n" : "\n"
    }

    /// A line without its terminator, as text; empty beyond the last line.
    package func content(_ index: Int) -> String {
        guard lines.indices.contains(index) else { return "" }
        var line = lines[index]
        if line.last == 0x0A { line.removeLast() }
        if line.last == 0x0D { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
