import Support

/// Says in plain words what keeps a text from being YAML, and where: the parser notices many mistakes only after them, and
/// names them by its own terms.
struct YAMLRemedy {
    let message: String
    let location: SourceLocation

    private init(_ message: String, at location: SourceLocation) {
        self.message = message
        self.location = location
    }

    /// What a parser said as it gave up.
    struct Complaint {
        let problem: String
        let mark: SourceLocation
        /// What it was reading, such as `while parsing a flow mapping`; empty if it did not say.
        let context: String
        let start: SourceLocation
    }

    /// - Returns: `nil` for a complaint that nothing more is known of.
    static func find(for complaint: Complaint, in lines: YAMLLines) -> YAMLRemedy? {
        if let line = lines.first(beginningWith: "<<<<<<< ") {
            return YAMLRemedy(
                "a merge conflict begins here; resolve it, and remove its marks", at: .init(line: line, column: 1))
        }
        if lines.indentation(ofLine: complaint.mark.line).contains("\t") {
            return YAMLRemedy("a tab indents this line; YAML is indented with spaces", at: complaint.mark)
        }
        if complaint.problem.hasPrefix("mapping values are not allowed") { return colon(complaint, lines) }
        if complaint.context.hasSuffix("quoted scalar") { return quotation(complaint, lines) }
        if complaint.context.contains("flow") { return brackets(complaint, lines) }
        if complaint.context.hasSuffix("block scalar") {
            return YAMLRemedy(
                "after '\(character(complaint.start, lines))' the text begins in the next line; put a value that begins "
                    + "with it in quotes: \(quoted(lines.text(from: complaint.start)))", at: complaint.start)
        }
        if complaint.context.contains("anchor") || complaint.context.contains("tag") || isUndefinedTag(complaint)
            || complaint.problem.hasPrefix("found character that cannot start")
            || complaint.problem.hasPrefix("did not find expected node content")
        {
            return beginning(complaint, lines)
        }
        if complaint.context.contains("directive") {
            return YAMLRemedy(
                "a line may not begin with '%' without quotes", at: .init(line: complaint.mark.line, column: 1))
        }
        if complaint.problem.hasPrefix("could not find expected ':'") {
            return YAMLRemedy(
                "a ':' is missing after '\(excerpt(lines.text(from: complaint.start)))', or the line belongs "
                    + "to the value above it and must be indented", at: complaint.start)
        }
        if complaint.problem.hasPrefix("block sequence entries are not allowed") {
            return YAMLRemedy(
                "a list begins in a line of its own; put '\(lines.text(from: complaint.mark))' below the key, or in quotes "
                    + "if it is text", at: complaint.mark)
        }
        return misplaced(complaint, lines)
    }

    // MARK: Colons

    private static func colon(_ complaint: Complaint, _ lines: YAMLLines) -> YAMLRemedy? {
        let mark = complaint.mark
        let entry = lines.entry(ofLine: mark.line)
        if let entry, let column = entry.valueColumn, column <= mark.column {
            let example = "\(entry.key): \(quoted(entry.value))"
            return YAMLRemedy("a value that holds ': ' goes in quotes: \(example)", at: mark)
        }
        let key = SourceLocation(line: mark.line, column: lines.textColumn(ofLine: mark.line))
        guard let above = lines.contentLine(before: mark.line) else { return nil }
        let place = SourceLocation(line: above, column: lines.textColumn(ofLine: above))
        let text = lines.text(from: place)
        if text.hasPrefix("-"), !text.hasPrefix("- "), text != "-" {
            return YAMLRemedy(
                "a '-' that begins an item of a list needs a blank after it; write '- \(excerpt(text.dropFirst()))'",
                at: place)
        }
        guard let other = lines.entry(ofLine: above) else {
            if let colon = text.firstIndex(of: ":"), text.index(after: colon) < text.endIndex {
                let word = text[..<colon]
                let rest = text[text.index(after: colon)...]
                return YAMLRemedy(
                    "a key's ':' needs a blank after it; write '\(excerpt("\(word): \(rest)"))'", at: place)
            }
            return YAMLRemedy(
                lines.text(from: SourceLocation(line: above, column: 1)).hasPrefix("- ")
                    ? "this item of a list is text, and the keys below it belong to none; write '- key: value'"
                    : "a ':' is missing after '\(excerpt(text))'", at: place)
        }
        guard key.column > other.column else { return nil }
        return YAMLRemedy(
            "this line is indented deeper than '\(excerpt(other.key))' above it, and so belongs to its value; "
                + "begin both in column \(other.column), or put a value of several lines in quotes", at: key)
    }

    // MARK: Quotation marks and brackets

    private static func quotation(_ complaint: Complaint, _ lines: YAMLLines) -> YAMLRemedy {
        let mark = character(complaint.start, lines)
        if complaint.problem.contains("unexpected") {
            return YAMLRemedy("the quotation mark \(mark) that begins here is not closed", at: complaint.start)
        }
        return YAMLRemedy(
            "a backslash begins an escape in double quotes, and this is none; write \\\\ for a backslash, or put the text "
                + "in single quotes", at: complaint.mark)
    }

    private static func brackets(_ complaint: Complaint, _ lines: YAMLLines) -> YAMLRemedy? {
        let open = character(complaint.start, lines)
        let (close, kind) = open == "{" ? ("}", "object") : ("]", "list")
        if complaint.problem.hasPrefix("did not find expected node content") {
            let found = character(complaint.mark, lines)
            guard [",", "]", "}"].contains(found) else { return beginning(complaint, lines) }
            return YAMLRemedy("a value is missing before '\(found)'", at: complaint.mark)
        }
        let found = lines.scalar(at: complaint.mark)
        if found == ":", lines.scalar(at: .init(line: complaint.mark.line, column: complaint.mark.column + 1)) == " ",
            complaint.mark.line == complaint.start.line
        {
            return YAMLRemedy(
                "a value that holds ': ' goes in quotes, as in {key: 'one: two'}, or a ',' is missing before the next key",
                at: complaint.mark)
        }
        guard let found, found != ":" else {
            let comma = found == nil ? "" : ", or a ',' is missing before line \(complaint.mark.line)"
            return YAMLRemedy(
                "the '\(open)' here is closed by no '\(close)'\(comma); a text that begins with '\(open)' goes in quotes",
                at: complaint.start)
        }
        return YAMLRemedy(
            "a ',' is missing before '\(found)', or the '\(close)' that closes the \(kind) from line \(complaint.start.line); a "
                + "text that holds one of , [ ] { } goes in quotes", at: complaint.mark)
    }

    // MARK: Beginnings and indentation

    /// A value begins with a character that means something else there.
    private static func beginning(_ complaint: Complaint, _ lines: YAMLLines) -> YAMLRemedy? {
        let isMarkOfContext = complaint.context.contains("anchor") || complaint.context.contains("tag")
        let place = isMarkOfContext || isUndefinedTag(complaint) ? complaint.start : complaint.mark
        guard let found = lines.scalar(at: place) else { return nil }
        if found == "\t" {
            return YAMLRemedy("a tab stands where a value begins; write a space", at: place)
        }
        return YAMLRemedy(
            "a value may not begin with '\(found)' without quotes: \(quoted(lines.text(from: place)))", at: place)
    }

    private static func isUndefinedTag(_ complaint: Complaint) -> Bool { complaint.problem.contains("tag handle") }

    /// A line, or the rest of one, belongs to nothing above it.
    private static func misplaced(_ complaint: Complaint, _ lines: YAMLLines) -> YAMLRemedy? {
        let mark = complaint.mark
        let before = lines.text(before: mark)
        guard let last = before.last, before != "-" else {
            guard let found = lines.scalar(at: mark) else { return nil }
            if found == "]" || found == "}" {
                return YAMLRemedy(
                    "this '\(found)' closes nothing that is open; remove it, or put the text in quotes", at: mark)
            }
            if complaint.problem.contains("'-'") {
                return YAMLRemedy(
                    "this line is no item of the list that begins in line \(complaint.start.line), column "
                        + "\(complaint.start.column); begin it with '- ', or in the column of the keys it belongs to",
                    at: mark)
            }
            return YAMLRemedy(
                "the indentation of this line fits none above it; a key begins in the column of the keys beside it, and an "
                    + "item of a list in that of the other '-'", at: mark)
        }
        switch last {
        case "\"", "'":
            let doubled = last == "'" ? "''" : "\\\""
            return YAMLRemedy(
                "text follows the closing quotation mark; put the whole value in quotes, and write one within it as "
                    + doubled, at: mark)
        case "]", "}":
            return YAMLRemedy(
                "text follows the closing '\(last)'; put the whole value in quotes if it is text", at: mark)
        default: return nil
        }
    }

    // MARK: Examples

    /// The longest text that a message shows.
    private static let exampleLength = 60

    private static func excerpt(_ text: some StringProtocol) -> String {
        Excerpt.of(String(text), atMost: exampleLength)
    }

    private static func quoted(_ text: String) -> String {
        "'" + excerpt(text).replacing("'", with: "''") + "'"
    }

    private static func character(_ location: SourceLocation, _ lines: YAMLLines) -> String {
        lines.scalar(at: location).map { String($0) } ?? ""
    }
}
