import Support

/// A glob over workspace paths, in the one syntax of all include and exclude lists and of file roles.
///
/// `*` is any run of characters within one segment, `?` one character, `**` as a whole segment any number of segments.
/// Every other character matches itself. A pattern also matches every path below what it names, so `Sources` and
/// `Sources/` mean `Sources/**`. A pattern with a wildcard but without `/` (`*.md`) matches a name in any folder; any
/// other pattern starts at the workspace's root. A leading `/` or `./` is ignored; case counts.
package struct PathPattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Segment: Sendable, Hashable {
        case anyDepth
        case name([UInt8])
    }

    /// The pattern as written.
    package let description: String
    let segments: [Segment]

    /// Reads a pattern; every text is a valid pattern.
    package init(_ text: String) {
        description = text
        var parts = text.pathSegments.map(String.init)
        if parts.first == "." { parts.removeFirst() }
        var segments: [Segment] = parts.map { $0 == "**" ? .anyDepth : .name(Array($0.utf8)) }
        if !text.contains("/"), text.contains("*") || text.contains("?") { segments.insert(.anyDepth, at: 0) }
        // Consecutive `**` mean the same as one, and only one keeps the match cheap.
        self.segments = segments.enumerated().filter { index, segment in
            !(segment == .anyDepth && index > 0 && segments[index - 1] == .anyDepth)
        }.map(\.element)
    }

    package init(stringLiteral text: String) { self.init(text) }

    /// Whether the pattern matches the path or a folder that contains it.
    package func matches(_ path: String) -> Bool {
        guard !segments.isEmpty else { return false }
        let names = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        // Dynamic programming over segments: `reached[i]` is whether the first i segments match the names so far.
        var reached = [Bool](repeating: false, count: segments.count + 1)
        reached[0] = true
        Self.skipAnyDepth(&reached, segments)
        for name in names {
            // Everything below a full match matches too.
            if reached[segments.count] { return true }
            var next = [Bool](repeating: false, count: segments.count + 1)
            for (index, segment) in segments.enumerated() where reached[index] {
                switch segment {
                case .anyDepth: next[index] = true
                case .name(let glob): if Self.glob(glob, name) { next[index + 1] = true }
                }
            }
            reached = next
            Self.skipAnyDepth(&reached, segments)
        }
        return reached[segments.count]
    }

    private static func skipAnyDepth(_ reached: inout [Bool], _ segments: [Segment]) {
        for (index, segment) in segments.enumerated() where segment == .anyDepth && reached[index] {
            reached[index + 1] = true
        }
    }

    /// Whether a segment stands for more than itself.
    static func hasWildcard(_ name: [UInt8]) -> Bool {
        name.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// Matches one segment; remembers only the last `*`, so the cost is bounded by pattern × name.
    static func glob(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var patternIndex = 0
        var nameIndex = 0
        var star: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                star = (patternIndex, nameIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count, let end = step(pattern[patternIndex], name, nameIndex) {
                patternIndex += 1
                nameIndex = end
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                patternIndex = last.pattern + 1
                nameIndex = last.name + 1
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The index after the part of `name` that one pattern byte matches; `?` takes a whole UTF-8 character.
    private static func step(_ byte: UInt8, _ name: [UInt8], _ index: Int) -> Int? {
        guard byte == UInt8(ascii: "?") else { return byte == name[index] ? index + 1 : nil }
        var end = index + 1
        while end < name.count, name[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }
}

/// A selection of paths: those that an include pattern matches and no exclude pattern does.
package struct PathSelection: Sendable, Hashable {
    /// Patterns of selected paths; empty selects all.
    package var include: [PathPattern]
    /// Patterns of excluded paths; they override ``include``.
    package var exclude: [PathPattern]

    /// Makes a selection; the default is everything.
    package init(include: [PathPattern] = [], exclude: [PathPattern] = []) {
        self.include = include
        self.exclude = exclude
    }

    /// Whether a path is selected.
    package func contains(_ path: String) -> Bool {
        (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }
}
