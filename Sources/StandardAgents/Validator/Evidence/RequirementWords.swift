/// The words of a text that carry its meaning: identifiers split at upper-case letters (camel case), underscores and
/// digits, in lower case, without filler words, and without plural and verb endings.
package enum RequirementWords {
    /// The words of a text, each once, in the form in which they are compared.
    package static func of(_ text: some StringProtocol) -> Set<String> {
        var words: Set<String> = []
        scan(Array(text.utf8)[...]) { words.insert($0) }
        return words
    }

    /// The words of a text in the form in which they are compared, each with its first form in the text, in lower case.
    static func forms(of text: some StringProtocol) -> [String: String] {
        var forms: [String: String] = [:]
        var current = ""
        func end() {
            for word in of(current) where forms[word] == nil { forms[word] = current.lowercased() }
            current = ""
        }
        for character in text {
            let isHump = character.isUppercase && current.last?.isUppercase == false
            if !character.isLetter || isHump { end() }
            if character.isLetter { current.append(character) }
        }
        end()
        return forms
    }

    /// Calls back with every word of the bytes, repetitions included.
    /// - Parameter starts: The first two letters, in lower case, of the wanted words; `nil` for all words.
    static func scan(_ bytes: ArraySlice<UInt8>, starts: Set<UInt16>? = nil, _ found: (String) -> Void) {
        var start = bytes.startIndex
        var index = bytes.startIndex
        func end(_ stop: Int) {
            guard stop - start >= 2 else { return }
            if let starts, !starts.contains(Self.start(bytes[start], bytes[start + 1])) { return }
            if let word = word(bytes[start..<stop]) { found(word) }
        }
        while index < bytes.endIndex {
            let byte = bytes[index]
            if !isLetter(byte) {
                end(index)
                start = index + 1
            } else if isUpper(byte), index > start {
                let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
                // A word of camel case starts: aB, or the last capital of a run before a small letter (HTTPServer).
                if !isUpper(bytes[index - 1]) || isLower(next) {
                    end(index)
                    start = index
                }
            }
            index += 1
        }
        end(bytes.endIndex)
    }

    /// The first two letters of the words, in lower case.
    static func starts(of words: Set<String>) -> Set<UInt16> {
        Set(
            words.compactMap { word in
                let bytes = Array(word.utf8.prefix(2))
                return bytes.count == 2 ? start(bytes[0], bytes[1]) : nil
            })
    }

    private static func start(_ first: UInt8, _ second: UInt8) -> UInt16 {
        func lower(_ byte: UInt8) -> UInt16 { UInt16(isUpper(byte) ? byte | 0x20 : byte) }
        return lower(first) << 8 | lower(second)
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { isUpper(byte) || isLower(byte) || byte >= 0x80 }

    private static func word(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count >= 2, bytes.count <= 40 else { return nil }
        let lower = bytes.map { isUpper($0) ? $0 | 0x20 : $0 }
        let word = String(decoding: lower, as: UTF8.self)
        return fillers.contains(word) ? nil : stem(word)
    }

    /// Cuts plural and verb endings, so that "retries", "retried" and "retry" compare equal.
    private static func stem(_ word: String) -> String {
        func cut(_ ending: String, _ replacement: String = "") -> String? {
            word.hasSuffix(ending) && word.utf8.count - ending.utf8.count >= 3
                ? word.dropLast(ending.count) + replacement : nil
        }
        if word.hasSuffix("ss") || word.hasSuffix("us") { return word }
        return cut("ies", "y") ?? cut("ied", "y") ?? cut("ing") ?? cut("ed") ?? cut("es") ?? cut("s") ?? cut("e")
            ?? word
    }

    private static let fillers: Set<String> = [
        "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "do",
        "does", "each", "every", "for", "from", "has", "have", "if", "in", "into", "is", "it", "its", "like", "may",
        "more",
        "must", "need", "needs", "no", "not", "of", "on", "one", "only", "or", "other", "our", "shall", "should", "so",
        "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to",
        "use", "used", "was", "we", "when", "where", "which", "while", "will", "with", "without", "would", "you",
        "your",
    ]
}
