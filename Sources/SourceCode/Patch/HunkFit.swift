import Support

/// Applies hunks to a text whose lines differ from theirs in nothing but how they end.
struct HunkFit {
    /// The most lines that are compared for one file. 20,000,000.
    static let mostComparisons = 20_000_000

    /// How alike a line and that of a hunk must be.
    private enum Likeness: CaseIterable { case butForLineEnd, butForSpaceAtEnd }

    private let name: String
    private let lines: [ArraySlice<UInt8>]
    private let ending: [UInt8]
    /// The lines up to here are written.
    private var done = 0
    /// By how many lines the hunks so far stood elsewhere than they say.
    private var shift = 0
    private var comparisons = 0
    private var output: [ArraySlice<UInt8>] = []
    /// Whether a line of the file has another end than that of a hunk.
    private(set) var hasOtherEnds = false

    /// - Parameter name: The file's name in messages.
    init(_ text: String, name: String) {
        let text = TextLines(text)
        self.name = name
        lines = text.lines
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
        guard let start = position(of: old, near: min(max(stated, done), lines.count)) else {
            throw PatchFault(sentence: misfit(hunk, number, old, near: stated))
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
    private mutating func position(of old: [ArraySlice<UInt8>], near stated: Int) -> Int? {
        let last = lines.count - old.count
        guard last >= done else { return nil }
        for likeness in Likeness.allCases {
            for distance in 0...max(stated - done, last - stated, 0) {
                for start in Set([stated - distance, stated + distance]).sorted() where (done...last).contains(start) {
                    if stands(old, at: start, likeness) { return start }
                    if comparisons > Self.mostComparisons { return nil }
                }
            }
        }
        return nil
    }

    private mutating func stands(_ old: [ArraySlice<UInt8>], at start: Int, _ likeness: Likeness) -> Bool {
        for (offset, line) in old.enumerated() {
            comparisons += 1
            guard Self.end(lines[start + offset], likeness).elementsEqual(Self.end(line, likeness)) else {
                return false
            }
        }
        return true
    }

    private static func end(_ line: ArraySlice<UInt8>, _ likeness: Likeness) -> ArraySlice<UInt8> {
        var line = line.droppingLineEnd
        guard likeness == .butForSpaceAtEnd else { return line }
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        return line
    }

    /// Why a hunk does not fit, with the first line that is another.
    private func misfit(
        _ hunk: PatchedFile.Hunk, _ number: Int, _ old: [ArraySlice<UInt8>], near stated: Int
    ) -> String {
        let place = "hunk \(number) of \(name)"
        func shown(_ line: ArraySlice<UInt8>) -> String {
            "`\(ForeignText.line(String(decoding: line.droppingLineEnd.prefix(100), as: UTF8.self)))`"
        }
        let start = min(max(stated, 0), lines.count)
        let pairs = zip(lines[start...].indices, old)
        let other = pairs.first { index, line in
            !Self.end(lines[index], .butForSpaceAtEnd).elementsEqual(Self.end(line, .butForSpaceAtEnd))
        }
        if let (index, line) = other {
            return
                "\(place) does not fit: line \(index + 1) is \(shown(lines[index])), and the patch says \(shown(line)); "
                + "its lines stand nowhere else either."
        }
        return "\(place) does not fit: the file has \(lines.count) lines, and the patch changes lines from "
            + "\(hunk.oldStart) on; its lines stand nowhere else either."
    }
}
