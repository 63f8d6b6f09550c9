import Coordinator
import Support

/// What a job was made of and is another thing now.
struct SubmissionChanges {
    /// The most files that are named; the others are counted.
    static let mostNamedFiles = 10

    private let before: JobSubmission
    private let now: JobSubmission

    init(from before: JobSubmission, to now: JobSubmission) {
        self.before = before
        self.now = now
    }

    /// Each change in a sentence.
    var sentences: [String] { definitions + workspace }

    private struct Name: Hashable {
        let kind: String
        let name: String
    }

    private var definitions: [String] {
        let (old, new) = (Self.digests(before), Self.digests(now))
        let names = Set(old.keys).union(new.keys).sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
        return names.compactMap { name in
            guard old[name] != new[name] else { return nil }
            let shown = "\(ForeignText.line(name.kind)) '\(ForeignText.line(name.name, atMost: 200))'"
            if new[name] == nil { return "The \(shown) is not part of the job any more." }
            if old[name] == nil { return "The \(shown) was not part of the job before." }
            return "The \(shown) has changed."
        }
    }

    /// Two definitions may have one name, as two capabilities of one manifest.
    private static func digests(_ submission: JobSubmission) -> [Name: Set<String>] {
        submission.definitions.reduce(into: [:]) { digests, definition in
            digests[Name(kind: definition.kind, name: definition.name), default: []].insert(definition.digest)
        }
    }

    private var workspace: [String] {
        guard before.workspace != now.workspace else { return [] }
        guard let old = before.workspace else { return ["The workspace had no commit before, and has one now."] }
        guard let new = now.workspace else { return ["The workspace is no git working tree any more."] }
        var found: [String] = []
        if old.commit != new.commit {
            found.append("The workspace was at commit \(Self.short(old.commit)), and is at \(Self.short(new.commit)).")
        }
        let (had, has) = (Set(old.uncommitted), Set(new.uncommitted))
        let fresh = has.subtracting(had).sorted()
        let gone = had.subtracting(has).sorted()
        if !fresh.isEmpty { found.append("Files differ from the commit that did not before: \(Self.list(fresh)).") }
        if !gone.isEmpty { found.append("Files do not differ from the commit any more that did: \(Self.list(gone)).") }
        if found.isEmpty { found.append("The number of files that differ from the commit has changed.") }
        return found
    }

    private static func short(_ commit: String?) -> String {
        commit.map { ForeignText.line(String($0.prefix(12))) } ?? "none"
    }

    private static func list(_ files: [String]) -> String {
        let more = files.count - mostNamedFiles
        return files.prefix(mostNamedFiles).map { ForeignText.line($0) }.joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }
}
