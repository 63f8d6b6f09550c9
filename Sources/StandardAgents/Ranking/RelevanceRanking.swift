import Glibc
import SourceCode
import Support

/// Ranks files by BM25F: how often the task's words are in a file and in which part of it, how rare they are in the
/// workspace, how long the file is.
///
/// Formula and parameters: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
/// (2009); k1 and b have the values recommended there and in common use. The inverse document frequency has 1 added
/// inside the logarithm, so that a word in most files never lowers a score. A word in the name of a file, folder or
/// declaration, or in a comment, counts as several in the text (``FileField/weight``); files that are not part of the
/// product keep a share of their score (``PathClass``).
struct RelevanceRanking {
    /// How fast further occurrences of a word stop adding to the score: BM25's k1.
    static let termSaturation = 1.2
    /// How much a file's length counts, from 0 to 1: BM25's b.
    static let lengthNormalisation = 0.75

    /// The bonus for a word in a file's name, as a multiple of the word's inverse document frequency, scaled by the
    /// share of the name's words that are the task's. A file whose name the task mentions is nearly always relevant.
    static let nameBonus = 3.0

    private struct Document: Sendable {
        var counts: [Double]
        var length = 0
        /// The task's words in the file's name.
        var named: Set<Int> = []
        /// The number of words in the name.
        var nameLength = 0
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
        let asked = Set(task.words)
        return zip(files, documents).compactMap { file, document in
            let norm = 1 - lengthNormalisation + lengthNormalisation * Double(document.length) / averageLength
            var score = 0.0
            var matched: [String] = []
            for (word, frequency) in document.counts.enumerated() where frequency > 0 {
                score += weights[word] * frequency * (termSaturation + 1) / (frequency + termSaturation * norm)
                matched.append(task.words[word])
            }
            guard !matched.isEmpty else { return nil }
            let share = Double(document.named.count) / Double(max(1, document.nameLength))
            score += nameBonus * share * document.named.reduce(0) { $0 + weights[$1] }
            let pathClass = PathClass(file.path)
            if pathClass.words.isDisjoint(with: asked) { score *= pathClass.weight }
            return RankedFile(path: file.path, score: (score * 10_000).rounded() / 10_000, matched: matched)
        }.sorted { ($1.score, ExactString($0.path)) < ($0.score, ExactString($1.path)) }
    }

    private static func document(_ file: SourceFile, _ task: TaskWords) -> Document {
        var document = Document(counts: [Double](repeating: 0, count: task.words.count))
        FileFields.forEach(in: file) { word, field in
            document.length += 1
            if field == .name { document.nameLength += 1 }
            guard let index = task.index(of: word) else { return }
            document.counts[index] += field.weight
            if field == .name { document.named.insert(index) }
        }
        return document
    }
}
