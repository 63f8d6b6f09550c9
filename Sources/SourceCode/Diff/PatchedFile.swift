/// One file in a patch.
package struct PatchedFile: Sendable {
    /// What happens to a file.
    package enum Change: String, Sendable, Hashable, Codable { case added, modified, deleted, renamed, copied }

    /// What happens to the file.
    package var change: Change
    /// Where the file was, relative to the folder; another path than ``path`` for a file that is renamed or copied.
    package var oldPath: String
    /// Where the file is then.
    package var path: String
    /// The modes in octal digits, where the patch names them.
    package var oldMode: String?
    package var newMode: String?
    /// The changed parts in the order of their lines.
    package var hunks: [Hunk] = []

    /// A part of a file that changes, with lines around it.
    package struct Hunk: Sendable {
        /// The number of the first line in the old and in the new file, from 1; 0 in a file without lines.
        package var oldStart: Int
        package var newStart: Int
        package var lines: [Line]
    }

    /// One line of a hunk.
    package struct Line: Sendable {
        package enum Kind: UInt8, Sendable { case context = 0x20, deleted = 0x2D, added = 0x2B }

        package var kind: Kind
        /// The line with its line feed; only the last line of a file may have none.
        package var bytes: ArraySlice<UInt8>
    }

    /// The file as git takes it: one text, whatever the patch looked like from which it was read.
    package var text: [UInt8] {
        let (from, to) = (GitPath.quoted("a/" + oldPath), GitPath.quoted("b/" + path))
        var output = Array("diff --git \(from) \(to)\n".utf8)
        output += header.flatMap { Array($0.utf8) + [0x0A] }
        guard !hunks.isEmpty else { return output }
        output += Array("--- \(change == .added ? "/dev/null" : Self.ended(from))\n".utf8)
        output += Array("+++ \(change == .deleted ? "/dev/null" : Self.ended(to))\n".utf8)
        for hunk in hunks { hunk.write(into: &output) }
        return output
    }

    private static let plainMode = "100644"

    private var header: [String] {
        switch change {
        case .added: return ["new file mode \(newMode ?? Self.plainMode)"]
        case .deleted: return ["deleted file mode \(oldMode ?? Self.plainMode)"]
        case .modified, .renamed, .copied:
            let modes = zip([oldMode, newMode], ["old mode ", "new mode "]).compactMap { mode, name in
                mode.map { name + $0 }
            }
            let word = change == .renamed ? "rename" : "copy"
            let names = ["\(word) from \(GitPath.quoted(oldPath))", "\(word) to \(GitPath.quoted(path))"]
            return (modes.count == 2 ? modes : []) + (change == .modified ? [] : names)
        }
    }

    /// The name, followed by a tab when it contains a space, so that readers of the patch know where it ends.
    private static func ended(_ name: String) -> String {
        name.contains(" ") && !name.hasPrefix("\"") ? name + "\t" : name
    }
}

extension PatchedFile.Hunk {
    /// How many lines the hunk has in the old file, and in the new one.
    package var counts: (old: Int, new: Int) {
        (lines.count { $0.kind != .added }, lines.count { $0.kind != .deleted })
    }

    fileprivate func write(into output: inout [UInt8]) {
        func range(_ start: Int, _ count: Int) -> String { count == 1 ? "\(start)" : "\(start),\(count)" }
        let counts = counts
        output += Array("@@ -\(range(oldStart, counts.old)) +\(range(newStart, counts.new)) @@\n".utf8)
        for line in lines {
            output.append(line.kind.rawValue)
            output += line.bytes
            if line.bytes.last != 0x0A { output += Array("\n\\ No newline at end of file\n".utf8) }
        }
    }
}
