import Glibc

/// Ranks files by BM25: how often the task's words are in a file, how rare they are in the workspace, how long the file is.
///
/// Formula and parameters: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009);
/// k1 and b are the values found good there and in common use. The inverse document frequency has 1 added inside
/// the logarithm, so that a word in most files never counts against a file.
struct RelevanceRanking {
    /// How fast further occurrences of a word stop counting.
    static let termSaturation = 1.2
    /// How much a file's length counts, from 0 to 1.
    static let lengthNormalisation = 0.75
    /// How many occurrences one in the path counts as.
    static let pathWeight = 4

    private struct Document: Sendable {
        var counts: [Int]
        var length: Int
    }

    /// The files with at least one of the words, the best first; equal scores by path.
    static func rank(_ files: [SourceFile], by task: TaskWords, width: Int) async throws -> [RankedFile] {
        guard !task.words.isEmpty, !files.isEmpty else { return [] }
        let parts = files.chunks(of: max(1, files.count / (2 * width)))
        let documents = try await mapConcurrently(parts, width: width) { part in
            try part.map { file in
                try Task.checkCancellation()
                return document(file, task)
            }
        }.flatMap(\.self)
        let total = Double(documents.count)
        let averageLength = max(1, Double(documents.reduce(0) { $0 + $1.length }) / total)
        let weights = task.words.indices.map { word in
            let holding = Double(documents.count { $0.counts[word] > 0 })
            return log(1 + (total - holding + 0.5) / (holding + 0.5))
        }
        return zip(files, documents).compactMap { file, document in
            let norm = 1 - lengthNormalisation + lengthNormalisation * Double(document.length) / averageLength
            var score = 0.0
            var matched: [String] = []
            for (word, count) in document.counts.enumerated() where count > 0 {
                let frequency = Double(count)
                score += weights[word] * frequency * (termSaturation + 1) / (frequency + termSaturation * norm)
                matched.append(task.words[word])
            }
            guard !matched.isEmpty else { return nil }
            return RankedFile(path: file.path, score: (score * 10_000).rounded() / 10_000, matched: matched)
        }.sorted { ($1.score, $0.path) < ($0.score, $1.path) }
    }

    private static func document(_ file: SourceFile, _ task: TaskWords) -> Document {
        var counts = [Int](repeating: 0, count: task.words.count)
        var length = 0
        func add(_ text: String, weight: Int) {
            var text = text
            text.withUTF8 { bytes in
                Words.forEach(in: bytes) { word in
                    length += 1
                    if let index = task.forms[Words.hash(word)] { counts[index] += weight }
                }
            }
        }
        add(file.text, weight: 1)
        add(file.path, weight: pathWeight)
        return Document(counts: counts, length: length)
    }
}
