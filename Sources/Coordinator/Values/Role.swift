/// The permissions of an agent: what it may read and write.
///
/// ```swift
/// let reviewer = Role(
///     name: "reviewer", reads: ["task", "artifacts.code"], writes: ["artifacts.findings"],
///     redact: [Redaction("artifacts.code", match: "key-[0-9a-f]{32}")])
/// ```
public struct Role: Sendable, Hashable, Codable {
    /// The role's low-cardinality name.
    public var name: String
    /// The paths that a view shows.
    public var reads: [ContextPattern]
    /// The paths that a contribution may write.
    public var writes: [ContextPattern]
    /// The values that are masked before an agent sees them.
    public var redact: [Redaction]

    /// Declares a role; by default it may neither read nor write.
    public init(name: String, reads: [ContextPattern] = [], writes: [ContextPattern] = [], redact: [Redaction] = []) {
        self.name = name
        self.reads = reads
        self.writes = writes
        self.redact = redact
    }

    /// Whether the role may write at the path.
    public func mayWrite(_ path: ContextPath) -> Bool { writes.contains { $0.covers(path) } }

    /// Extracts and normalises context from code and documents.
    public static let collector = Role(
        name: "collector", reads: ["task", "constraints", "decisions", "artifacts.code"],
        writes: ["artifacts.context"])
    /// Makes patches; in a later round of a repeat it sees its last one, and how that was checked.
    public static let drafter = Role(
        name: "drafter",
        reads: [
            "task", "constraints", "decisions", "artifacts.code", "artifacts.context", "artifacts.patch",
            "artifacts.validation",
        ],
        writes: ["artifacts.patch", "artifacts.draft"])
    /// Makes tests and checklists.
    public static let validator = Role(
        name: "validator", reads: ["task", "constraints", "decisions", "artifacts.**"],
        writes: ["artifacts.checklist", "artifacts.tests", "artifacts.validation"])

    /// The role of an agent that names none, as narrow as can be: it reads the task and writes the artifact of its own
    /// name.
    package static func leastPrivilege(agent name: String) -> Role {
        Role(name: name, reads: ["task"], writes: [ContextPattern(ContextPath(segments: ["artifacts", name]))])
    }

    /// The roles that ship, by name.
    public static let standard = [collector, drafter, validator]

    /// The role of this name that ships; `nil` when there is none.
    package static func standard(named name: String) -> Role? { standard.first { $0.name == name } }
}

/// A value that an agent sees masked.
///
/// ```swift
/// let secrets = Redaction("artifacts.code", match: "key-[0-9a-f]{32}")
/// ```
public struct Redaction: Sendable, Hashable, Codable {
    /// The paths the rule applies to.
    public var path: ContextPattern
    /// A regular expression; each match inside a string is masked. Without one the whole value is.
    public var match: String?

    /// The text that replaces a masked value.
    public static let mask = "[redacted]"

    /// Declares a redaction.
    public init(_ path: ContextPattern, match: String? = nil) {
        self.path = path
        self.match = match
    }
}
