import Support

/// A validation in words, the same on a terminal, on a page and in the validator's own report.
extension JobResult.Validation {
    /// What a job file says to make the job fail with its validation.
    package static let remedy = "limits: {require: {equals: {artifacts.validation.passed: true}}}"

    /// What stands before ``remedy``, where the validation failed and the job did not; `nil` elsewhere.
    package func hint(for status: JobStatus) -> String? {
        guard !passed, status == .succeeded || status == .partial else { return nil }
        return "The job's status does not depend on it. To make the job fail, write in the job file: "
    }

    /// How many commands and requirements there are of each kind, such as
    /// `1 of 2 commands failed; 1 of 3 requirements verified, 2 unverified`.
    package var summary: String { ([commandSummary] + [requirementSummary].compactMap(\.self)).joined(separator: "; ") }

    /// Whether anything at all was shown: a command passed, or a requirement is verified.
    package var hasShownAnything: Bool {
        commands.contains { $0.hasPassed } || requirements.contains { $0.status == Requirement.verified }
    }

    /// The commands that did not pass.
    package var unpassedCommands: [Command] { commands.filter { !$0.hasPassed } }
    /// The requirements that failed.
    package var failedRequirements: [Requirement] { requirements.filter { $0.status == Requirement.failed } }

    package var commandSummary: String {
        let unpassed = unpassedCommands
        guard !commands.isEmpty else { return "the task names no commands" }
        let all = Counted.text(commands.count, "command")
        guard !unpassed.isEmpty else { return "\(commands.count) of \(all) passed" }
        let verb = unpassed.allSatisfy { Command.ran.contains($0.outcome) } ? "failed" : "did not pass"
        return "\(unpassed.count) of \(all) \(verb)"
    }

    /// `nil` when there are no requirements.
    package var requirementSummary: String? {
        guard !requirements.isEmpty else { return nil }
        func count(_ status: String) -> Int { requirements.count { $0.status == status } }
        let verified = count(Requirement.verified)
        let failed = count(Requirement.failed)
        let rest = requirements.count - verified - failed
        return "\(verified) of \(Counted.text(requirements.count, "requirement")) verified"
            + (failed > 0 ? ", \(failed) failed" : "")
            + (rest > 0 ? ", \(rest) unverified" : "")
    }
}

extension JobResult.Validation.Command {
    /// The outcomes of a command that ran and did not pass.
    fileprivate static let ran: Set = ["failed", "timed_out"]

    /// How it ended, in brackets behind the command: `exit 1`, `signal 9`, `timed out`, `not started`.
    package var ending: String {
        if let exitStatus { return "exit \(exitStatus)" }
        if let signal { return "signal \(signal)" }
        return outcome.replacing("_", with: " ")
    }
}

extension JobResult.Validation.Requirement {
    fileprivate static let verified = "verified"
    fileprivate static let failed = "failed"
}
