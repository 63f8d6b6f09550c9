import SourceCode
import Support

/// One file while a model's edits are made in it.
struct EditedFile: Sendable {
    /// The end of a sentence whose subject is the edit, and the lines of the file that are nearest to what was meant.
    struct Fault: Error, Hashable {
        var words: String
        var lines = ""
    }

    private let original: String
    private let symbols: [Symbol]
    private let language: Language
    private var text: EditableText
    /// The edit that changed a line, by the line's number in the original.
    private var changedBy: [Int: Int] = [:]

    init(path: String, text: String, symbols: [Symbol]) {
        original = text
        self.symbols = symbols
        language = Language(path: path)
        self.text = EditableText(text)
    }

    /// The file's text with the edits made so far.
    var result: String { text.text }
    private var isMarkdown: Bool { language == .markdown }

    /// Makes an edit.
    ///
    /// - Parameter number: its number in the answer, from 1.
    mutating func replace(_ place: EditProposal.Place, with new: String, number: Int) throws(Fault) {
        let before = text.lines.compactMap(\.number)
        switch place {
        case .piece(let piece): try replace(piece: piece, with: new)
        case .lines(let first, let last):
            let range = try lines(first, last)
            try replace(range, with: Self.lines(of: written(new, inPlaceOf: range)))
        case .symbol(let name): try replace(symbol: name, with: new)
        }
        let left = Set(text.lines.compactMap(\.number))
        for line in before where !left.contains(line) { changedBy[line] = number }
    }

    private func written(_ text: String, inPlaceOf range: Range<Int>) -> String {
        let old = self.text.lines[range].map { String(decoding: $0.content, as: UTF8.self) }.joined(separator: "\n")
        return PieceReading.text(text, inPlaceOf: old, isMarkdown: isMarkdown)
    }

    /// A text's lines; a last line feed begins no other.
    private static func lines(of text: String) -> [[UInt8]] {
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    // MARK: lines

    /// Lines by their numbers in the original, as they are now.
    private func lines(_ first: Int, _ last: Int) throws(Fault) -> Range<Int> {
        let count = TextLines(original).lines.count
        guard first >= 1, first <= last else {
            throw Fault(words: "`lines` are \(first) and \(last); they count from 1, and the first comes first")
        }
        guard last <= count else {
            throw Fault(
                words: "`lines` end with \(last), and the file has \(Counted.text(count, "line"))",
                lines: NearestPiece.shown(max(0, count - 4)..<count, of: original))
        }
        guard let range = text.current(first...last) else {
            let earlier = (first...last).lazy.compactMap { changedBy[$0] }.first
            throw Fault(
                words:
                    "lines \(first) to \(last) overlap edit \(earlier.map { "\($0)" } ?? "s before it"); make one edit of both",
                lines: NearestPiece.shown(first - 1..<last, of: original))
        }
        return range
    }

    private mutating func replace(_ range: Range<Int>, with contents: [[UInt8]]) throws(Fault) {
        guard text.lines[range].map(\.content) != contents else {
            throw Fault(words: "`text` is what stands there already")
        }
        text.replace(range, with: contents)
    }

    // MARK: a symbol

    private mutating func replace(symbol name: String, with text: String) throws(Fault) {
        var (first, last) = try NamedSymbol.lines(name, in: symbols, of: original)
        let range = try lines(first, last)
        let start = self.text.lines[range.lowerBound].content[...]
        var contents = Self.lines(of: written(text, inPlaceOf: range))
        if let head = contents.first(where: { !$0.isEmpty }) {
            let comments = CommentSyntax(language)
            if comments.begins(with: String(decoding: head, as: UTF8.self)) {
                first = comments.start(above: first - 1, in: TextLines(original)) + 1
            }
            contents = Self.indented(contents, like: start, head: head[...])
        }
        try replace(try lines(first, last), with: contents)
    }

    /// A declaration stands where the old one stood, so it is indented like it. Where the first line alone lacks its
    /// indentation, which models drop at the start of a text, it alone gets one.
    private static func indented(
        _ contents: [[UInt8]], like start: ArraySlice<UInt8>, head: ArraySlice<UInt8>
    ) -> [[UInt8]] {
        let rest = contents.drop { $0.isEmpty }.dropFirst().filter { !$0.isEmpty }.map { $0[...].indentation.count }
        let wanted = start.indentation
        if head.indentation.count < wanted.count, let least = rest.min(), least > wanted.count,
            let index = contents.firstIndex(where: { !$0.isEmpty })
        {
            var contents = contents
            contents[index] = Array(wanted + head.dropFirst(head.indentation.count))
            return contents
        }
        let reindentation = Reindentation(from: [head], to: [start])
        return contents.map { reindentation.applied(to: $0[...]) ?? $0 }
    }

    // MARK: a piece

    private mutating func replace(piece: String, with replacement: String) throws(Fault) {
        guard !piece.isBlank else { throw Fault(words: "`search` is nothing but space") }
        let search = PieceSearch(text)
        for reading in PieceReading.all(of: piece, replacement, isMarkdown: isMarkdown) {
            switch search.find(reading.piece) {
            case .nowhere: continue
            case .several(let lines): throw several(lines)
            case .bytes(let range): return try replace(range, reading)
            case .lines(let range, _): return try replace(likeLines: range, reading)
            }
        }
        throw missing(piece)
    }

    private mutating func replace(_ range: Range<Int>, _ reading: PieceReading) throws(Fault) {
        guard !reading.piece.utf8.elementsEqual(reading.replacement.utf8) else {
            throw Fault(words: "`search` and `text` are the same")
        }
        guard let place = text.place(of: range) else { return }
        guard place.isWholeLines else { return text.replace(place, with: Array(reading.replacement.utf8)) }
        var contents = Self.lines(of: reading.replacement)
        if text.lines[place.lines].map(\.content) == contents {
            // Nothing but the last line break differs, so that is what is meant.
            let isAtEnd = place.lines.upperBound == text.lines.count
            let ends = reading.replacement.hasSuffix("\n")
            if isAtEnd, ends != text.endsWithLineFeed { return text.endWithLineFeed(ends) }
            if ends { contents.append([]) }
        }
        try replace(place.lines, with: contents)
    }

    private mutating func replace(likeLines range: Range<Int>, _ reading: PieceReading) throws(Fault) {
        let piece = Self.lines(of: reading.piece)
        var contents = Self.lines(of: reading.replacement)
        // Empty lines around the piece were not looked for; as many around the text belong to them.
        let before = piece.prefix(while: LikeLines.isEmpty).count
        let after = piece.reversed().prefix(while: LikeLines.isEmpty).count
        for _ in 0..<before where contents.first.map(LikeLines.isEmpty) == true { contents.removeFirst() }
        for _ in 0..<after where contents.last.map(LikeLines.isEmpty) == true { contents.removeLast() }
        let found = text.lines[range].map(\.content)
        guard
            let new = LikeLines.replacing(found, piece: Array(piece.dropFirst(before).dropLast(after)), with: contents)
        else {
            throw Fault(
                words: "`search` stands there with another indentation; copy it as it is, or name its `lines`",
                lines: NearestPiece.shown(range, of: result))
        }
        try replace(range, with: new)
    }

    private func several(_ lines: [Int]) -> Fault {
        let numbers = Array(Set(lines.map { $0 + 1 })).sorted().map { "\($0)" }.joined(separator: ", ")
        let count = lines.count == PieceSearch.listed ? "\(lines.count) times or more" : "\(lines.count) times"
        return Fault(
            words:
                "`search` stands there \(count), in the lines \(numbers); add lines around it until it stands there once, or "
                + "name its `lines`")
    }

    private func missing(_ piece: String) -> Fault {
        if !changedBy.isEmpty, case .bytes = PieceSearch(EditableText(original)).find(piece) {
            return Fault(words: "`search` overlaps an edit before it; make one edit of both")
        }
        let plain = PieceReading.all(of: piece, "").last?.piece ?? piece
        // The model does not see its last answer again.
        let start = plain.split(separator: "\n").lazy.map { $0.trimmingWhitespace() }.first { !$0.isEmpty } ?? ""
        let quoted =
            "`search`, which begins with `\(Excerpt.of(ForeignText.line(start), atMost: 80))`, does not stand there"
        guard let nearest = NearestPiece.range(of: plain, in: original) else {
            return Fault(words: quoted + ", nor does anything like it; copy it from the file")
        }
        return Fault(
            words: quoted + "; copy it letter by letter, or name its `lines`",
            lines: NearestPiece.shown(nearest, of: original))
    }
}
