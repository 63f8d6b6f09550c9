import Glibc

/// An order of files by how much of a task's words they hold, for drafts made without the collector's ranking.
enum TaskRelevance {
    /// Paths of the files that have at least one of the words, the best first.
    ///
    /// A word weighs more the fewer files have it, and twice in a path or a declaration's name.
    static func order(texts: [String: String], symbols: [String: [Symbol]], task: String) -> [String] {
        let wanted = RequirementWords.of(task)
        guard !wanted.isEmpty else { return [] }
        let starts = RequirementWords.starts(of: wanted)
        func found(_ text: String) -> Set<String> {
            var words: Set<String> = []
            RequirementWords.scan(Array(text.utf8)[...], starts: starts) { if wanted.contains($0) { words.insert($0) } }
            return words
        }
        var files: [(path: String, words: Set<String>, names: Set<String>)] = []
        var counts: [String: Int] = [:]
        for (path, text) in texts {
            let names = found(([path] + (symbols[path] ?? []).map(\.name)).joined(separator: " "))
            let words = found(text).union(names)
            for word in words { counts[word, default: 0] += 1 }
            if !words.isEmpty { files.append((path, words, names)) }
        }
        func weight(_ words: Set<String>) -> Double {
            words.sorted().map { log(1 + Double(texts.count) / Double(counts[$0] ?? 1)) }.reduce(0, +)
        }
        return files.map { (weight($0.words) + weight($0.names), $0.path) }
            .sorted { ($1.0, $0.1) < ($0.0, $1.1) }.map(\.1)
    }
}
