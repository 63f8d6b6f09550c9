/// Which options a refusal names.
///
/// What the error's own members name counts before what its text says; in the text, what stands in quotes before a word
/// with an underscore, that before what is said in several words, and last a word that could stand in any sentence.
extension Refusal {
    /// The longest list of names that is followed in a text. 16.
    static let listLimit = 16
    /// The members without which there is no request: where the error is about one of them, no option is at fault.
    private static let required: Set<String> = ["model", "messages"]

    private struct Word {
        let text: String
        let range: Range<Int>
        let isQuoted: Bool
    }

    func named(of options: [RequestOption]) -> [RequestOption] {
        var named: [RequestOption] = []
        for path in paths {
            guard let option = path.lazy.compactMap({ part in Self.option(part, options) }).first else { continue }
            if !named.contains(option) { named.append(option) }
        }
        if !named.isEmpty { return named }
        let saidInWords = options.first { mentions($0.phrases) }
        if paths.contains(where: { $0.contains(where: Self.required.contains) }) {
            return saidInWords.map { [$0] } ?? []
        }
        let bytes = Array(text.utf8)
        let words = Self.words(bytes)
        let found = words.indices.compactMap { index in Self.option(words[index].text, options).map { (index, $0) } }
        if let first = found.firstIndex(where: { words[$0.0].isQuoted })
            ?? found.firstIndex(where: { words[$0.0].text.contains("_") })
        {
            return Self.list(found[first...], words, bytes)
        }
        if let saidInWords { return [saidInWords] }
        guard let first = found.firstIndex(where: { !$0.1.isCommonWord }) else { return [] }
        return Self.list(found[first...], words, bytes)
    }

    /// Whether the text holds one of some words, in lower case and without quotes.
    func mentions(_ phrases: [String]) -> Bool {
        guard !phrases.isEmpty else { return false }
        let said = (paths.joined(separator: [" "]).joined(separator: ".") + " " + text).lowercased()
            .filter { !"'\"`".contains($0) }
        return phrases.contains { said.contains($0) }
    }

    /// The largest number in the text that is below another.
    func largestNumber(below limit: Int) -> Int? {
        Self.words(Array(text.utf8)).compactMap { Int($0.text) }.filter { $0 > 0 && $0 < limit }.max()
    }

    /// The option at the start of a list, and those that are listed after it with nothing but commas between.
    private static func list(
        _ found: ArraySlice<(Int, RequestOption)>, _ words: [Word], _ bytes: [UInt8]
    ) -> [RequestOption] {
        guard let first = found.first else { return [] }
        var listed = [first.1]
        var last = first.0
        for (index, option) in found.dropFirst().prefix(listLimit) {
            let isJoined = words[last + 1..<index].allSatisfy { ["and", "or"].contains($0.text) }
            let between = bytes[words[last].range.upperBound..<words[index].range.lowerBound]
            guard isJoined, between.allSatisfy({ !".;:({=".utf8.contains($0) }) else { break }
            if !listed.contains(option) { listed.append(option) }
            last = index
        }
        return listed
    }

    private static func option(_ word: String, _ options: [RequestOption]) -> RequestOption? {
        options.first { $0.words.contains(word) }
    }

    private static func words(_ bytes: [UInt8]) -> [Word] {
        var words: [Word] = []
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
            guard index > start else {
                index += 1
                continue
            }
            let text = snakeCase(String(decoding: bytes[start..<index], as: UTF8.self))
            let before = start > 0 ? bytes[start - 1] : 0
            // The number of a version or of a date is none that stands alone.
            let isNumber = Int(text) != nil
            let isBound = before == UInt8(ascii: "-") || before == UInt8(ascii: ".")
            if isNumber, isBound { continue }
            words.append(Word(text: text, range: start..<index, isQuoted: "'\"`".utf8.contains(before)))
        }
        return words
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// `maxTokens` and `Max_Tokens` as `max_tokens`.
    static func snakeCase(_ word: String) -> String {
        var text = ""
        var wasLower = false
        for character in word {
            if character.isUppercase, wasLower { text.append("_") }
            text += character.lowercased()
            wasLower = character.isLowercase
        }
        return text
    }
}
