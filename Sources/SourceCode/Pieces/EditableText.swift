/// A text while several edits are made in it: lines that keep the ends they have, and the numbers they had before the first
/// edit.
package struct EditableText: Sendable {
    /// One line.
    package struct Line: Sendable, Hashable {
        /// The line without its end.
        package var content: [UInt8]
        /// Its end, LF or CR LF; empty for a last line that has none.
        package var end: [UInt8]
        /// The number it had in the text as it was, from 1; `nil` for a line that an edit wrote.
        package var number: Int?
    }

    package private(set) var lines: [Line]
    /// Whether the last line has an end.
    package private(set) var endsWithLineFeed: Bool
    /// The end of most lines, for lines without a neighbour.
    private let ending: [UInt8]

    package init(_ text: String) {
        let cut = TextLines(text)
        ending = Array(cut.ending.utf8)
        lines = cut.lines.enumerated().map { index, line in
            let length = line.last != 0x0A ? 0 : line.dropLast().last == 0x0D ? 2 : 1
            return Line(content: Array(line.dropLast(length)), end: Array(line.suffix(length)), number: index + 1)
        }
        endsWithLineFeed = lines.last.map { !$0.end.isEmpty } ?? true
    }

    /// The text.
    package var text: String { String(decoding: lines.flatMap { $0.content + $0.end }, as: UTF8.self) }

    /// The text with each end as one LF, in which pieces are looked for.
    package var plain: [UInt8] {
        var bytes: [UInt8] = []
        for line in lines { bytes += line.content + [0x0A] }
        if !endsWithLineFeed { bytes.removeLast(bytes.isEmpty ? 0 : 1) }
        return bytes
    }

    /// Where lines of the text as it was stand now, while none of them has been changed.
    ///
    /// - Parameter numbers: their numbers, from 1.
    package func current(_ numbers: ClosedRange<Int>) -> Range<Int>? {
        guard let first = lines.firstIndex(where: { $0.number == numbers.lowerBound }),
            first + numbers.count <= lines.count
        else { return nil }
        let range = first..<first + numbers.count
        return zip(range, numbers).allSatisfy { lines[$0].number == $1 } ? range : nil
    }

    /// Replaces lines by others. Lines that stay keep all their bytes; each new one takes the end of the line whose place it
    /// takes, or else of its neighbour. A last line without an end stays without one.
    ///
    /// - Parameters:
    ///   - range: the lines as they are now, from 0.
    ///   - contents: the new lines, without ends.
    package mutating func replace(_ range: Range<Int>, with contents: [[UInt8]]) {
        let old = Array(lines[range])
        var new: [Line] = []
        var (freed, written): (ArraySlice<Line>, [[UInt8]]) = ([], [])
        func write() {
            for content in written {
                let end = freed.popFirst()?.end ?? new.last?.end ?? lines[..<range.lowerBound].last?.end ?? []
                new.append(Line(content: content, end: end, number: nil))
            }
            (freed, written) = ([], [])
        }
        for step in LineDifference(from: old.map { $0.content[...] }, to: contents.map { $0[...] }).steps {
            switch step.kind {
            case .equal:
                write()
                new += old[step.old]
            case .delete: freed += old[step.old]
            case .insert: written += contents[step.new]
            }
        }
        write()
        lines.replaceSubrange(range, with: new)
        mendEnds(around: range.lowerBound..<range.lowerBound + new.count)
    }

    /// Replaces bytes within lines.
    package mutating func replace(_ place: PlaceInLines, with replacement: [UInt8]) {
        var lines = place.lines
        var rest = self.lines[lines.upperBound - 1].content[place.end...]
        if place.takesLineFeed, lines.upperBound < self.lines.count {
            // Without its line feed a line goes on in the next one.
            rest = self.lines[lines.upperBound].content[...]
            lines = lines.lowerBound..<lines.upperBound + 1
        }
        let bytes = self.lines[lines.lowerBound].content[..<place.start] + replacement + rest
        var contents = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        if place.takesLineFeed, lines == place.lines, contents.last?.isEmpty == true { contents.removeLast() }
        replace(lines, with: contents)
    }

    /// Gives the text's last line an end, or takes it away.
    package mutating func endWithLineFeed(_ ends: Bool) {
        endsWithLineFeed = ends
        mendEnds(around: lines.indices.suffix(1))
    }

    /// Only the last line may be without an end, and is when the text was.
    private mutating func mendEnds(around range: Range<Int>) {
        for index in max(0, range.lowerBound - 1)..<min(lines.count, range.upperBound + 1) {
            let isLast = index == lines.count - 1
            if isLast, !endsWithLineFeed {
                lines[index].end = []
            } else if lines[index].end.isEmpty {
                let before = index > 0 ? lines[index - 1].end : []
                let after = index + 1 < lines.count ? lines[index + 1].end : []
                lines[index].end = !before.isEmpty ? before : !after.isEmpty ? after : ending
            }
        }
    }
}
