import Support

/// What a name that a model wrote may mean as a path: the name as it stands, then what is left of it when labels, quotes
/// and places in the file are taken away, one after the other.
struct PathSpellings: Sendable {
    /// The longest name that is looked at, in bytes. 2,048; a longer one is only its own spelling.
    static let longest = 2 * PlainPath.longest
    /// How many wrappings of one name are taken away. 8.
    static let wrappings = 8

    /// The spellings, the least altered first. The last ones are read from habits of writing, such as `a/` before paths in
    /// diffs: they may name a file that exists, never a new one.
    private(set) var all: [String] = []
    /// The name without its wrapping: how a new file is called.
    private(set) var plain: String

    /// - Parameter folders: the folders whose paths may stand before a name.
    init(_ name: String, folders: [String]) {
        plain = name
        add(name)
        guard name.utf8.count <= Self.longest else { return }
        for _ in 0..<Self.wrappings {
            let next = Self.unwrapped(plain)
            guard !next.isEmpty, !next.utf8.elementsEqual(plain.utf8) else { break }
            plain = next
            add(plain)
        }
        let quoted = Array(name.trimming(while: \.isWhitespace).utf8)
        if let unquoted = GitPath.unquoted(quoted[...]), unquoted.length == quoted.count {
            add(String(decoding: unquoted.path, as: UTF8.self))
        }
        addRelative(to: folders)
        addHabits(folders)
    }

    private mutating func addRelative(to folders: [String]) {
        if plain.contains("\\") {
            plain = plain.split(separator: "\\", omittingEmptySubsequences: true).joined(separator: "/")
            add(plain)
        }
        for folder in folders where folder.count > 1 && plain.hasPrefix(folder + "/") {
            plain = String(plain.dropFirst(folder.count + 1))
            add(plain)
        }
        while plain.hasPrefix("./") { plain = String(plain.dropFirst(2)) }
        add(plain)
    }

    /// `/x` for `x`, `a/x` and `b/x` as in diffs, and `repository/x` where the workspace is called `repository`.
    private mutating func addHabits(_ folders: [String]) {
        let inside = plain.isAbsolutePath ? String(plain.dropFirst()) : plain
        add(inside)
        for side in ["a/", "b/"] where inside.hasPrefix(side) { add(String(inside.dropFirst(2))) }
        for name in folders.compactMap({ $0.pathSegments.last }) where inside.hasPrefix(name + "/") {
            add(String(inside.dropFirst(name.count + 1)))
        }
    }

    private mutating func add(_ spelling: String) {
        guard !spelling.isEmpty, !all.contains(where: { $0.utf8.elementsEqual(spelling.utf8) }) else { return }
        all.append(spelling)
    }

    // MARK: one wrapping

    private static let pairs: [(Character, Character)] = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("<", ">"), ("(", ")"), ("[", "]"), ("*", "*"), ("\u{201C}", "\u{201D}"),
    ]

    /// The name without its outermost wrapping; the name itself where it has none.
    private static func unwrapped(_ name: String) -> String {
        let line =
            name.split(whereSeparator: \.isNewline).lazy.map { $0.trimmingWhitespace() }.first { !$0.isEmpty } ?? ""
        if let (label, target) = link(line) { return target.contains("://") ? label : target }
        if line.hasPrefix("file://") { return String(line.dropFirst(7)) }
        if let pair = pairs.first(where: { line.count > 1 && line.first == $0.0 && line.last == $0.1 }) {
            return line.trimming { $0 == pair.0 || $0 == pair.1 }.trimmingWhitespace()
        }
        return withoutPlace(withoutLabel(line[...])).trimmingWhitespace()
    }

    /// The two parts of `[label](target)`.
    private static func link(_ line: String) -> (label: String, target: String)? {
        guard line.first == "[", line.last == ")", let middle = line.firstRange(of: "](") else { return nil }
        return (String(line[..<middle.lowerBound].dropFirst()), String(line[middle.upperBound...].dropLast()))
    }

    private static let marks = ["+++", "---", "###", "##", "#", "-", "*", ">", "//"]
    private static let labels: Set<String> = [
        "file", "filename", "filepath", "path", "source", "document", "in", "the", "new", "name", "edit", "modify",
        "update",
    ]

    /// Without a mark as of a diff, a heading, a list or a fence, and without words such as `file` or `File:` before it.
    private static func withoutLabel(_ line: Substring) -> Substring {
        guard let space = line.firstIndex(where: { $0 == " " || $0 == "\t" || $0 == ":" || $0 == "=" }) else {
            return line
        }
        let word = line[..<space]
        let rest = line[line.index(after: space)...].drop { " \t:=".contains($0) }
        guard !rest.isEmpty else { return line }
        let isMark = line[space] != ":" && (marks.contains(String(word)) || word.hasPrefix("<<<"))
        return isMark || labels.contains(word.lowercased()) ? rest : line
    }

    /// Without what is said after it: `, the whole file`, `:12`, `#L3-L5`, `(lines 1 to 20)`.
    private static func withoutPlace(_ line: Substring) -> Substring {
        if let comma = line.firstRange(of: ", ") { return line[..<comma.lowerBound] }
        if line.last == ")", let bracket = line.firstRange(of: " (") { return line[..<bracket.lowerBound] }
        if let last = line.last, ",;:.".contains(last), line.count > 1 { return line.dropLast() }
        for mark in ["#", ":", " lines ", " line ", " L", " at line "] {
            guard let place = line.ranges(of: mark).last else { continue }
            let said = line[place.upperBound...]
            if said.contains(where: \.isNumber), said.allSatisfy({ $0.isNumber || "-–:L ".contains($0) }) {
                return line[..<place.lowerBound]
            }
        }
        return line
    }
}
