/// Reads the header lines of a patch, and skips the content of its hunks by the lengths they state.
struct PatchReader {
    /// A line outside of hunks.
    enum Line {
        /// `diff --git`: the name, when both names differ in their first folder only, and the raw text.
        case gitHeader([UInt8]?, String)
        case oldName([UInt8], String)
        case newName([UInt8], String)
        /// `rename from`, `copy to` …
        case movedName([UInt8], isNew: Bool, PatchInspection.File.Change, String)
        case mode(String, PatchInspection.File.Change?)
        case binary
        case other
    }

    private let lines: [ArraySlice<UInt8>]
    private var index = 0
    /// Why the last hunk is incomplete.
    private(set) var unfinishedHunk: String?

    init(_ lines: [ArraySlice<UInt8>]) { self.lines = lines }

    /// The next line outside of hunks.
    mutating func next() -> Line? {
        guard index < lines.count else { return nil }
        let line = lines[index]
        index += 1
        if starts(line, "@@ -") {
            skipHunk(line)
            return .other
        }
        return classify(line)
    }

    private func starts(_ line: ArraySlice<UInt8>, _ text: String) -> Bool { line.starts(with: text.utf8) }

    private mutating func skipHunk(_ header: ArraySlice<UInt8>) {
        let text = String(decoding: header, as: UTF8.self)
        guard let match = text.prefixMatch(of: /@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/),
            var old = Int(match.1 ?? "1"), var new = Int(match.2 ?? "1")
        else {
            unfinishedHunk = "The patch is refused: a hunk header is not readable."
            return
        }
        while old > 0 || new > 0 {
            guard index < lines.count else {
                unfinishedHunk = "The patch is refused: its last hunk is not whole."
                return
            }
            switch lines[index].first {
            case 0x20, 0x0A, 0x0D:
                old -= 1
                new -= 1
            case 0x2D: old -= 1
            case 0x2B: new -= 1
            case 0x5C: break
            default:
                unfinishedHunk = "The patch is refused: a hunk is shorter than its header says."
                return
            }
            index += 1
        }
        guard old == 0, new == 0 else {
            unfinishedHunk = "The patch is refused: a hunk is longer than its header says."
            return
        }
    }

    private func classify(_ line: ArraySlice<UInt8>) -> Line {
        var content = line
        if content.last == 0x0A { content.removeLast() }
        let text = String(decoding: content, as: UTF8.self)
        func rest(_ prefix: String) -> ArraySlice<UInt8> { content.dropFirst(prefix.utf8.count) }
        func name(_ prefix: String) -> ([UInt8], String) {
            let value = Self.name(rest(prefix))
            return (value, String(decoding: value, as: UTF8.self))
        }
        if starts(content, "diff --git ") {
            let value = Self.common(rest("diff --git "))
            return .gitHeader(value, value.map { String(decoding: $0, as: UTF8.self) } ?? text)
        }
        if starts(content, "--- ") {
            let (value, raw) = name("--- ")
            return .oldName(value, raw)
        }
        if starts(content, "+++ ") {
            let (value, raw) = name("+++ ")
            return .newName(value, raw)
        }
        for (prefix, isNew, change) in Self.moves where starts(content, prefix) {
            let (value, raw) = name(prefix)
            return .movedName(value, isNew: isNew, change, raw)
        }
        if starts(content, "new file mode ") { return .mode(word(rest("new file mode ")), .added) }
        if starts(content, "deleted file mode ") { return .mode(word(rest("deleted file mode ")), .deleted) }
        if starts(content, "old mode ") { return .mode(word(rest("old mode ")), nil) }
        if starts(content, "new mode ") { return .mode(word(rest("new mode ")), nil) }
        if let index = text.wholeMatch(of: /index [0-9a-f]+\.\.[0-9a-f]+(?: (\d+))?\r?/) {
            return .mode(index.1.map(String.init) ?? "", nil)
        }
        if starts(content, "GIT binary patch") || starts(content, "Binary files ") { return .binary }
        return .other
    }

    private static let moves: [(String, Bool, PatchInspection.File.Change)] = [
        ("rename from ", false, .renamed), ("rename to ", true, .renamed), ("rename old ", false, .renamed),
        ("rename new ", true, .renamed), ("copy from ", false, .copied), ("copy to ", true, .copied),
    ]

    private func word(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0x20 && $0 != 0x0D }, as: UTF8.self)
    }

    /// The name in a header: quoted, or up to a tab.
    private static func name(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if bytes.first == 0x22, let quoted = GitPath.unquoted(bytes) { return quoted.path }
        var name = Array(bytes.prefix { $0 != 0x09 })
        if name.last == 0x0D { name.removeLast() }
        return name
    }

    /// The name of a `diff --git` line, when both names differ in their first folder only.
    private static func common(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        if bytes.first == 0x22 {
            guard let first = GitPath.unquoted(bytes) else { return nil }
            let second = name(bytes.dropFirst(first.length + 1))
            return tail(first.path).elementsEqual(tail(second)) ? second : nil
        }
        // a/NAME b/NAME: the space in the middle.
        guard bytes.count % 2 == 1 else { return nil }
        let middle = bytes.startIndex + bytes.count / 2
        guard bytes[middle] == 0x20 else { return nil }
        let (first, second) = (Array(bytes[..<middle]), Array(bytes[(middle + 1)...]))
        return tail(first).elementsEqual(tail(second)) ? second : nil
    }

    /// The path after `+++ `, without its first folder; nothing for `/dev/null`.
    static func path(inHeader bytes: ArraySlice<UInt8>) -> String? {
        let value = name(bytes)
        guard !value.elementsEqual("/dev/null".utf8) else { return nil }
        return String(decoding: tail(value).dropFirst(), as: UTF8.self)
    }

    private static func tail(_ name: [UInt8]) -> ArraySlice<UInt8> { name.drop { $0 != 0x2F } }
}
