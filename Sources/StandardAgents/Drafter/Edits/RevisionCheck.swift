import SourceCode

/// Checks what a model's edits make of files: that those which parsed still do, and that no secret was added.
struct RevisionCheck: Sendable {
    let syntax: SyntaxChecker

    /// What is wrong with a file, worded for the model, and whether it parses.
    func problems(_ revision: FileRevision) async throws -> (problems: [String], syntax: SyntaxStatus) {
        var problems: [String] = []
        let status = try await syntax.check(path: revision.path, text: revision.new ?? "")
        if status.outcome == .fails, try await parsed(revision) {
            problems.append("\(revision.path) does not parse with your edits: line \(status.detail).")
        }
        if let finding = Self.newSecret(revision) {
            problems.append("\(revision.path), line \(finding.line): this looks like a secret (\(finding.rule)).")
        }
        return (problems, status)
    }

    /// Whether the file parsed before the change: only then is a file that does not parse the model's fault.
    private func parsed(_ revision: FileRevision) async throws -> Bool {
        guard let old = revision.old else { return true }
        return try await syntax.check(path: revision.path, text: old).outcome != .fails
    }

    private static func newSecret(_ revision: FileRevision) -> SecretScanner.Finding? {
        guard let finding = SecretScanner.firstFinding(in: Array((revision.new ?? "").utf8), path: revision.path),
            SecretScanner.firstFinding(in: Array((revision.old ?? "").utf8), path: revision.path) == nil
        else { return nil }
        return finding
    }
}
