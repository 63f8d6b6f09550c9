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
        revisions.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }.map(patch).joined()
    }

    /// The patch of one file; empty when nothing changes.
    package func patch(_ revision: FileRevision) -> String {
        if let old = revision.old, let new = revision.new, old.utf8.elementsEqual(new.utf8) { return "" }
        guard revision.old != nil || revision.new != nil else { return "" }
        let from = GitPath.quoted("a/" + revision.path)
        let to = GitPath.quoted("b/" + revision.path)
        var output = Array("diff --git \(from) \(to)\n".utf8)
        if revision.old == nil { output += Array("new file mode 100644\n".utf8) }
        if revision.new == nil { output += Array("deleted file mode 100644\n".utf8) }
        let old = TextLines(revision.old ?? "").lines
        let new = TextLines(revision.new ?? "").lines
        if !old.isEmpty || !new.isEmpty {
            output += Array("--- \(revision.old == nil ? "/dev/null" : ended(from))\n".utf8)
            output += Array("+++ \(revision.new == nil ? "/dev/null" : ended(to))\n".utf8)
            for hunk in hunks(LineDifference(from: old, to: new).steps) { write(hunk, old, new, into: &output) }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The name, followed by a tab when it contains a space, so that readers of the patch know where it ends.
    private func ended(_ name: String) -> String { name.contains(" ") && !name.hasPrefix("\"") ? name + "\t" : name }

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

    private func write(
        _ hunk: [Step], _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], into output: inout [UInt8]
    ) {
        guard let first = hunk.first, let last = hunk.last else { return }
        let oldRange = span(first.old.lowerBound, last.old.upperBound)
        let newRange = span(first.new.lowerBound, last.new.upperBound)
        output += Array("@@ -\(oldRange) +\(newRange) @@\n".utf8)
        for step in hunk {
            switch step.kind {
            case .equal: for index in step.old { write(0x20, old[index], into: &output) }
            case .delete: for index in step.old { write(0x2D, old[index], into: &output) }
            case .insert: for index in step.new { write(0x2B, new[index], into: &output) }
            }
        }
    }

    private func span(_ lower: Int, _ upper: Int) -> String {
        let count = upper - lower
        let start = count == 0 ? lower : lower + 1
        return count == 1 ? "\(start)" : "\(start),\(count)"
    }

    private func write(_ sign: UInt8, _ line: ArraySlice<UInt8>, into output: inout [UInt8]) {
        output.append(sign)
        output += line
        if line.last != 0x0A { output += Array("\n\\ No newline at end of file\n".utf8) }
    }
}
