import Yams

/// What the YAML parser refused, in words for the author of a job file.
struct YAMLFault {
    let message: String
    let place: Place

    init(_ error: any Error, in scalars: [Unicode.Scalar], limits: JobFileLimits) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _):
            place = Place(line: mark.line, column: mark.column)
            message = Self.words(problem, context, indentation: Self.indentation(ofLine: mark.line, in: scalars), limits)
        case YamlError.composer(_, let problem, let mark, _):
            place = Place(line: mark.line, column: mark.column)
            message =
                problem.contains("another document")
                ? "a second document begins here; a job file holds one" : "not valid YAML: \(problem)"
        default:
            place = .start
            message = "not valid YAML: \(error)"
        }
    }

    private static func words(
        _ problem: String, _ context: YamlError.Context?, indentation: [Unicode.Scalar], _ limits: JobFileLimits
    ) -> String {
        if problem.contains("nesting level") {
            return "the document is nested deeper than \(limits.depth) levels; make it smaller"
        }
        if indentation.contains("\t") { return "a tab indents this line; YAML is indented with spaces" }
        let began = context.map { " (\($0.text), which began in line \($0.mark.line))" } ?? ""
        return "not valid YAML: \(problem)\(began)"
    }

    private static func indentation(ofLine line: Int, in scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var counter = LineCounter()
        var found: [Unicode.Scalar] = []
        for scalar in scalars {
            if counter.place.line > line { break }
            if counter.place.line == line {
                guard scalar == " " || scalar == "\t" else { break }
                found.append(scalar)
            }
            counter.pass(scalar)
        }
        return found
    }
}
