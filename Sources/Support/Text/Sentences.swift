/// The one way to make a message of parts that were made apart: an error's text and what to do about it.
package enum Sentences {
    /// The parts as sentences, one after the other. Each but the last ends as a sentence does, and each but the first begins
    /// as one. What an earlier part says already is said once, and only the first question is asked: a reader can answer
    /// one, and the second is the same in other words.
    ///
    /// - Parameter parts: sentences, or parts of one without its end; empty ones are left out.
    package static func joined(_ parts: String...) -> String { joined(parts) }

    /// - Parameter parts: as above.
    package static func joined(_ parts: [String]) -> String {
        var sentences: [Substring] = []
        var hasQuestion = false
        for part in parts {
            for sentence in split(part) {
                let isQuestion = sentence.last == "?"
                guard !(isQuestion && hasQuestion), !sentences.contains(where: { isSame($0, sentence) }) else {
                    continue
                }
                hasQuestion = hasQuestion || isQuestion
                sentences.append(sentence)
            }
        }
        guard let first = sentences.first else { return "" }
        return sentences.dropFirst().reduce(into: String(first)) { text, sentence in
            text += (hasEnd(text) ? " " : ". ") + sentence.prefix(1).uppercased() + sentence.dropFirst()
        }
    }

    /// The text as what ends as a sentence does: for one that begins with a name, which keeps its letters.
    package static func ended(_ text: String) -> String { text.isEmpty || hasEnd(text) ? text : text + "." }

    /// Cuts a text after each mark of an end that a blank and the beginning of a sentence follow.
    private static func split(_ text: String) -> [Substring] {
        let text = text.trimming(while: \.isWhitespace)
        var sentences: [Substring] = []
        var start = text.startIndex
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if marks.contains(text[index]), next < text.endIndex, text[next] == " " {
                let rest = text[next...].drop { $0 == " " }
                if rest.first?.isUppercase == true || text[index] == "?" {
                    sentences.append(text[start..<next])
                    start = rest.startIndex
                }
            }
            index = next
        }
        return start < text.endIndex ? sentences + [text[start...]] : sentences
    }

    private static func isSame(_ left: Substring, _ right: Substring) -> Bool {
        left.without(marks) == right.without(marks)
    }

    private static func hasEnd(_ text: String) -> Bool {
        // A mark may stand before the quotation mark or the bracket that ends with its sentence.
        text.last { !"\"')]".contains($0) }.map(marks.contains) ?? false
    }

    private static let marks: Set<Character> = [".", "?", "!", "…"]
}

extension Substring {
    fileprivate func without(_ marks: Set<Character>) -> Substring {
        trimming { marks.contains($0) || $0.isWhitespace }
    }
}
