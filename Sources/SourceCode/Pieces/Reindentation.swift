/// How lines that a model indented in its own way are indented in the file.
package struct Reindentation: Sendable {
    private var known: [[UInt8]: [UInt8]] = [:]

    /// Learns from lines that are alike but for their spaces, one by one.
    ///
    /// - Returns: `nil` when one indentation of the model stands for two of the file, so that new lines could mean either.
    package init?(from lines: [ArraySlice<UInt8>], to fileLines: [ArraySlice<UInt8>]) {
        for (line, fileLine) in zip(lines, fileLines) {
            let (mine, files) = (Array(line.indentation), Array(fileLine.indentation))
            guard known[mine] ?? files == files else { return nil }
            known[mine] = files
        }
    }

    /// A new line with the file's indentation: that of the same, or else of the nearest indentation that is known.
    package func applied(to line: ArraySlice<UInt8>) -> [UInt8] {
        let mine = Array(line.indentation)
        guard mine.count < line.count else { return [] }
        let rest = line.dropFirst(mine.count)
        if let files = known[mine] { return files + rest }
        let shallower = known.keys.filter { mine.starts(with: $0) }.max { $0.count < $1.count }
        if let shallower, let files = known[shallower] {
            return files + converted(mine.dropFirst(shallower.count)) + rest
        }
        let deeper = known.keys.filter { $0.starts(with: mine) }.min { $0.count < $1.count }
        guard let deeper, let files = known[deeper] else { return Array(line) }
        return files.dropLast(converted(deeper.dropFirst(mine.count)).count) + rest
    }

    /// Spaces as the file's tabs or the other way round, where that is what is known of the two.
    private func converted(_ spaces: ArraySlice<UInt8>) -> [UInt8] {
        for (mine, files) in known where !mine.isEmpty && !files.isEmpty {
            guard let one = mine.first, let other = files.first, one != other, mine.allSatisfy({ $0 == one }),
                files.allSatisfy({ $0 == other }), spaces.allSatisfy({ $0 == one })
            else { continue }
            return [UInt8](repeating: other, count: spaces.count * files.count / mine.count)
        }
        return Array(spaces)
    }
}
