/// Guesses what was meant by a misspelt name.
enum Suggestion {
    /// The most candidates compared, so that a long file with many mistakes is read quickly.
    private static let candidateLimit = 200

    /// Names for a message: all of them, or the first 20 and the number of the rest.
    static func list(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }

    /// The candidate most similar to the name, the first of several; `nil` if none is similar enough.
    static func nearest(to name: String, among candidates: some Collection<String>) -> String? {
        let wanted = folded(name)
        // A name this long is not a misspelling, and the comparison is quadratic.
        guard wanted.count <= 100 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(candidateLimit) where candidate != name {
            let other = folded(candidate)
            let allowed = min(wanted.count, other.count) / 3
            guard abs(wanted.count - other.count) <= allowed else { continue }
            let distance = distance(wanted, other)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The name without case and separators, so that `maxRetries` equals `max_retries`.
    private static func folded(_ name: String) -> [Character] {
        Array(name.lowercased()).filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    /// The edit distance: insertions, deletions, substitutions and swaps of neighbours.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (i, mine) in left.enumerated() {
            var row = [i + 1]
            for (j, theirs) in right.enumerated() {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (mine == theirs ? 0 : 1))
                if i > 0, j > 0, mine == right[j - 1], left[i - 1] == theirs { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
