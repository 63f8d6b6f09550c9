import SourceCode
import Support

/// Packs the most relevant parts of files into a number of tokens.
///
/// Files come in the order of their relevance. The first may take two thirds of the tokens, each later one half of
/// those left, so that a large file never keeps out all others. A file that fits is packed whole. Of other files the
/// declarations with the most words of the task are packed, then, as far as they fit, the signatures of all
/// declarations. The same input gives the same pack.
package struct ContextPacker: Sendable {
    /// The smallest share for which a file is still read, in tokens. 80.
    package static let smallestShare = 80
    /// The most files that are read. 200.
    package static let fileLimit = 200
    /// The most files that ``ContextPack/omitted`` lists. 20.
    package static let listedOmissions = 20
    /// The tokens an entry takes beside its text and its path, for its fence in the prompt. 24.
    package static let entryOverhead = 24

    private let words: TaskWords

    /// - Parameter task: the task's texts; their words select the declarations.
    package init(task: [String]) { words = TaskWords(task, limit: CollectorLimits().taskWords) }

    /// Packs parts of files.
    ///
    /// - Parameters:
    ///   - texts: the files by path.
    ///   - symbols: their declarations.
    ///   - order: the paths, the most relevant first; other files are not read.
    ///   - budget: the most tokens of the pack.
    package func pack(
        _ texts: [ExactString: String], symbols: [ExactString: [Symbol]], order: [String], budget: Int
    ) -> ContextPack {
        var pack = ContextPack(budgetTokens: max(0, budget), estimatedTokens: 0, entries: [], omitted: [])
        for (position, path) in order.prefix(Self.fileLimit).enumerated() {
            guard let text = texts[path], !text.isEmpty else { continue }
            let left = pack.budgetTokens - pack.estimatedTokens
            let share = position == 0 ? left * 2 / 3 : left / 2
            let entries = share < Self.smallestShare ? [] : self.entries(path, text, symbols[path] ?? [], share)
            if entries.isEmpty {
                if pack.omitted.count < Self.listedOmissions { pack.omitted.append(path) }
                continue
            }
            pack.entries += entries
            pack.estimatedTokens += entries.reduce(0) { $0 + Self.cost($1) }
        }
        return pack
    }

    /// How often a path is named: beside the fence, and once for each form of an edit in the schema of the answer. 4.
    static let timesNamed = 4

    private static func cost(_ entry: ContextPack.Entry) -> Int {
        let numbers = NumberedLines.overhead(lines: entry.lastLine - entry.firstLine + 1, last: entry.lastLine)
        return TokenEstimate.ofBytes(entry.text.utf8.count + (entry.kind == .outline ? 0 : numbers))
            + TokenEstimate.of(entry.path) * timesNamed + entryOverhead
    }

    private func entries(_ path: String, _ text: String, _ symbols: [Symbol], _ share: Int) -> [ContextPack.Entry] {
        let file = FileLines(path: path, text: text)
        let whole = file.entry(.whole, 0..<file.count)
        if Self.cost(whole) <= share { return [whole] }
        var left = share
        var chosen: [Range<Int>] = []
        for range in candidates(file, symbols) where !chosen.contains(where: { $0.overlaps(range) }) {
            let cost = Self.cost(file.entry(.excerpt, range))
            guard cost <= left else { continue }
            chosen.append(range)
            left -= cost
        }
        var entries = chosen.sorted { $0.lowerBound < $1.lowerBound }.map { file.entry(.excerpt, $0) }
        if let outline = outline(file, symbols, left) { entries.append(outline) }
        return entries
    }

    /// The declarations with words of the task, most of them first; where none is known, the lines around such words.
    private func candidates(_ file: FileLines, _ symbols: [Symbol]) -> [Range<Int>] {
        let hits = (0..<file.count).map { words.found(in: file.line($0)) }
        let comments = CommentSyntax(Language(path: file.path))
        var ranges = symbols.compactMap { symbol -> Range<Int>? in
            guard let end = symbol.endLine, symbol.startLine >= 1, end <= file.count, symbol.startLine <= end else {
                return nil
            }
            return comments.start(above: symbol.startLine - 1, in: file.text)..<end
        }
        if ranges.isEmpty {
            ranges = hits.indices.filter { !hits[$0].isEmpty }.map {
                max(0, $0 - Self.surroundings)..<min(file.count, $0 + Self.surroundings + 1)
            }
        }
        func score(_ range: Range<Int>) -> Int { hits[range].reduce(into: Set<Int>()) { $0.formUnion($1) }.count }
        return Set(ranges).map { ($0, score($0)) }.filter { $0.1 > 0 }
            // Of two declarations with the same words the shorter one is preferred.
            .sorted { ($1.1, $0.0.count, $0.0.lowerBound) < ($0.1, $1.0.count, $1.0.lowerBound) }.map(\.0)
    }

    /// The lines shown before and after one with a word of the task, where no declarations are known.
    static let surroundings = 8

    private func outline(_ file: FileLines, _ symbols: [Symbol], _ budget: Int) -> ContextPack.Entry? {
        var lines: [String] = []
        var left = budget - Self.entryOverhead - TokenEstimate.of(file.path) * Self.timesNamed
        for symbol in symbols.sorted(by: { $0.line < $1.line }) {
            let line = "\(symbol.line): \(symbol.parent.map { $0 + ": " } ?? "")\(symbol.signature)"
            left -= TokenEstimate.of(line) + 1
            guard left >= 0 else { break }
            lines.append(line)
        }
        guard !lines.isEmpty else { return nil }
        return ContextPack.Entry(
            path: file.path, kind: .outline, firstLine: 1, lastLine: file.count, text: lines.joined(separator: "\n"))
    }
}

/// A file cut into lines.
private struct FileLines {
    let path: String
    let text: TextLines
    let count: Int

    init(path: String, text: String) {
        self.path = path
        self.text = TextLines(text)
        count = self.text.lines.count
    }

    func line(_ index: Int) -> ArraySlice<UInt8> { text.lines[index] }

    func entry(_ kind: ContextPack.Kind, _ range: Range<Int>) -> ContextPack.Entry {
        ContextPack.Entry(
            path: path, kind: kind, firstLine: range.lowerBound + 1, lastLine: range.upperBound,
            text: String(decoding: text.lines[range].joined(), as: UTF8.self))
    }
}

extension TaskWords {
    /// The indices of the task's words in some bytes.
    fileprivate func found(in bytes: ArraySlice<UInt8>) -> Set<Int> {
        var found: Set<Int> = []
        bytes.withUnsafeBufferPointer { buffer in
            Words.forEach(in: buffer) { word, _ in
                if let index = index(of: word) { found.insert(index) }
            }
        }
        return found
    }
}
