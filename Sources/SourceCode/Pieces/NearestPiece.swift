/// The lines of a text that are most like a piece which does not stand there, for whoever wrote the piece.
package enum NearestPiece {
    /// The most lines of the piece that are compared. 40.
    static let pieceLines = 40
    /// The most lines of one word in the piece that are compared. 8: other words say more.
    static let linesOfWord = 8
    /// The most lines that are shown. 24.
    package static let shownLines = 24
    /// The most bytes that are shown. 1,500.
    package static let shownBytes = 1_500
    /// The least likeness, in lines. A half: less is a coincidence.
    static let least = 0.5

    /// The lines, from 0, with one around them; `nil` when none is like the piece.
    package static func range(of piece: String, in text: String) -> Range<Int>? {
        let wanted = TextLines(piece).lines.map(words).drop { $0.isEmpty }.prefix(pieceLines)
        var linesOfWords: [ArraySlice<UInt8>: [Int]] = [:]
        for (index, line) in wanted.enumerated() {
            for word in line where linesOfWords[word]?.count ?? 0 < linesOfWord {
                linesOfWords[word, default: []].append(index)
            }
        }
        let lengths = wanted.map(\.count)
        let lines = TextLines(text).lines
        guard !lengths.isEmpty, !lines.isEmpty else { return nil }
        // By where the piece would begin, how many of its lines would be alike.
        var likeness = [Double](repeating: 0, count: lines.count + lengths.count)
        for (number, line) in lines.enumerated() {
            let inLine = words(line)
            var shared: [Int: Int] = [:]
            for word in inLine { for index in linesOfWords[word] ?? [] { shared[index, default: 0] += 1 } }
            for (index, count) in shared {
                likeness[number - index + lengths.count] += Double(count) / Double(max(inLine.count, lengths[index]))
            }
        }
        guard let best = likeness.indices.max(by: { (likeness[$0], $1) < (likeness[$1], $0) }), likeness[best] >= least
        else { return nil }
        let start = best - lengths.count
        return max(0, start - 1)..<min(lines.count, max(start + lengths.count, 0) + 1)
    }

    /// Lines with their numbers, at most ``shownLines`` and ``shownBytes`` of them.
    ///
    /// - Parameter range: the lines, from 0; those outside of the text are left out.
    package static func shown(_ range: Range<Int>, of text: String) -> String {
        let lines = TextLines(text).lines
        let clamped = range.clamped(to: 0..<lines.count).prefix(shownLines)
        guard let first = clamped.first else { return "" }
        var bytes: [UInt8] = []
        for line in clamped {
            let next = lines[line].prefix(shownBytes)
            guard bytes.isEmpty || bytes.count + next.count <= shownBytes else { break }
            bytes += next
        }
        let shown = NumberedLines.of(String(decoding: bytes, as: UTF8.self), from: first + 1)
        return shown.replacing("\r\n", with: "\n").trimming(while: \.isNewline).description
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.prefix(400).split { !ByteClass.word.contains($0) && $0 < 0x80 }
    }
}
