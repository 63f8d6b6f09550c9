/// The text of a job file, and the variant of it that the parser is given.
///
/// Two characters are often meant as text and read as something else: the `*` of an unquoted `*.swift` as an alias, and
/// a `?` as a key's mark. libyaml stops there, but the author is to see this mistake and all others at once. So the
/// text is read again with a letter instead of that one character, and the original character is remembered.
struct YAMLText {
    let scalars: [Unicode.Scalar]
    private(set) var parsed: [Unicode.Scalar]
    private var readAsText: Set<Int> = []

    /// The most characters replaced in one file; each costs another parse.
    private static let limit = 20
    private static let letter: Unicode.Scalar = "x"

    init(_ scalars: [Unicode.Scalar]) {
        self.scalars = scalars
        parsed = scalars
    }

    /// Makes the parser read the character as text from now on.
    ///
    /// - Returns: whether the parser's text changed, so that it must be read again.
    mutating func readAsText(_ index: Int) -> Bool {
        guard readAsText.count < Self.limit, readAsText.insert(index).inserted else { return false }
        parsed[index] = Self.letter
        return true
    }

    /// The file's own text of an unquoted scalar.
    func original(_ plain: String, at range: Range<Int>) -> String {
        guard let index = readAsText.first(where: range.contains) else { return plain }
        return String(scalars[index]) + String(plain.unicodeScalars.dropFirst())
    }

    /// The name of the alias that an unquoted scalar beginning with `*` may have been meant as.
    func alias(in plain: String, at range: Range<Int>) -> String? {
        guard let index = readAsText.first(where: range.contains), scalars[index] == "*" else { return nil }
        return String(plain.unicodeScalars.dropFirst())
    }

    /// The `?` before a key; only blanks, comments and indicators of YAML stand between two events.
    func explicitKey(
        between before: YAMLEvent?, and key: YAMLEvent
    ) -> (index: Int, location: SourceLocation, isFollowedByBlank: Bool)? {
        guard let before, before.range.upperBound <= key.range.lowerBound else { return nil }
        // An object without braces begins with its first key, so the object's event may be this mark.
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

    /// Whether an object begins with another one at once, as in `{{ name }}`.
    func isTemplate(_ outer: YAMLEvent, _ inner: YAMLEvent) -> Bool {
        let start = outer.range.lowerBound
        return inner.range.lowerBound == start + 1 && inner.range.lowerBound < scalars.count
            && scalars[start] == "{" && scalars[start + 1] == "{"
    }

    /// The mark by which YAML took what was probably meant as text for something without a value: `#` for a comment, or
    /// `&` for an anchor.
    func swallowed(after empty: YAMLEvent) -> Character? {
        if empty.anchor != nil { return "&" }
        let rest = scalars.dropFirst(empty.range.upperBound).drop { $0 == " " || $0 == "\t" }
        return rest.first == "#" ? "#" : nil
    }

    /// Whether an unquoted text is the beginning of an explicit key.
    static func isExplicitKey(_ plain: String) -> Bool {
        plain.unicodeScalars.first == "?" && [nil, " "].contains(plain.unicodeScalars.dropFirst().first)
    }

    /// Whether YAML allows the name for an alias.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { nameCharacters.contains($0) }
    }

    private static let nameCharacters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)

    /// The message for a `*` or `?` that is not text without quotes.
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
