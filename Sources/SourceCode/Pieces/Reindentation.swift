/// How lines that a model indented in its own way are indented in the file.
package struct Reindentation: Sendable {
    private var known: [[UInt8]: [UInt8]] = [:]
    /// What stands for several indentations of the file.
    private var ambiguous: Set<[UInt8]> = []

    /// Learns from lines that are alike but for their spaces, one by one.
    package init(from lines: [ArraySlice<UInt8>], to fileLines: [ArraySlice<UInt8>]) {
        for (line, fileLine) in zip(lines, fileLines) {
            let (mine, files) = (Array(line.indentation), Array(fileLine.indentation))
            if known[mine] ?? files != files { ambiguous.insert(mine) }
            known[mine] = files
        }
    }

    /// A new line with the file's indentation: that of the same, or else of the nearest indentation that is known.
    ///
    /// - Returns: `nil` when several can be meant.
    package func applied(to line: ArraySlice<UInt8>) -> [UInt8]? {
        let mine = Array(line.indentation)
        guard mine.count < line.count else { return [] }
        let rest = line.dropFirst(mine.count)
        if let shallower = known.keys.filter({ mine.starts(with: $0) }).max(by: { $0.count < $1.count }) {
            guard !ambiguous.contains(shallower), let files = known[shallower] else { return nil }
            return files + converted(mine.dropFirst(shallower.count)) + rest
        }
        let deeper = known.keys.filter { $0.starts(with: mine) }.min { $0.count < $1.count }
        guard let deeper, let files = known[deeper] else { return Array(line) }
        guard !ambiguous.contains(deeper) else { return nil }
        return files.dropLast(converted(deeper.dropFirst(mine.count)).count) + rest
    }

    /// Spaces as the file's tabs or the other way round, where that is what is known of the two.
    private func converted(_ spaces: ArraySlice<UInt8>) -> [UInt8] {
        for (mine, files) in known.sorted(by: { $0.key.count < $1.key.count }) where !mine.isEmpty && !files.isEmpty {
            guard let one = mine.first, let other = files.first, one != other, mine.allSatisfy({ $0 == one }),
                files.allSatisfy({ $0 == other }), spaces.allSatisfy({ $0 == one })
            else { continue }
            return [UInt8](repeating: other, count: spaces.count * files.count / mine.count)
        }
        return Array(spaces)
    }
}
