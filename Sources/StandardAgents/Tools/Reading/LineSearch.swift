import SourceCode
import Support

/// Finds the lines of texts that hold some words.
struct LineSearch: Sendable {
    /// The most places in one text that are looked at. 10,000.
    static let limit = 10_000

    private let search: ByteSearch
    private let ignoresCase: Bool

    /// Case counts where the words have a capital letter.
    init(_ words: String) {
        ignoresCase = words == words.lowercased()
        search = ByteSearch(Array(words.utf8))
    }

    /// The lines with their numbers, from 1; of several places in one line, the line once.
    func lines(in text: String) -> [(number: Int, line: String)] {
        var bytes = Array(text.utf8)
        // Letters of ASCII alone, so that offsets stay what they are.
        if ignoresCase {
            for index in bytes.indices where (0x41...0x5A).contains(bytes[index]) { bytes[index] |= 0x20 }
        }
        let offsets = search.offsets(in: bytes, limit: Self.limit)
        guard !offsets.isEmpty else { return [] }
        let lines = TextLines(text)
        var found: [(number: Int, line: String)] = []
        var (index, end) = (0, lines.lines.first?.count ?? 0)
        for offset in offsets {
            while offset >= end, index + 1 < lines.lines.count {
                index += 1
                end += lines.lines[index].count
            }
            if found.last?.number != index + 1 { found.append((index + 1, lines.content(index))) }
        }
        return found
    }
}
