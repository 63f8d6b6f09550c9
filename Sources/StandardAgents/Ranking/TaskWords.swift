/// The words of a task, each with its stem, by which words are compared.
struct TaskWords: Sendable {
    /// The words, sorted; plural forms are reduced to the singular.
    let words: [String]
    /// From the hash of a stem to the index of its word.
    private let stems: [UInt64: Int]

    /// Reads the words of a task, without common English words.
    init(_ texts: [String], limit: Int) {
        var found: [String] = []
        var seen: Set<UInt64> = []
        for text in texts {
            var text = text
            text.withUTF8 { bytes in
                Words.forEach(in: bytes) { word, _ in
                    let base = Self.singular(String(decoding: word, as: UTF8.self))
                    if !Self.common.contains(base), seen.insert(WordStem.hash(of: word)).inserted { found.append(base) }
                }
            }
        }
        words = found.prefix(max(0, limit)).sorted()
        var stems: [UInt64: Int] = [:]
        for (index, word) in words.enumerated() {
            var word = word
            word.withUTF8 { stems[WordStem.hash(of: $0)] = index }
        }
        self.stems = stems
    }

    /// The index of the task's word with the same stem as a word of a file; `nil` for none.
    func index(of word: UnsafeBufferPointer<UInt8>) -> Int? { stems[WordStem.hash(of: word)] }

    private static func singular(_ word: String) -> String {
        if word.count > 4, word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        if word.count > 4, word.hasSuffix("sses") || word.hasSuffix("xes") || word.hasSuffix("ches") {
            return String(word.dropLast(2))
        }
        let keeps = ["ss", "us", "is"].contains { word.hasSuffix($0) }
        return word.count > 3 && word.hasSuffix("s") && !keeps ? String(word.dropLast()) : word
    }

    /// English words that say nothing about where to look.
    private static let common: Set<String> = [
        "the", "and", "for", "with", "that", "this", "from", "into", "are", "was", "not", "but", "all", "any", "each",
        "every", "has", "have", "had", "its", "it", "is", "be", "been", "by", "of", "to", "in", "on", "or", "an", "as",
        "at", "if", "no", "so", "do", "we", "us", "our", "you", "your", "they", "their", "them", "there", "these",
        "those", "then", "than", "when", "where", "which", "who", "whose", "what", "why", "how", "must", "should",
        "shall", "can", "could", "may", "might", "will", "would", "also", "only", "more", "most", "such", "same",
        "make", "makes", "let", "allow", "add", "want", "need", "use", "used", "get", "give", "given", "like", "still",
        "other", "some", "one", "two", "up", "out", "over", "after", "before", "between", "without", "within", "here",
        "see", "whether",
    ]
}
