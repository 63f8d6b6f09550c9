import Support

/// A location on the blackboard: dotted identifiers, any other segment in brackets.
///
/// `artifacts.code["Sources/A.swift"]` has three segments. An identifier is a letter or `_`, then letters, digits,
/// `_` and `-`. Brackets hold a JSON string. Two paths are equal when the bytes of their segments are.
///
/// ```swift
/// let words: ContextPath = "artifacts.words"
/// let file = ContextPath(segments: ["artifacts", "code", name])   // a name from outside may hold any character
/// let named = try ContextPath(text)                                // a path from outside
/// ```
public struct ContextPath: Sendable {
    /// The segments from the root; empty means the whole blackboard.
    public let segments: [String]
    /// Whether it is a literal that is no path; then its one segment is the literal's text, and it names nothing.
    let isUnreadable: Bool

    /// Makes a path from segments, whatever characters they hold.
    public init(segments: [String]) {
        self.segments = segments
        isUnreadable = false
    }

    /// Reads a path.
    ///
    /// - Throws: ``ContextPathError`` with the offset of the first character that does not fit.
    public init(_ text: String) throws {
        var parser = ContextPathParser(text)
        segments = try parser.parse().map { segment in
            guard case .literal(let name) = segment else {
                throw ContextPathError(text: text, offset: 0, problem: "a wildcard stands only in a pattern")
            }
            return name.string
        }
        isUnreadable = false
    }

    private init(unreadable literal: String) {
        segments = [literal]
        isUnreadable = true
    }

    /// Why a path written in source names nothing; `nil` for a path that names something.
    var fault: ContextPathError? {
        guard isUnreadable else { return nil }
        do {
            _ = try ContextPath(segments[0])
        } catch {
            return error as? ContextPathError
        }
        return nil
    }

    /// The path with one segment more; of a literal that is no path, the same, which names nothing either.
    public func appending(_ segment: String) -> ContextPath {
        isUnreadable ? self : ContextPath(segments: segments + [segment])
    }

    /// Whether this path is the other one or one of its ancestors.
    public func isPrefix(of other: ContextPath) -> Bool {
        isUnreadable == other.isUnreadable && other.segments.starts(with: segments) { $0.hasBytes(of: $1) }
    }
}

extension ContextPath: Hashable {
    public static func == (left: ContextPath, right: ContextPath) -> Bool {
        left.isUnreadable == right.isUnreadable
            && left.segments.elementsEqual(right.segments) { $0.hasBytes(of: $1) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(segments.count)
        for segment in segments { hasher.combine(ExactString(segment)) }
    }
}

extension ContextPath: CustomStringConvertible {
    public var description: String {
        isUnreadable ? segments[0] : ContextPathParser.text(of: segments.map { .literal(ExactString($0)) })
    }
}

extension ContextPath: ExpressibleByStringLiteral {
    /// A path written in source.
    ///
    /// A literal that is no path names nothing. Whatever uses it is refused: an agent, a key or a condition before the
    /// job starts, as ``CoordinatorError/Code/invalidPath``; a read or a contribution when it is made, as
    /// ``ContextError/Code/invalidPath``.
    public init(stringLiteral value: String) {
        self = (try? ContextPath(value)) ?? ContextPath(unreadable: value)
    }
}

extension ContextPath: Codable, TextCodable {}

/// A path or pattern that could not be read.
public struct ContextPathError: Error, Hashable, CustomStringConvertible {
    /// The text that was read.
    public let text: String
    /// Where reading stopped, in characters from 0.
    public let offset: Int
    /// The mistake at that offset.
    public let problem: String

    public var description: String {
        "'\(text)' is not a context path: \(problem) at character \(offset + 1); "
            + "write dotted names, and other segments as [\"text\"]"
    }
}
