import CYAML

/// A text that the YAML parser refused, described for the author of a job file.
struct YAMLFault: Error {
    let message: String
    let location: SourceLocation
    /// The character that was taken for an alias or an explicit key but cannot be one; its index is in Unicode scalars.
    let misread: (index: Int, location: SourceLocation)?

    init(_ message: String, at location: SourceLocation) {
        self.message = message
        self.location = location
        misread = nil
    }

    /// - Parameter parser: a parser that has just failed.
    init(_ parser: yaml_parser_t, in scalars: [Unicode.Scalar]) {
        let problem = parser.problem.map { String(cString: $0) } ?? "there is no memory left"
        guard parser.error == YAML_SCANNER_ERROR || parser.error == YAML_PARSER_ERROR else {
            (message, location, misread) = ("not valid YAML: \(problem)", .start, nil)
            return
        }
        misread = parser.error == YAML_SCANNER_ERROR ? Self.misread(parser, in: scalars) : nil
        let complaint = YAMLRemedy.Complaint(
            problem: problem, mark: SourceLocation(parser.problem_mark),
            context: parser.context.map { String(cString: $0) } ?? "", start: SourceLocation(parser.context_mark))
        if let remedy = YAMLRemedy.find(for: complaint, in: YAMLLines(scalars)) {
            (message, location) = (remedy.message, remedy.location)
        } else {
            (message, location) = (
                "this is not YAML: \(problem); put text with marks of YAML in it in quotes", complaint.mark
            )
        }
    }

    /// The `*` whose name could not be read, or the `?` that stands where no key may.
    private static func misread(
        _ parser: yaml_parser_t, in scalars: [Unicode.Scalar]
    ) -> (index: Int, location: SourceLocation)? {
        // libyaml marks a bad alias in the context of the error, and a key that is not allowed in the error itself.
        let (mark, character): (yaml_mark_t, Unicode.Scalar) =
            parser.context == nil ? (parser.problem_mark, "?") : (parser.context_mark, "*")
        let index = Int(mark.index)
        return index < scalars.count && scalars[index] == character ? (index, SourceLocation(mark)) : nil
    }
}
