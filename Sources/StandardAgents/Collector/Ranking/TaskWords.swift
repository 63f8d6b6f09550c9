/// Splits text into the words that task and files are compared by: identifiers at their humps and underscores, lower-cased.
enum Words {
    /// The longest word looked at, in bytes; what is longer is data.
    static let longest = 40

    /// Calls `word` with the lower-case bytes of each word of at least two bytes.
    ///
    /// `HTTPServer_v2` gives `http`, `server`, `v2`. Bytes above ASCII belong to words and keep their case.
    static func forEach(in bytes: UnsafeBufferPointer<UInt8>, _ word: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest) { buffer in
            var length = 0
            var previous: UInt8 = 0
            func end() {
                if length >= 2, length < longest { word(UnsafeBufferPointer(rebasing: buffer[0..<length])) }
                length = 0
            }
            for index in bytes.indices {
                let byte = bytes[index]
                let isUpper = byte &- 65 < 26
                guard isUpper || byte &- 97 < 26 || byte &- 48 < 10 || byte >= 0x80 else {
                    end()
                    previous = 0
                    continue
                }
                if isUpper, previous != 0 {
                    let followsLower = !(previous &- 65 < 26)
                    let startsWord = index + 1 < bytes.count && bytes[index + 1] &- 97 < 26
                    if followsLower || startsWord { end() }
                }
                if length < longest {
                    buffer[length] = isUpper ? byte | 0x20 : byte
                    length += 1
                }
                previous = byte
            }
            end()
        }
    }

    /// The FNV-1a hash of a word.
    static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}

/// The words of a task, each with the forms that count as the same word.
struct TaskWords: Sendable {
    /// The words, sorted; plural forms are reduced to the singular.
    let words: [String]
    /// From the hash of a form to the index of its word.
    let forms: [UInt64: Int]

    /// Reads the words of a task; words that are in every text are left out.
    init(_ texts: [String], limit: Int) {
        var found: [String] = []
        var seen: Set<String> = []
        for text in texts {
            var bytes = Array(text.utf8)
            bytes.withUnsafeMutableBufferPointer { buffer in
                Words.forEach(in: UnsafeBufferPointer(buffer)) { word in
                    let base = Self.singular(String(decoding: word, as: UTF8.self))
                    if !Self.common.contains(base), seen.insert(base).inserted { found.append(base) }
                }
            }
        }
        words = found.prefix(max(0, limit)).sorted()
        var forms: [UInt64: Int] = [:]
        for (index, word) in words.enumerated() {
            for form in Self.forms(of: word) {
                var bytes = Array(form.utf8)
                bytes.withUnsafeMutableBufferPointer { forms[Words.hash(UnsafeBufferPointer($0))] = index }
            }
        }
        self.forms = forms
    }

    private static func singular(_ word: String) -> String {
        if word.count > 4, word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        if word.count > 4, word.hasSuffix("sses") || word.hasSuffix("xes") || word.hasSuffix("ches") {
            return String(word.dropLast(2))
        }
        let keeps = ["ss", "us", "is"].contains { word.hasSuffix($0) }
        return word.count > 3 && word.hasSuffix("s") && !keeps ? String(word.dropLast()) : word
    }

    private static func forms(of word: String) -> [String] {
        var forms = [word, word + "s"]
        if word.hasSuffix("y") { forms.append(word.dropLast() + "ies") }
        if word.hasSuffix("ss") || word.hasSuffix("x") || word.hasSuffix("ch") { forms.append(word + "es") }
        return forms
    }

    /// English words that say nothing about where to look.
    private static let common: Set<String> = [
        "the", "and", "for", "with", "that", "this", "from", "into", "are", "was", "not", "but", "all", "any", "each",
        "every", "has", "have", "had", "its", "it", "is", "be", "been", "by", "of", "to", "in", "on", "or", "an", "as",
        "at", "if", "no", "so", "do", "we", "us", "our", "you", "your", "they", "their", "them", "there", "these",
        "those", "then", "than", "when", "where", "which", "who", "whose", "what", "why", "how", "must", "should",
        "shall", "can", "could", "may", "might", "will", "would", "also", "only", "more", "most", "such", "same",
        "other", "some", "one", "two", "up", "out", "over", "after", "before", "between", "without", "within",
    ]
}
