/// Lines as they are shown to a model, each with its number before it.
///
/// The number is that of the line in its file, so that an edit can name lines instead of copying them.
package enum NumberedLines {
    /// What stands between a number and its line.
    static let bar: UInt8 = UInt8(ascii: "|")

    /// The lines of a text, each as `12|line`.
    ///
    /// - Parameter first: the number of the text's first line.
    package static func of(_ text: String, from first: Int = 1) -> String {
        var bytes: [UInt8] = []
        for (index, line) in TextLines(text).lines.enumerated() {
            bytes += Array("\(first + index)".utf8) + [bar] + line
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that the numbers add to a text.
    package static func overhead(lines: Int, last: Int) -> Int { lines * ("\(max(0, last))".utf8.count + 1) }

    /// A line without the number before it, and that number; `nil` where none stands there.
    ///
    /// Models write numbers as they see them, or as other tools show them: `12|x`, `12 | x`, `12: x`, `12<tab>x`.
    static func withoutNumber(_ line: ArraySlice<UInt8>, barsOnly: Bool) -> (number: Int, rest: ArraySlice<UInt8>)? {
        var rest = line.drop { $0 == 0x20 }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count), let number = Int(String(decoding: digits, as: UTF8.self)) else {
            return nil
        }
        rest = rest.dropFirst(digits.count)
        let spaced = rest.drop { $0 == 0x20 }
        if spaced.first == bar {
            let isSpaced = rest.first == 0x20
            rest = spaced.dropFirst()
            return (number, isSpaced && rest.first == 0x20 ? rest.dropFirst() : rest)
        }
        guard !barsOnly else { return nil }
        switch rest.first {
        case 0x09: return (number, rest.dropFirst())
        case UInt8(ascii: ":"): return (number, rest.dropFirst().first == 0x20 ? rest.dropFirst(2) : rest.dropFirst())
        default: return nil
        }
    }
}
