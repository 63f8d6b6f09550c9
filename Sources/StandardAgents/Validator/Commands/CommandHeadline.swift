import Support

/// Finds, in the output of a command that did not pass, the line that says most about why.
enum CommandHeadline {
    /// The most characters of the line. 300.
    static let characters = 300

    /// What test runners, compilers and interpreters write before or within such a line; the first that occurs counts.
    private static let signs = [
        "--- FAIL", "FAIL: ", "FAILED ", "not ok ", "recorded an issue", " ... FAILED", "error: ", "Error: ", "error[",
        "panicked at", "panic: ", "fatal: ", "FAIL ", "✕ ", "● ", "assert", "rror",
    ]

    /// - Returns: one line; of output without a line that tells, the last that has words; `nil` of none.
    static func of(_ output: String, _ errors: String) -> String? {
        let lines = [errors, output].flatMap { text in
            text.split(whereSeparator: \.isNewline).map { $0.trimmingWhitespace() }.filter(hasWords)
        }
        for sign in signs {
            if let line = lines.first(where: { $0.contains(sign) }) { return short(line) }
        }
        return lines.last.map(short)
    }

    /// Rules and frames between the parts of a report have none.
    private static func hasWords(_ line: String) -> Bool {
        guard let first = line.first, let last = line.last else { return false }
        let isFramed = first == last && "=-_*#".contains(first)
        return !isFramed && line.contains(where: \.isLetter)
    }

    private static func short(_ line: String) -> String { String(ForeignText.cut(line, to: characters).text) }
}
