/// One way to read a piece that a model wrote, together with what is to stand in its place.
///
/// Models copy what is around a piece too: fences of code, the numbers of lines, the signs of a diff; and some escape line
/// breaks twice. Each reading is one guess; it counts only where the piece is then found.
package struct PieceReading: Sendable, Hashable {
    package let piece: String
    package let replacement: String

    /// The readings of a piece, the most literal first.
    ///
    /// - Parameter isMarkdown: whether fences of code belong to the file.
    package static func all(of piece: String, _ replacement: String, isMarkdown: Bool = false) -> [PieceReading] {
        let (piece, replacement) = (plain(piece), plain(replacement))
        var all: [PieceReading] = []
        for (piece, replacement) in [(piece, replacement), (unescaped(piece), unescaped(replacement))] {
            let inner = unwrapped(piece, sign: "-")
            let literal = PieceReading(
                piece: piece, replacement: text(replacement, inPlaceOf: piece, isMarkdown: isMarkdown))
            let wrapped = PieceReading(piece: inner, replacement: unwrapped(replacement, sign: "+"))
            for reading in inner == piece ? [literal] : [literal, wrapped]
            where !all.contains(where: { $0.piece == reading.piece }) {
                all.append(reading)
            }
        }
        return all
    }

    /// A text that stands in the place of another, without the numbers and the fence that a model put around it and that the
    /// other does not have.
    package static func text(_ text: String, inPlaceOf old: String, isMarkdown: Bool) -> String {
        let inner = isMarkdown || withoutFence(old) != old ? plain(text) : withoutFence(plain(text))
        return withoutNumbers(old, barsOnly: true) == old ? withoutNumbers(inner, barsOnly: true) : inner
    }

    /// A quotation without what a model put around it.
    static func unwrapped(_ text: String, sign: Character) -> String {
        withoutSigns(withoutNumbers(withoutFence(withoutMarkers(plain(text)))), sign)
    }

    private static func plain(_ text: String) -> String { text.replacing("\r\n", with: "\n") }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Without a first and a last line of backticks, or without single backticks around one line.
    private static func withoutFence(_ text: String) -> String {
        let inner = lines(text.trimming(while: \.isNewline).description)
        guard let first = inner.first, let last = inner.last else { return text }
        let isFenced = inner.count > 1 && first.hasPrefix("```") && last.allSatisfy { $0 == "`" } && last.count >= 3
        if isFenced { return inner.dropFirst().dropLast().map { $0 + "\n" }.joined() }
        let isQuoted = inner.count == 1 && first.count > 2 && first.first == "`" && first.last == "`"
        return isQuoted && !first.hasPrefix("```") ? String(first.dropFirst().dropLast()) : text
    }

    /// Without the lines by which other forms of edits, and the fences of prompts, begin and end a piece.
    private static func withoutMarkers(_ text: String) -> String {
        var inner = lines(text)[...]
        while let first = inner.first, first.hasPrefix("<<<") || first.hasPrefix("------- SEARCH") {
            inner.removeFirst()
        }
        while let last = inner.last(where: { !$0.isEmpty }),
            last.hasPrefix("=======") || last.hasPrefix(">>>>>>>") || last.hasPrefix("+++++++ REPLACE")
                || last.hasPrefix("DATA-") && last.hasSuffix(">>>")
        {
            while inner.last?.isEmpty == true { inner.removeLast() }
            inner.removeLast()
        }
        return inner.count == lines(text).count ? text : inner.map { $0 + "\n" }.joined()
    }

    /// Without the numbers before the lines, where each line has one and they follow each other.
    ///
    /// - Parameter barsOnly: whether only numbers as prompts show them count: others may be part of a new text.
    private static func withoutNumbers(_ text: String, barsOnly: Bool = false) -> String {
        var next: Int?
        var rest: [String] = []
        for line in lines(text) {
            if line.isEmpty {
                rest.append("")
                next = next.map { $0 + 1 }
                continue
            }
            guard let (number, content) = NumberedLines.withoutNumber(Array(line.utf8)[...], barsOnly: barsOnly),
                number == next ?? number
            else { return text }
            rest.append(String(decoding: content, as: UTF8.self))
            next = number + 1
        }
        return next == nil ? text : rest.joined(separator: "\n")
    }

    /// Without the signs of a diff, where each line begins with the sign or a space, and one with the sign.
    private static func withoutSigns(_ text: String, _ sign: Character) -> String {
        let inner = lines(text)
        let signs = inner.compactMap(\.first)
        guard signs.contains(sign), signs.allSatisfy({ $0 == sign || $0 == " " }) else { return text }
        return inner.map { $0.dropFirst() }.joined(separator: "\n")
    }

    /// With escapes taken as what they mean; in a text that has line breaks, those of quotation marks only.
    private static func unescaped(_ text: String) -> String {
        let isOneLine = !text.contains("\n")
        var result = ""
        var rest = text[...]
        while let slash = rest.firstIndex(of: "\\") {
            result += rest[..<slash]
            rest = rest[rest.index(after: slash)...]
            guard let next = rest.first else { return text }
            switch next {
            case "\"", "'": result.append(next)
            case "n" where isOneLine: result.append("\n")
            case "t" where isOneLine: result.append("\t")
            case "r" where isOneLine: break
            case "\\" where isOneLine: result.append("\\")
            default: result += "\\\(next)"
            }
            rest = rest.dropFirst()
        }
        return result + rest
    }
}
