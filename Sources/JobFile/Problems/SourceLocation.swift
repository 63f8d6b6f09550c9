/// A position in a job file or in an override.
struct SourceLocation: Sendable, Hashable {
    /// The line, from 1; for an override, the number of the override.
    var line: Int
    /// The column in Unicode scalars, from 1.
    var column: Int
    /// The override as it was given; `nil` in the file itself.
    var override: String?

    static let start = SourceLocation(line: 1, column: 1)
}
