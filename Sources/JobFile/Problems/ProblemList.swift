import Support

/// Collects the mistakes of one file while it is read.
final class ProblemList: Sendable {
    private struct State {
        var problems: [JobFileProblem] = []
        var dropped = 0
        var hints: Int
    }

    let file: String
    /// The most problems that are kept.
    let limit: Int
    private let state: Locked<State>

    /// The most bytes of a message; a longer one quotes a text of the file that is longer than any message needs.
    private static let messageLimit = 1_024
    /// The most bytes of a guess; half of one helps nobody, so a longer one is left out.
    private static let suggestionLimit = 256

    init(file: String, limit: Int, hints: Int) {
        self.file = file
        self.limit = limit
        state = Locked(State(hints: hints))
    }

    convenience init(file: String, limits: JobFileLimits) {
        self.init(file: file, limit: limits.problems, hints: limits.hints)
    }

    var isEmpty: Bool { state.withLock { $0.problems.isEmpty } }

    /// Takes one of the hints left: whether the next problem may help with names, which costs more than finding it.
    func takeHint() -> Bool {
        state.withLock { state in
            guard state.hints > 0, state.problems.count < limit else { return false }
            state.hints -= 1
            return true
        }
    }

    /// Reports a name that is none of those known here: with a guess, else with those names, while hints are left.
    ///
    /// - Parameters:
    ///   - known: the names that are compared; called only for a hint.
    ///   - listing: what to say when none of them is similar; called only for a hint.
    /// - Returns: the guess.
    @discardableResult
    func report(
        unknown name: String, _ message: String, at location: SourceLocation, path: String,
        known: () -> [String], listing: () -> String
    ) -> String? {
        guard takeHint() else {
            report(message, at: location, path: path)
            return nil
        }
        let guess = Suggestion.nearest(to: name, among: known())
        report(guess == nil ? message + listing() : message, at: location, path: path, suggestion: guess)
        return guess
    }

    func report(_ message: String, at location: SourceLocation, path: String = "", suggestion: String? = nil) {
        let short = suggestion.flatMap { $0.utf8.count <= Self.suggestionLimit ? $0 : nil }
        let problem = JobFileProblem(
            file: file, line: location.line, column: location.column, path: path,
            message: Excerpt.of(message, atMost: Self.messageLimit), suggestion: short, override: location.override)
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
