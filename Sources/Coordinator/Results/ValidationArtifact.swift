/// The artifact of a job's validation, as the contributions so far have written it: for those who follow a job and have
/// no blackboard.
package struct ValidationArtifact: Sendable, Equatable {
    /// Its name among the artifacts.
    static let name = "validation"
    /// Where an agent writes it.
    package static let path = ContextPath(segments: ["artifacts", name])

    private var value: JSONValue?

    package init() {}

    /// What it says; `nil` when it does not say whether the validation passed.
    package var validation: JobResult.Validation? { value.flatMap { JobResult.Validation($0) } }

    /// Whether a contribution writes of it: whole or by its members, alone or with all artifacts.
    package static func isWritten(by contribution: Contribution) -> Bool { !paths(of: contribution).isEmpty }

    /// Takes what a contribution writes of it. At one path it sets before it merges, and merges before it appends.
    package mutating func take(_ contribution: Contribution) {
        for path in Self.paths(of: contribution) {
            let depth = Self.path.segments.count
            let above = Self.path.segments.dropFirst(path.segments.count)
            let below = path.segments.dropFirst(depth)
            if let written = contribution.set[path] {
                if path.segments.count < depth {
                    value = written.value(at: above)
                } else {
                    edit(below) { _ in written }
                }
            }
            if let members = contribution.merge[path] {
                let written = JSONValue.object(members).value(at: above)
                if let members = written?.objectValue {
                    edit(below) { old in
                        var merged = old ?? .object([:])
                        merged.mergeDeeply(members)
                        return merged
                    }
                } else if written != nil {
                    value = written
                }
            }
            if let elements = contribution.append[path] {
                edit(below) { old in .array((old?.arrayValue ?? []) + elements) }
            }
        }
    }

    private static func paths(of contribution: Contribution) -> [ContextPath] {
        Set(contribution.paths).filter { $0.isPrefix(of: path) || path.isPrefix(of: $0) }
            .sorted { $0.description < $1.description }
    }

    private mutating func edit(_ below: ArraySlice<String>, _ change: (JSONValue?) -> JSONValue) {
        guard !below.isEmpty else { return value = change(value) }
        var whole = value ?? .object([:])
        // The blackboard has refused what does not fit.
        try? whole.replace(at: below) { change($0) }
        value = whole
    }
}
