import Support

/// A set of paths on the blackboard, as roles and fields name them.
///
/// `*` stands for one segment, `**` at the end for any number of further ones. A pattern covers what it names and
/// everything below it: `artifacts.code` covers `artifacts.code["A.swift"]`.
public struct ContextPattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case literal(ExactString)
        case any
        case rest
    }

    let segments: [Segment]

    /// Reads a pattern.
    ///
    /// - Throws: ``ContextPathError`` with the offset of the first character that does not fit.
    public init(_ text: String) throws {
        var parser = ContextPathParser(text)
        segments = try parser.parse()
    }

    /// The pattern that covers one path and what is below it.
    public init(_ path: ContextPath) { segments = path.segments.map { .literal(ExactString($0)) } }

    /// Whether the pattern covers the path.
    public func covers(_ path: ContextPath) -> Bool {
        match(path.segments) == .covered
    }

    /// How a path relates to a pattern.
    enum Match { case covered, above, outside }

    /// `above` means that something below the path may be covered, so that the path itself is shown in part.
    func match(_ path: some Collection<String>) -> Match {
        var names = path.makeIterator()
        for segment in segments {
            if segment == .rest { return .covered }
            guard let name = names.next() else { return .above }
            if case .literal(let expected) = segment, !expected.string.hasBytes(of: name) { return .outside }
        }
        return .covered
    }

    /// The segments before `**`.
    var depth: Int { segments.last == .rest ? segments.count - 1 : segments.count }

    /// The pattern of the first segments; it covers whatever the whole pattern covers.
    func prefix(_ count: Int) -> ContextPattern { ContextPattern(segments: Array(segments.prefix(count))) }

    private init(segments: [Segment]) { self.segments = segments }

    /// Whether the pattern has no wildcard.
    var isLiteral: Bool { !segments.contains { $0 == .any || $0 == .rest } }

    /// Whether some path is covered by both patterns.
    public func intersects(_ other: ContextPattern) -> Bool {
        for (mine, theirs) in zip(segments, other.segments) {
            if mine == .rest || theirs == .rest { return true }
            if case .literal(let left) = mine, case .literal(let right) = theirs, left != right { return false }
        }
        return true
    }

    /// Whether every path the other pattern covers is covered by this one.
    func contains(_ other: ContextPattern) -> Bool {
        for (index, mine) in segments.enumerated() {
            if mine == .rest { return true }
            guard index < other.segments.count else { return false }
            if mine == .any { if other.segments[index] == .rest { return false } else { continue } }
            guard mine == other.segments[index] else { return false }
        }
        return true
    }
}

extension ContextPattern: CustomStringConvertible {
    public var description: String { ContextPathParser.text(of: segments) }
}

extension ContextPattern: ExpressibleByStringLiteral {
    /// A pattern written in source. A literal that is no valid pattern covers the one segment with that text.
    public init(stringLiteral value: String) {
        self = (try? ContextPattern(value)) ?? ContextPattern(ContextPath(segments: [value]))
    }
}

extension ContextPattern: Codable, TextCodable {}
