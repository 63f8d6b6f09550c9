import Support

/// The lines of a text that is not YAML, as their author meant them: where keys and values begin, whatever the parser made
/// of them.
struct YAMLLines {
    /// A line that begins with a key, or with the marks of list items and a key.
    struct Entry {
        let line: Int
        /// The column of the key, from 1.
        let column: Int
        let key: String
        /// The column of the value; `nil` where nothing follows the key's colon.
        let valueColumn: Int?
        let value: String
    }

    private let lines: [[Unicode.Scalar]]

    init(_ scalars: [Unicode.Scalar]) {
        var counter = LineCounter()
        var lines: [[Unicode.Scalar]] = [[]]
        for scalar in scalars {
            counter.pass(scalar)
            if counter.location.line > lines.count { lines.append([]) }
            if counter.location.column > 1 { lines[counter.location.line - 1].append(scalar) }
        }
        self.lines = lines
    }

    /// A line's characters; none beyond the last line.
    func scalars(ofLine line: Int) -> [Unicode.Scalar] { lines.indices.contains(line - 1) ? lines[line - 1] : [] }

    /// The first line that begins with a text.
    func first(beginningWith text: String) -> Int? {
        lines.firstIndex { $0.starts(with: text.unicodeScalars) }.map { $0 + 1 }
    }

    /// The character at a location, if there is one.
    func scalar(at location: SourceLocation) -> Unicode.Scalar? {
        let line = scalars(ofLine: location.line)
        return line.indices.contains(location.column - 1) ? line[location.column - 1] : nil
    }

    /// The text of a line from a column on, without blanks at its ends.
    func text(from location: SourceLocation) -> String {
        Self.trimmed(scalars(ofLine: location.line).dropFirst(location.column - 1))
    }

    /// The text of a line before a column, without blanks at its ends.
    func text(before location: SourceLocation) -> String {
        Self.trimmed(scalars(ofLine: location.line).prefix(location.column - 1)[...])
    }

    /// The characters that indent a line.
    func indentation(ofLine line: Int) -> [Unicode.Scalar] {
        Array(scalars(ofLine: line).prefix { $0 == " " || $0 == "\t" })
    }

    /// The last line before this one that holds more than blanks and a comment.
    func contentLine(before line: Int) -> Int? {
        (1..<max(1, line)).last { number in
            let first = scalars(ofLine: number).first { $0 != " " && $0 != "\t" }
            return first != nil && first != "#"
        }
    }

    /// The column at which a line's text begins, behind the marks of list items.
    func textColumn(ofLine line: Int) -> Int {
        let scalars = scalars(ofLine: line)
        var index = indentation(ofLine: line).count
        while index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] == " " {
            index += 1
            while index < scalars.count, scalars[index] == " " { index += 1 }
        }
        return index + 1
    }

    /// The key that a line begins with; `nil` where it begins with none.
    func entry(ofLine line: Int) -> Entry? {
        let scalars = scalars(ofLine: line)
        let start = textColumn(ofLine: line) - 1
        guard
            let colon = scalars.indices.first(where: { index in
                index > start && scalars[index] == ":" && (index + 1 == scalars.count || scalars[index + 1] == " ")
            })
        else { return nil }
        let value = scalars[(colon + 1)...].drop { $0 == " " }
        return Entry(
            line: line, column: start + 1, key: Self.trimmed(scalars[start..<colon]),
            valueColumn: value.isEmpty ? nil : value.startIndex + 1, value: Self.trimmed(value))
    }

    private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view).trimmingWhitespace()
    }
}
