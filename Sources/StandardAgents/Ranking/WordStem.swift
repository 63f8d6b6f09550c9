import Support

/// The stem of an English word, so that "completions", "completing" and "complete" compare equal.
///
/// The same few rules apply to tasks and files. They follow M. F. Porter's "An algorithm for suffix stripping" (1980),
/// but are fewer; a stem need not be a word. Endings that change the meaning, such as -er ("breaker") or -less, stay.
enum WordStem {
    /// Words shorter than this are left as they are.
    static let shortest = 4

    /// The hash of a word's stem.
    static func hash(of word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var length = word.count
        guard length >= shortest, word.allSatisfy({ $0 &- 97 < 26 }) else { return FNV1a.hash(word) }
        func ends(_ ending: StaticString, leaving least: Int = 3) -> Bool {
            let count = ending.utf8CodeUnitCount
            guard length - count >= least else { return false }
            for index in 0..<count where word[length - count + index] != ending.utf8Start[index] { return false }
            return true
        }
        var last: UInt8?
        if ends("ies", leaving: 2) {
            length -= 2
            last = UInt8(ascii: "y")
        } else if ends("sses") || ends("xes") || ends("ches") || ends("shes") {
            length -= 2
        } else if ends("s"), !ends("ss"), !ends("us"), !ends("is") {
            length -= 1
        }
        if last == nil {
            let whole = length
            if ends("ing") {
                length -= 3
            } else if ends("ed") {
                length -= 2
            } else if ends("ion"), "ts".utf8.contains(word[length - 4]) {
                length -= 3
            } else if ends("ly") {
                length -= 2
            }
            // "wrapping" is "wrap", but "calling" is "call".
            if length < whole, length >= 4, word[length - 1] == word[length - 2], !"lsz".utf8.contains(word[length - 1])
            {
                length -= 1
            }
            if length >= shortest, word[length - 1] == UInt8(ascii: "e") { length -= 1 }
        }
        guard let last else { return FNV1a.hash(word[..<length]) }
        return FNV1a.hash(Array(word[..<(length - 1)]) + [last])
    }
}
