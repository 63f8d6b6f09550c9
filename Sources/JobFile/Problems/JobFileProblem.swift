import Support

/// One mistake in a job file: what is wrong, where, and what was probably meant.
public struct JobFileProblem: Error, Sendable, Hashable {
    /// The file as the caller named it.
    public let file: String
    /// The line, from 1. For a mistake in an override, the number of the override, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1.
    public let column: Int
    /// The path in the document, such as `agents[1].timeout`; empty for the document itself.
    public let path: String
    /// What is wrong and what to do about it.
    public let message: String
    /// What was probably meant, where one guess stands out.
    public let suggestion: String?
    /// The override the mistake is in, as it was given; `nil` when it stands in the file.
    public let override: String?

    /// Describes a mistake.
    public init(
        file: String, line: Int, column: Int, path: String, message: String, suggestion: String? = nil,
        override: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.suggestion = suggestion
        self.override = override
    }
}

extension JobFileProblem: CustomStringConvertible {
    /// One line: `review.yaml:12:5: agents[1].timout: unknown key; did you mean 'timeout'?`
    public var description: String {
        let location = override.map { "--set \(Excerpt.of($0, atMost: 256))" } ?? "\(file):\(line):\(column)"
        let subject = path.isEmpty ? "" : "\(path): "
        let guess = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        return "\(location): \(subject)\(message)\(guess)"
    }
}

extension JobFileProblem: Comparable {
    /// Orders by location: the file from its beginning, then the overrides in order.
    public static func < (left: JobFileProblem, right: JobFileProblem) -> Bool {
        (left.override == nil ? 0 : 1, left.line, left.column, left.path, left.message)
            < (right.override == nil ? 0 : 1, right.line, right.column, right.path, right.message)
    }
}

/// Every mistake of one job file, in order of location.
public struct JobFileProblems: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mistakes in order of location; at least one.
    public let problems: [JobFileProblem]

    /// Collects mistakes.
    public init(_ problems: [JobFileProblem]) { self.problems = problems.sorted() }

    /// One line for each mistake.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
