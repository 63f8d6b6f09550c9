import SourceCode
import Support

/// A part of a file with a weight of its own: a word in a name is more relevant than one in a use.
enum FileField: Sendable {
    /// The file's name without its extension.
    case name
    /// The folders that contain the file.
    case folder
    /// The name of a declaration.
    case declaration
    /// A documentation comment.
    case comment
    /// Everything else.
    case text

    /// How many occurrences in the text one occurrence counts as.
    var weight: Double {
        switch self {
        case .name: 8
        case .declaration: 4
        case .folder, .comment: 2
        case .text: 1
        }
    }
}

/// Splits a file into its fields by the first bytes and the keywords of each line, without parsing the language.
enum FileFields {
    /// Keywords that the name of a declaration follows, over many languages.
    private static let keywords: Set<UInt64> = Set(
        [
            "func", "struct", "class", "enum", "protocol", "extension", "actor", "typealias", "case", "def", "function",
            "fn",
            "interface", "trait", "impl", "type", "module", "define", "macro",
        ].map { FNV1a.hash($0.utf8) })

    /// Calls `take` with each word of the file's path and text, and the part it is in.
    static func forEach(in file: SourceFile, _ take: (UnsafeBufferPointer<UInt8>, FileField) -> Void) {
        let parts = file.path.pathSegments
        for (index, part) in parts.enumerated() {
            let isName = index == parts.count - 1
            var words = isName ? String(part.prefix { $0 != "." }) : String(part)
            words.withUTF8 { bytes in
                Words.forEach(in: bytes) { word, _ in take(word, isName ? .name : .folder) }
            }
        }
        var text = file.text
        text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != 0x0A { end += 1 }
                line(UnsafeBufferPointer(rebasing: bytes[start..<end]), take)
                start = end + 1
            }
        }
    }

    private static func line(
        _ line: UnsafeBufferPointer<UInt8>, _ take: (UnsafeBufferPointer<UInt8>, FileField) -> Void
    ) {
        let isComment = documents(line)
        // The identifier after a keyword is the declaration's name.
        var position = Position.text
        Words.forEach(in: line) { word, isFirst in
            if isComment { return take(word, .comment) }
            if isFirst {
                position = position == .keyword ? .name : keywords.contains(FNV1a.hash(word)) ? .keyword : .text
            }
            take(word, position == .name ? .declaration : .text)
        }
    }

    private enum Position { case text, keyword, name }

    /// Whether a line is part of a documentation comment, or a heading: `///`, `/**`, `*`, `#`.
    private static func documents(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
        func has(_ mark: StaticString) -> Bool {
            guard index + mark.utf8CodeUnitCount <= line.count else { return false }
            for offset in 0..<mark.utf8CodeUnitCount where line[index + offset] != mark.utf8Start[offset] {
                return false
            }
            return true
        }
        return has("///") || has("/**") || has("* ") || has("# ") || has("## ")
    }
}
