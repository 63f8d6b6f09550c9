/// Reads one hunk by the counts of its header, or, where those are wrong, to where it ends.
struct HunkReader {
    private let lines: [ArraySlice<UInt8>]
    private let place: String
    /// Whether the patch as a whole has CR LF for line feeds, so that they are no part of the files.
    private let isConverted: Bool
    /// After ``read()``: the first line behind the hunk.
    private(set) var index: Int
    /// Whether the header says other numbers of lines than there are.
    private(set) var isMiscounted = false

    /// - Parameters:
    ///   - index: The line of the hunk's header.
    ///   - place: The hunk's name in messages.
    init(_ lines: [ArraySlice<UInt8>], at index: Int, place: String, isConverted: Bool) {
        self.lines = lines
        self.index = index
        self.place = place
        self.isConverted = isConverted
    }

    mutating func read() throws(PatchFault) -> PatchedFile.Hunk {
        let header = String(decoding: lines[index].droppingLineEnd, as: UTF8.self)
        guard let match = header.prefixMatch(of: /@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/),
            let oldStart = Int(match.1), let newStart = Int(match.3), let old = Int(match.2 ?? "1"),
            let new = Int(match.4 ?? "1"), oldStart <= Self.mostLines, newStart <= Self.mostLines
        else {
            throw PatchFault(
                sentence: "the header of \(place), line \(index + 1), is not readable; it is `@@ -1,3 +1,4 @@` "
                    + "with the first line and the number of lines before and after.")
        }
        index += 1
        let start = index
        var hunk = PatchedFile.Hunk(oldStart: oldStart, newStart: newStart, lines: [])
        if readCounted(&hunk, old, new) { return hunk }
        index = start
        hunk.lines = []
        try readToEnd(&hunk, old, new)
        isMiscounted = true
        return hunk
    }

    /// The highest number of a line. 1,000,000,000.
    static let mostLines = 1_000_000_000

    /// Reads as many lines as the header says.
    /// - Returns: whether they are there, and nothing after them looks like more.
    private mutating func readCounted(_ hunk: inout PatchedFile.Hunk, _ old: Int, _ new: Int) -> Bool {
        var (old, new) = (old, new)
        while old > 0 || new > 0 {
            guard index < lines.count, let kind = kind(of: lines[index]) else { return false }
            if kind != .added { old -= 1 }
            if kind != .deleted { new -= 1 }
            guard old >= 0, new >= 0 else { return false }
            append(kind, to: &hunk)
        }
        guard index < lines.count, let more = lines[index].first else { return true }
        return ![0x20, 0x2B, 0x2D].contains(more) || isEnd
    }

    /// Reads all lines that can belong to the hunk.
    private mutating func readToEnd(
        _ hunk: inout PatchedFile.Hunk, _ old: Int, _ new: Int
    ) throws(PatchFault) {
        var blanks = 0
        while index < lines.count, !isEnd, let kind = kind(of: lines[index]) {
            blanks = lines[index].first == 0x20 || kind != .context ? 0 : blanks + 1
            append(kind, to: &hunk)
        }
        let stopsAtText = index < lines.count && !isEnd && blanks == 0
        // Empty lines at the end are lines of the file or space around the patch: the header's counts can tell.
        let read = hunk.counts
        let surplus = read.old - old
        hunk.lines.removeLast(surplus == read.new - new && (0...blanks).contains(surplus) ? surplus : blanks)
        let counts = hunk.counts
        guard !hunk.lines.isEmpty else {
            throw PatchFault(sentence: "\(place) has no lines.")
        }
        guard !stopsAtText else {
            throw PatchFault(
                sentence: "line \(index + 1), in \(place), begins with neither a space, + nor -, and the header says "
                    + "that the hunk goes on there.")
        }
        // A text that ends in a change, with lines missing on both sides, was most likely cut off.
        guard index < lines.count || hunk.lines.last?.kind == .context || counts.old >= old || counts.new >= new else {
            throw PatchFault(
                sentence: "\(place) is not whole: its header says \(old) lines before and \(new) after, and "
                    + "\(counts.old) and \(counts.new) are there.")
        }
    }

    /// Takes the line, and the mark after it which says that it has no line feed.
    private mutating func append(_ kind: PatchedFile.Line.Kind, to hunk: inout PatchedFile.Hunk) {
        let line = lines[index]
        var bytes = line.first == kind.rawValue ? line.dropFirst() : line
        if bytes.last != 0x0A { bytes.append(0x0A) }
        if isConverted { bytes = bytes.droppingLineEnd + [0x0A] }
        index += 1
        if index < lines.count, lines[index].first == 0x5C {
            bytes.removeLast()
            index += 1
        }
        hunk.lines.append(PatchedFile.Line(kind: kind, bytes: bytes))
    }

    /// What a line is in a hunk; `nil` for one that cannot be in a hunk.
    private func kind(of line: ArraySlice<UInt8>) -> PatchedFile.Line.Kind? {
        guard let first = line.first else { return nil }
        // An empty line of a file whose space in front was lost.
        if line.droppingLineEnd.isEmpty { return .context }
        return PatchedFile.Line.Kind(rawValue: first)
    }

    /// Whether the patch goes on with something other than this hunk: another hunk, another file, the end of a block of
    /// code, the signature of a mail.
    private var isEnd: Bool {
        let line = lines[index]
        if line.starts(with: "--- ".utf8), index + 2 < lines.count {
            return lines[index + 1].starts(with: "+++ ".utf8) && lines[index + 2].starts(with: "@@".utf8)
        }
        if ["-- ", "--"].contains(String(decoding: line.droppingLineEnd, as: UTF8.self)) {
            return index + 1 >= lines.count
                || !["+", "-", " ", "@"].contains { lines[index + 1].starts(with: $0.utf8) }
        }
        return ["@@", "diff --git ", "```"].contains { line.starts(with: $0.utf8) }
    }
}
