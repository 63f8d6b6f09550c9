import Support

/// Applies hunks to a text whose lines differ from theirs in nothing but how they end.
struct HunkFit {
    /// The most lines that are compared for one file. 20,000,000.
    static let mostComparisons = 20_000_000

    /// How alike a line and that of a hunk must be.
    private enum Likeness: CaseIterable { case butForLineEnd, butForSpaceAtEnd }

    /// Where the lines of a hunk stand.
    private enum Place {
        case at(Int)
        case nowhere
        /// Too many lines were compared to look any further.
        case notFound
    }

    private let name: String
    private let lines: [ArraySlice<UInt8>]
    /// The lines as they are compared.
    private let compared: [Likeness: [ArraySlice<UInt8>]]
    private let ending: [UInt8]
    private let mostComparisons: Int
    /// The lines up to here are written.
    private var done = 0
    /// By how many lines the hunks so far stood elsewhere than they say.
    private var shift = 0
    private var comparisons = 0
    private var output: [ArraySlice<UInt8>] = []
    /// Whether a line of the file has another end than that of a hunk.
    private(set) var hasOtherEnds = false

    /// - Parameter name: The file's name in messages.
    init(_ text: String, name: String, mostComparisons: Int = Self.mostComparisons) {
        let text = TextLines(text)
        self.name = name
        self.mostComparisons = mostComparisons
        lines = text.lines
        compared = Self.compared(text.lines)
        ending = Array(text.ending.utf8)
    }

    /// The text with the hunks applied.
    /// - Throws: ``PatchFault`` for a hunk whose lines do not stand there.
    mutating func applying(_ hunks: [PatchedFile.Hunk]) throws(PatchFault) -> String {
        for (index, hunk) in hunks.enumerated() { try apply(hunk, number: index + 1) }
        output += lines[done...]
        done = lines.count
        // Only the last line may be without an end.
        let last = output.count - 1
        let bytes = output.indices.map { index in
            output[index].last == 0x0A || index == last ? output[index] : output[index] + ending
        }
        return String(decoding: bytes.joined(), as: UTF8.self)
    }

    private mutating func apply(_ hunk: PatchedFile.Hunk, number: Int) throws(PatchFault) {
        let old = hunk.lines.filter { $0.kind != .added }.map(\.bytes)
        let stated = (old.isEmpty ? hunk.oldStart : hunk.oldStart - 1) + shift
        let start: Int
        switch place(of: Self.compared(old), near: min(max(stated, done), lines.count)) {
        case .at(let line): start = line
        case .nowhere:
            throw PatchFault(
                sentence: misfit(hunk, number, old, near: stated) + "; its lines stand nowhere else either.")
        case .notFound:
            throw PatchFault(
                sentence: misfit(hunk, number, old, near: stated) + "; its lines were not looked for in all other "
                    + "places, since more than \(mostComparisons) lines were compared.")
        }
        shift += start - stated
        output += lines[done..<start]
        done = start
        for line in hunk.lines {
            if line.kind != .added, lines[done] != line.bytes { hasOtherEnds = true }
            switch line.kind {
            case .context:
                output.append(lines[done])
                done += 1
            case .deleted: done += 1
            case .added:
                output.append(line.bytes.last == 0x0A ? line.bytes.droppingLineEnd + neighbourEnding : line.bytes)
            }
        }
    }

    /// How the line before the next one ends, or the next one where that has no end.
    private var neighbourEnding: [UInt8] {
        for index in [done - 1, done] where lines.indices.contains(index) && lines[index].last == 0x0A {
            return lines[index].suffix(2).elementsEqual([0x0D, 0x0A]) ? [0x0D, 0x0A] : [0x0A]
        }
        return ending
    }

    /// The place of some lines that is nearest to another place.
    private mutating func place(of old: [Likeness: [ArraySlice<UInt8>]], near stated: Int) -> Place {
        for likeness in Likeness.allCases {
            guard let lines = compared[likeness], let old = old[likeness] else { continue }
            let last = lines.count - old.count
            guard last >= done else { return .nowhere }
            for distance in 0...max(stated - done, last - stated, 0) {
                for start in Set([stated - distance, stated + distance]).sorted() where (done...last).contains(start) {
                    if stands(old, at: start, in: lines) { return .at(start) }
                    if comparisons > mostComparisons { return .notFound }
                }
            }
        }
        return .nowhere
    }

    private mutating func stands(
        _ old: [ArraySlice<UInt8>], at start: Int, in lines: [ArraySlice<UInt8>]
    ) -> Bool {
        for (offset, line) in old.enumerated() {
            comparisons += 1
            guard lines[start + offset].elementsEqual(line) else { return false }
        }
        return true
    }

    private static func compared(_ lines: [ArraySlice<UInt8>]) -> [Likeness: [ArraySlice<UInt8>]] {
        let bare = lines.map(\.droppingLineEnd)
        return [.butForLineEnd: bare, .butForSpaceAtEnd: bare.map(withoutSpaceAtEnd)]
    }

    private static func withoutSpaceAtEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        return line
    }

    /// Why a hunk does not fit, with the first line that is another: a sentence without its end.
    private func misfit(
        _ hunk: PatchedFile.Hunk, _ number: Int, _ old: [ArraySlice<UInt8>], near stated: Int
    ) -> String {
        let place = "hunk \(number) of \(name)"
        func shown(_ line: ArraySlice<UInt8>) -> String {
            "`\(ForeignText.line(String(decoding: line.droppingLineEnd.prefix(100), as: UTF8.self)))`"
        }
        let start = min(max(stated, 0), lines.count)
        let other = zip(lines[start...].indices, old).first { index, line in
            !Self.withoutSpaceAtEnd(lines[index].droppingLineEnd)
                .elementsEqual(Self.withoutSpaceAtEnd(line.droppingLineEnd))
        }
        if let (index, line) = other {
            return
                "\(place) does not fit: line \(index + 1) is \(shown(lines[index])), and the patch says \(shown(line))"
        }
        return "\(place) does not fit: the file has \(Counted.text(lines.count, "line")), and the patch changes lines "
            + "from \(hunk.oldStart) on"
    }
}
