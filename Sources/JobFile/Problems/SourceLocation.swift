/// Where something of a job file stands.
struct SourceLocation: Sendable, Hashable {
    /// From 1; for an override its number.
    var line: Int
    /// In Unicode scalars, from 1.
    var column: Int
    /// The override as it was given; `nil` in the file itself.
    var override: String?

    static let start = SourceLocation(line: 1, column: 1)
}
