/// A name in which `*` stands for any text, the empty one included, and `?` for one character.
struct NamePattern {
    private let pattern: [Character]

    init(_ pattern: String) { self.pattern = Array(pattern) }

    var isExact: Bool { !pattern.contains { $0 == "*" || $0 == "?" } }

    /// Whether the pattern matches. It backtracks to the last `*` only, which is enough: the text that an earlier `*`
    /// matched never needs to change. So the time is at most proportional to the product of both lengths.
    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var index = 0
        var position = 0
        var star: (next: Int, taken: Int)?
        while position < text.count {
            if index < pattern.count, pattern[index] == "*" {
                index += 1
                star = (index, position)
            } else if index < pattern.count, pattern[index] == "?" || pattern[index] == text[position] {
                index += 1
                position += 1
            } else if let (next, taken) = star {
                star = (next, taken + 1)
                index = next
                position = taken + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }
}
