import Coordinator
import Support

/// Checks that what the limits require, what ends a repeat and what an agent runs over can ever stand on the blackboard: a
/// misspelt path would show after all that comes before it was paid for.
struct RequiredPaths {
    private let draft: JobDraft
    /// The artifacts that the file gives, and the lists of what is left out of those that are files.
    private let artifacts: Set<ExactString>
    /// What all agents may write; `nil` where that is not known of one of them.
    private let writes: Set<ContextPattern>?

    /// - Parameter roles: of each agent; `nil` for one of which it is not known.
    init(_ draft: JobDraft, roles: [Role?]) {
        self.draft = draft
        let lists = draft.artifacts.filter(\.value.isFiles).keys.map {
            ExactString(ArtifactSource.leftOut(of: $0.string))
        }
        artifacts = Set(draft.artifacts.keys).union(lists)
        writes = roles.contains(nil) ? nil : Set(roles.flatMap { $0?.writes ?? [] })
    }

    func check() {
        let lists = draft.agents.compactMap(\.forEach)
        let inputs = draft.agents.flatMap { agent in
            (agent.modelAgent?.input ?? []).filter { $0.value.segments.first != agent.forEach?.value.name }
        }
        let conditions = [draft.limits.require].compactMap(\.self) + draft.repeats.compactMap(\.until)
        let shown = draft.agents.flatMap { agent in
            (agent.approval?.show ?? []).filter { $0.value.segments.first != agent.forEach?.value.name }
        }
        guard !lists.isEmpty || !conditions.isEmpty || !shown.isEmpty || !inputs.isEmpty else { return }
        let index = writes.map(PatternIndex.init)
        for list in lists { checkGiven(list, isWritten: index?.reaches(list.path.value) ?? true) }
        guard let writes, let index else { return }
        let mayStand = { index.reaches($0) || isGiven($0) }
        let paths = writes.map(\.description).sorted(byBytesOf: \.self)
        for condition in conditions {
            guard let path = condition.value.missingForEver(where: mayStand) else { continue }
            report(path, at: condition.cursor, "so this can never hold", paths)
        }
        for path in shown where !mayStand(path.value) {
            report(path.value, at: path.cursor, "so there will be nothing to show", paths)
        }
        for path in inputs where !mayStand(path.value) {
            report(path.value, at: path.cursor, "so there will be nothing to put into the prompt", paths)
        }
        for list in lists where !mayStand(list.path.value) {
            report(list.path.value, at: list.path.cursor, "so there will be nothing to run this agent for", paths)
        }
    }

    private func report(_ path: ContextPath, at cursor: Cursor, _ consequence: String, _ paths: [String]) {
        cursor.report(
            unknown: ContextPath(segments: Array(path.segments.prefix(2))).description,
            "no agent of this job may write \(path), \(consequence)", known: { paths },
            listing: { paths.isEmpty ? "" : "; they may write \(Suggestion.list(paths))" })
    }

    /// Checks a list that the file itself gives, and no agent changes.
    private func checkGiven(_ list: ForEachDraft, isWritten: Bool) {
        let segments = list.path.value.segments
        guard !isWritten, segments.first == "artifacts", let name = segments.dropFirst().first,
            case .value(let given)? = draft.artifacts[ExactString(name)]
        else { return }
        let path = list.path.value
        switch segments.dropFirst(2).reduce(Optional(given), { $0?[$1] }) {
        case .array(let elements)?: checkLength(elements.count, of: list)
        case .object(let members)?: checkLength(members.count, of: list)
        case let other?:
            list.path.cursor.report(
                "\(path) holds a value of kind \(other.kindName); for_each runs over a list or an object")
        case nil: list.path.cursor.report("there is nothing at \(path); for_each runs over a list or an object")
        }
    }

    private func checkLength(_ length: Int, of list: ForEachDraft) {
        guard length > list.value.atMost else { return }
        list.path.cursor.report(
            "\(list.path.value) has \(Counted.text(length, "element")), but at_most allows \(list.value.atMost)")
    }

    /// Whether something stands at a path though no agent writes it.
    private func isGiven(_ path: ContextPath) -> Bool {
        guard let field = path.segments.first, !Self.standing.contains(field) else { return true }
        guard field == "artifacts" else { return false }
        guard let name = path.segments.dropFirst().first else { return true }
        return artifacts.contains(ExactString(name))
    }

    /// The fields that stand on every job's blackboard, or that the coordinator writes.
    private static let standing: Set = ["task", "constraints", "decisions", "agents", "signals"]
}
