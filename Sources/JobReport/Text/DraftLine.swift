import Coordinator
import Support

/// What a drafter says it drafted, or why there is nothing: for the last lines of a run and the first of its report.
enum DraftLine {
    /// The artifact that holds it, and the member.
    private static let (artifact, member) = ("draft", "statement")
    /// The most characters that are shown.
    static let longest = 1_000

    /// The line; `nil` where the job has no draft.
    static func text(of result: JobResult) -> String? {
        guard let statement = result.artifacts[artifact]?[member]?.stringValue, !statement.isEmpty else { return nil }
        return ForeignText.line(statement, atMost: longest)
    }
}
