import Support

/// How messages and checklists speak of a command.
extension CommandRun {
    /// The command as one would type it.
    var commandLine: String { arguments.commandLine }

    /// How it ended, as what follows the command in a sentence, without a full stop.
    var ending: String {
        let seconds = (durationMilliseconds / 100).rounded() / 10
        switch outcome {
        case .passed: return "passed in \(seconds) s"
        case .failed:
            let how =
                exitStatus.map { "ended with exit status \($0)" } ?? signal.map { "was ended by signal \($0)" }
                ?? "failed"
            let limits = reachedLimits.map { ", having reached its sandbox's \(SandboxReport.names($0))" } ?? ""
            return "\(how) after \(seconds) s\(limits)"
        case .timedOut: return "did not end within \(seconds) s and was killed"
        case .notStarted: return "could not be started: \(reason)"
        case .notRun: return "was not run: \(reason)"
        }
    }

    /// Why it never ran, without a full stop.
    private var reason: String {
        let line = errorTail.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.hasSuffix(".") ? String(line.dropLast()) : line
    }
}
