/// Finds, in a line, any of many sentences, word by word: the line is read once, however many sentences there are.
///
/// It is the automaton of A. V. Aho and M. J. Corasick, "Efficient string matching" (1975), over words.
struct StatedSentences: Sendable {
    private struct Node {
        var next: [Substring: Int] = [:]
        /// Where to go on when no further word fits: the longest other beginning of a sentence that was read.
        var shorter = 0
        /// Whether a sentence ends here.
        var isEnd = false
    }

    private var nodes = [Node()]

    /// - Parameter sentences: in plain form, as ``words(_:)`` makes it; those of one word are left out.
    init(_ sentences: some Sequence<String>) {
        for sentence in sentences {
            let words = Self.words(sentence)
            guard words.count > 1 else { continue }
            var node = 0
            for word in words {
                if let known = nodes[node].next[word] {
                    node = known
                } else {
                    nodes.append(Node())
                    nodes[node].next[word] = nodes.count - 1
                    node = nodes.count - 1
                }
            }
            nodes[node].isEnd = true
        }
        linkShorter()
    }

    /// Level by level, so that the shorter beginnings are linked before the longer ones.
    private mutating func linkShorter() {
        var level = Array(nodes[0].next.values)
        while !level.isEmpty {
            var below: [Int] = []
            for node in level {
                for (word, child) in nodes[node].next {
                    nodes[child].shorter = step(from: nodes[node].shorter, word)
                    if nodes[nodes[child].shorter].isEnd { nodes[child].isEnd = true }
                    below.append(child)
                }
            }
            level = below
        }
    }

    private func step(from start: Int, _ word: Substring) -> Int {
        var node = start
        while true {
            if let next = nodes[node].next[word] { return next }
            if node == 0 { return 0 }
            node = nodes[node].shorter
        }
    }

    /// Whether the line holds one of the sentences, whatever stands between their words but letters and digits.
    func isIn(_ line: some StringProtocol) -> Bool {
        guard nodes.count > 1 else { return false }
        var node = 0
        for word in Self.words(line) {
            node = step(from: node, word)
            if nodes[node].isEnd { return true }
        }
        return false
    }

    /// A text in the form in which it is compared: words of letters and digits in lower case.
    private static func words(_ text: some StringProtocol) -> [Substring] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }
    }
}
