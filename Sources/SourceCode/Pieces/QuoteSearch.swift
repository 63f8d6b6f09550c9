import Support

/// Finds the line that a model quotes.
package enum QuoteSearch {
    /// The shortest quote that counts, in characters. 4: a brace is in every file.
    package static let shortest = 4

    /// The line, from 1, that holds a quote; of a quote of several lines, the first.
    ///
    /// A line that holds it letter by letter counts first; else a quote that is off by spaces, or by what stands around it,
    /// counts while one line alone holds it.
    package static func line(of quote: String, in text: String) -> Int? {
        // The lines that are numbered in prompts and changed by edits: what else `Character` takes for a newline ends none.
        let text = TextLines(text)
        let lines = text.lines.indices.map(text.content)
        if let wanted = firstLine(quote), let exact = lines.firstIndex(where: { $0.contains(wanted) }) {
            return exact + 1
        }
        for reading in [quote, PieceReading.unwrapped(quote, sign: "+"), PieceReading.unwrapped(quote, sign: "-")] {
            guard let wanted = firstLine(reading).map(withoutMarks) else { continue }
            for compared in [wanted, wanted.filter { !$0.isWhitespace }] where compared.count >= shortest {
                let isSpaceless = !compared.contains(where: \.isWhitespace)
                let found = lines.indices.lazy.filter { index in
                    isSpaceless
                        ? lines[index].filter { !$0.isWhitespace }.contains(compared) : lines[index].contains(compared)
                }.prefix(2)
                if let only = found.first, found.count == 1 { return only + 1 }
            }
        }
        return nil
    }

    private static func firstLine(_ text: String) -> String? {
        let line = text.split(whereSeparator: \.isNewline).lazy.map { $0.trimmingWhitespace() }.first { !$0.isEmpty }
        return line.flatMap { $0.count >= shortest ? $0 : nil }
    }

    /// Without quotation marks and dots around it.
    private static func withoutMarks(_ line: String) -> String {
        var line = line
        for _ in 0..<3 {
            line = line.trimming { $0 == "…" || $0 == "`" }.trimmingWhitespace()
            if line.hasPrefix("...") { line = String(line.dropFirst(3)) }
            if line.hasSuffix("...") { line = String(line.dropLast(3)) }
            if line.count > 2, let first = line.first, first == line.last, "\"'".contains(first) {
                line = String(line.dropFirst().dropLast())
            }
        }
        return line.trimmingWhitespace()
    }
}
