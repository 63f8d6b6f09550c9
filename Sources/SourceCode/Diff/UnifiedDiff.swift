import Support

/// One file as a patch changes it.
package struct FileRevision: Sendable, Equatable {
    /// The path relative to the workspace's root.
    package var path: String
    /// The text before; `nil` when the file does not exist yet.
    package var old: String?
    /// The text after; `nil` when the file goes away.
    package var new: String?

    /// Makes a change of one file.
    package init(path: String, old: String?, new: String?) {
        self.path = path
        self.old = old
        self.new = new
    }

    /// Whether any byte changes.
    package var isChange: Bool {
        switch (old, new) {
        case (let old?, let new?): !old.hasBytes(of: new)
        case (nil, nil): false
        default: true
        }
    }
}

/// Writes unified diffs in git's format, as `git apply` reads them.
///
/// Lines end at line feeds, so CRLF files keep their line ends; a missing newline at the end is marked; new files get
/// mode 100644.
package struct UnifiedDiff: Sendable {
    /// The lines of context around each change. Default 3.
    package var context: Int

    /// Makes a writer.
    package init(context: Int = 3) { self.context = max(0, context) }

    /// The patch of several files in the order of their paths' bytes; files that do not change are not in it.
    package func patch(_ revisions: [FileRevision]) -> String {
        revisions.sorted(byBytesOf: \.path).map(patch).joined()
    }

    /// The patch of one file; empty when nothing changes.
    package func patch(_ revision: FileRevision) -> String {
        file(revision).map { String(decoding: $0.text, as: UTF8.self) } ?? ""
    }

    /// The change of one file; `nil` when nothing changes.
    package func file(_ revision: FileRevision) -> PatchedFile? {
        guard revision.isChange else { return nil }
        var file = PatchedFile(
            change: revision.old == nil ? .added : revision.new == nil ? .deleted : .modified, oldPath: revision.path,
            path: revision.path)
        let old = TextLines(revision.old ?? "").lines
        let new = TextLines(revision.new ?? "").lines
        file.hunks = hunks(LineDifference(from: old, to: new).steps).compactMap { hunk($0, old, new) }
        return file
    }

    private typealias Step = LineDifference.Step

    /// Changes with their context; neighbours whose contexts touch share a hunk.
    private func hunks(_ steps: [Step]) -> [[Step]] {
        var hunks: [[Step]] = []
        var current: [Step] = []
        for (index, step) in steps.enumerated() {
            guard step.kind == .equal else {
                current.append(step)
                continue
            }
            let count = step.old.count
            if current.isEmpty {
                if index + 1 < steps.count { current = [cut(step, from: max(0, count - context), to: count)] }
            } else if index + 1 == steps.count {
                current.append(cut(step, from: 0, to: min(context, count)))
            } else if count <= 2 * context {
                current.append(step)
            } else {
                hunks.append(current + [cut(step, from: 0, to: context)])
                current = [cut(step, from: count - context, to: count)]
            }
        }
        if current.contains(where: { $0.kind != .equal }) { hunks.append(current) }
        return hunks
    }

    private func cut(_ step: Step, from start: Int, to end: Int) -> Step {
        Step(
            kind: .equal, old: step.old.lowerBound + start..<step.old.lowerBound + end,
            new: step.new.lowerBound + start..<step.new.lowerBound + end)
    }

    private func hunk(
        _ steps: [Step], _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]
    ) -> PatchedFile.Hunk? {
        guard let first = steps.first, let last = steps.last else { return nil }
        func start(_ lower: Int, _ upper: Int) -> Int { lower == upper ? lower : lower + 1 }
        return PatchedFile.Hunk(
            oldStart: start(first.old.lowerBound, last.old.upperBound),
            newStart: start(first.new.lowerBound, last.new.upperBound),
            lines: steps.flatMap { step in
                switch step.kind {
                case .equal: step.old.map { PatchedFile.Line(kind: .context, bytes: old[$0]) }
                case .delete: step.old.map { PatchedFile.Line(kind: .deleted, bytes: old[$0]) }
                case .insert: step.new.map { PatchedFile.Line(kind: .added, bytes: new[$0]) }
                }
            })
    }
}
