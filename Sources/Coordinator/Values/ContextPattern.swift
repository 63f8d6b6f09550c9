import Support

/// A set of paths on the blackboard, as roles and fields name them.
///
/// `*` stands for one segment, `**` at the end for any number of further ones. A pattern covers what it names and
/// everything below it: `artifacts.code` covers `artifacts.code["A.swift"]`.
///
/// ```swift
/// let role = Role(name: "reviewer", reads: ["task", "artifacts.code", "notes.*.summary"], writes: ["artifacts.review"])
/// ```
public struct ContextPattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case literal(ExactString)
        case any
        case rest
        /// A literal that is no pattern, or no path: it covers nothing.
        case unreadable(ExactString)

        var isUnreadable: Bool { if case .unreadable = self { true } else { false } }
    }

    let segments: [Segment]

    /// Whether it is a literal that is no pattern.
    var isUnreadable: Bool { segments.first?.isUnreadable ?? false }

    /// Reads a pattern.
    ///
    /// - Throws: ``ContextPathError`` with the offset of the first character that does not fit.
    public init(_ text: String) throws {
        var parser = ContextPathParser(text)
        segments = try parser.parse()
    }

    /// The pattern that covers one path and what is below it.
    public init(_ path: ContextPath) {
        segments = path.segments.map { path.isUnreadable ? .unreadable(ExactString($0)) : .literal(ExactString($0)) }
    }

    private init(unreadable literal: String) { segments = [.unreadable(ExactString(literal))] }

    /// Why a pattern written in source covers nothing; `nil` for a pattern that covers something.
    var fault: ContextPathError? {
        guard case .unreadable(let literal)? = segments.first else { return nil }
        do {
            _ = try ContextPattern(literal.string)
        } catch {
            return error as? ContextPathError
        }
        // A path may be none although a pattern of that text is: one with a wildcard.
        return ContextPath(stringLiteral: literal.string).fault
    }

    /// Whether the pattern covers the path.
    public func covers(_ path: ContextPath) -> Bool {
        !path.isUnreadable && match(path.segments) == .covered
    }

    /// How a path relates to a pattern.
    enum Match { case covered, above, outside }

    /// `above` means that something below the path may be covered, so that the path itself is shown in part.
    func match(_ path: some Collection<String>) -> Match {
        var names = path.makeIterator()
        for segment in segments {
            if segment == .rest { return .covered }
            if case .unreadable = segment { return .outside }
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
            if mine.isUnreadable || theirs.isUnreadable { return false }
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
    /// A pattern written in source. A literal that is no pattern covers nothing, and the agent whose role names it, or
    /// the field that it declares, is refused before the job starts, as ``CoordinatorError/Code/invalidPath``.
    public init(stringLiteral value: String) {
        self = (try? ContextPattern(value)) ?? ContextPattern(unreadable: value)
    }
}

extension ContextPattern: Codable, TextCodable {}
