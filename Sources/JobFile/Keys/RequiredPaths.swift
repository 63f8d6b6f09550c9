import Coordinator
import Support

/// Checks that what the limits require can ever stand on the blackboard: a misspelt path would fail the job at its end,
/// after all of it was paid for.
struct RequiredPaths {
    private let require: Located<Condition>?
    /// The artifacts that the file gives, and the lists of what is left out of those that are files.
    private let artifacts: Set<ExactString>
    /// What all agents may write; `nil` where that is not known of one of them.
    private let writes: Set<ContextPattern>?

    /// - Parameter roles: of each agent; `nil` for one of which it is not known.
    init(_ draft: JobDraft, roles: [Role?]) {
        require = draft.limits.require
        let lists = draft.artifacts.filter(\.value.isFiles).keys.map {
            ExactString(ArtifactSource.leftOut(of: $0.string))
        }
        artifacts = Set(draft.artifacts.keys).union(lists)
        writes = roles.contains(nil) ? nil : Set(roles.flatMap { $0?.writes ?? [] })
    }

    func check() {
        guard let require, let writes else { return }
        let index = PatternIndex(writes)
        guard let path = require.value.missingForEver(where: { index.reaches($0) || isGiven($0) }) else { return }
        let paths = writes.map(\.description).sorted(byBytesOf: \.self)
        let wanted = path.segments.prefix(2)
        require.cursor.report(
            unknown: ContextPath(segments: Array(wanted)).description,
            "no agent of this job may write \(path), so this can never hold", known: { paths },
            listing: { paths.isEmpty ? "" : "; they may write \(Suggestion.list(paths))" })
    }

    /// Whether something stands at a path though no agent writes it.
    private func isGiven(_ path: ContextPath) -> Bool {
        guard let field = path.segments.first, !Self.standing.contains(field) else { return true }
        guard field == "artifacts" else { return false }
        guard let name = path.segments.dropFirst().first else { return true }
        return artifacts.contains(ExactString(name))
    }

    /// The fields that stand on every job's blackboard, or that the coordinator writes.
    private static let standing: Set = ["task", "constraints", "decisions", "agents"]
}
