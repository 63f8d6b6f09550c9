/// Guesses what was meant by a misspelt name.
package enum Suggestion {
    /// The most candidates compared for one name.
    private static let candidateLimit = 200
    /// The longest name compared, in bytes; a longer one is no misspelling.
    private static let lengthLimit = 200

    /// Names for a message: all of them, or the first 20 and the number of the rest.
    package static func list(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }

    /// The candidate most similar to the name, the first of several; `nil` if none is similar enough.
    package static func nearest(to name: String, among candidates: some Collection<String>) -> String? {
        guard name.utf8.count <= lengthLimit else { return nil }
        let wanted = folded(name)
        var best: (name: String, distance: Int)?
        var cells = 0
        for candidate in candidates.prefix(candidateLimit)
        where candidate != name && candidate.utf8.count <= lengthLimit {
            let other = folded(candidate)
            let allowed = min(min(wanted.count, other.count) / 3, best.map { $0.distance - 1 } ?? .max)
            guard allowed >= 0 else { break }
            if let distance = EditDistance.between(wanted, other, atMost: allowed, cells: &cells) {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// What goes on a sentence about an unknown name: `; did you mean 'collector'? known are collector, drafter`.
    ///
    /// - Parameter known: how the known names are introduced, such as `registered are`.
    package static func ending(for name: String, among names: [String], known: String) -> String {
        let guess = nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ";"
        return names.isEmpty ? "; there is none" : "\(guess) \(known) \(list(names))"
    }

    /// The name without case and separators, so that `maxRetries` equals `max_retries`.
    private static func folded(_ name: String) -> [Character] {
        Array(name.lowercased()).filter { $0 != "_" && $0 != "-" && $0 != " " }
    }
}
