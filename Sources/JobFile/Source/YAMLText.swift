/// The text of a job file beside what the parser is given of it.
///
/// Two characters are often meant as text and read as something else: the `*` of an unquoted `*.swift` as an alias, and
/// a `?` as a key's mark. libyaml ends there, but the author is told of that and of all other mistakes at once. So the
/// text is read again with a letter in the place of that one character, which is remembered.
struct YAMLText {
    let scalars: [Unicode.Scalar]
    private(set) var parsed: [Unicode.Scalar]
    private var readAsText: Set<Int> = []

    /// How many such characters are looked for in one file; each costs a parse.
    private static let limit = 20
    private static let letter: Unicode.Scalar = "x"

    init(_ scalars: [Unicode.Scalar]) {
        self.scalars = scalars
        parsed = scalars
    }

    /// Has the character be read as text from now on.
    ///
    /// - Returns: whether there is anything new to be read.
    mutating func readAsText(_ index: Int) -> Bool {
        guard readAsText.count < Self.limit, readAsText.insert(index).inserted else { return false }
        parsed[index] = Self.letter
        return true
    }

    /// What stood in the file where an unquoted scalar was read.
    func original(_ plain: String, at range: Range<Int>) -> String {
        guard let index = readAsText.first(where: range.contains) else { return plain }
        return String(scalars[index]) + String(plain.unicodeScalars.dropFirst())
    }

    /// What would be the name of an alias in an unquoted scalar that begins with `*`.
    func alias(in plain: String, at range: Range<Int>) -> String? {
        guard let index = readAsText.first(where: range.contains), scalars[index] == "*" else { return nil }
        return String(plain.unicodeScalars.dropFirst())
    }

    /// The `?` before a key; only blanks, comments and marks of YAML's own stand between two events.
    func explicitKey(
        between before: YAMLEvent?, and key: YAMLEvent
    ) -> (index: Int, location: SourceLocation, isFollowedByBlank: Bool)? {
        guard let before, before.range.upperBound <= key.range.lowerBound else { return nil }
        // An object without braces begins with its first key, so its event may be this very mark.
        let isMark =
            before.kind.isStart && before.range.lowerBound < parsed.count && parsed[before.range.lowerBound] == "?"
        let start = isMark ? before.range.lowerBound : before.range.upperBound
        var counter = LineCounter(from: isMark ? before.location : before.endLocation)
        var isComment = false
        for index in start..<min(key.range.lowerBound, parsed.count) {
            let scalar = parsed[index]
            if scalar == "?", !isComment {
                let next = index + 1 < parsed.count ? parsed[index + 1] : " "
                return (index, counter.location, [" ", "\t", "\n", "\r"].contains(next))
            }
            let line = counter.location.line
            counter.pass(scalar)
            if scalar == "#" { isComment = true } else if counter.location.line > line { isComment = false }
        }
        return nil
    }

    /// Whether an unquoted text is the beginning of an explicit key.
    static func isExplicitKey(_ plain: String) -> Bool {
        plain.unicodeScalars.first == "?" && [nil, " "].contains(plain.unicodeScalars.dropFirst().first)
    }

    /// Whether an alias may be called so.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { nameCharacters.contains($0) }
    }

    private static let nameCharacters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)

    /// What is said of a character that is no text without quotes.
    static func refusal(of character: Unicode.Scalar, in text: String? = nil) -> String {
        character == "*"
            ? "a value that begins with '*' is an alias; write \(text.map { "'\($0)' in quotes" } ?? "it in quotes") "
                + "if it is text"
            : "'?' marks no key in a job file; write key: value, or quote the text"
    }
}

extension YAMLEvent.Kind {
    /// Whether a list or an object begins.
    var isStart: Bool {
        switch self {
        case .listStart, .objectStart: true
        default: false
        }
    }

    /// Whether a list or an object ends.
    var isEnd: Bool {
        switch self {
        case .listEnd, .objectEnd: true
        default: false
        }
    }
}
