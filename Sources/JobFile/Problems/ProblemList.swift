import Support

/// Collects the mistakes of one file while it is read.
final class ProblemList: Sendable {
    private struct State {
        var problems: [JobFileProblem] = []
        var dropped = 0
    }

    let file: String
    private let limit: Int
    private let state = Locked(State())

    init(file: String, limit: Int) {
        self.file = file
        self.limit = limit
    }

    var isEmpty: Bool { state.withLock { $0.problems.isEmpty } }

    /// Whether further problems are only counted, so that callers need not work out their details.
    var isFull: Bool { state.withLock { $0.problems.count >= limit } }

    func report(_ message: String, at location: SourceLocation, path: String = "", suggestion: String? = nil) {
        let problem = JobFileProblem(
            file: file, line: location.line, column: location.column, path: path, message: message,
            suggestion: suggestion,
            override: location.override)
        state.withLock { state in
            if state.problems.count < limit { state.problems.append(problem) } else { state.dropped += 1 }
        }
    }

    /// All problems in order of location; when there were too many, the last one states how many are left out.
    var all: JobFileProblems {
        let (problems, dropped) = state.withLock { ($0.problems, $0.dropped) }
        guard dropped > 0, let last = problems.max() else { return JobFileProblems(problems) }
        let rest = JobFileProblem(
            file: file, line: last.line, column: last.column + 1, path: "",
            message: "\(dropped) further problems are not listed; mend these first", override: last.override)
        return JobFileProblems(problems + [rest])
    }
}
