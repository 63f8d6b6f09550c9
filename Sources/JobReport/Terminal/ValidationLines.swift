import Coordinator
import Support

/// A job's validation at the end of a run: what passed, and what did not and why.
struct ValidationLines {
    /// The most commands, and the most requirements, that are named; the others are counted.
    static let named = 5
    /// The most characters of a command, a sentence or a reason.
    static let characters = 240

    private let validation: JobResult.Validation
    private let status: JobStatus

    init(_ validation: JobResult.Validation, of status: JobStatus) {
        self.validation = validation
        self.status = status
    }

    func lines(hasColor: Bool) -> [String] {
        let commands = validation.unpassedCommands.prefix(Self.named).map(Self.line)
        let requirements = validation.failedRequirements.prefix(Self.named).map(Self.line)
        let all = validation.unpassedCommands.count + validation.failedRequirements.count
        let more = all - commands.count - requirements.count
        let reason = all == 0 && !validation.passed ? validation.statement.map { ["  \(Self.short($0))"] } ?? [] : []
        return [headline(hasColor)] + (commands + requirements).map { "  ✗ \($0)" } + reason
            + (more > 0 ? ["  and \(more) more in artifacts/checklist.md"] : []) + [hint].compactMap(\.self)
    }

    private func headline(_ hasColor: Bool) -> String {
        let summary = validation.summary
        guard validation.passed else { return Ansi.paint("✗ validation", .red, hasColor) + ": \(summary)" }
        return validation.hasShownAnything
            ? Ansi.paint("✓ validation", .green, hasColor) + ": \(summary)"
            : Ansi.paint("– validation", .dim, hasColor) + ": nothing was shown: \(summary)"
    }

    /// What makes a job fail by its validation, where it did not.
    private var hint: String? { validation.hint(for: status).map { "  \($0)\(JobResult.Validation.remedy)" } }

    private static func line(_ command: JobResult.Validation.Command) -> String {
        let headline = command.headline.map { ": \(short($0))" } ?? ""
        return "\(short(command.arguments.commandLine)) (\(short(command.ending)))\(headline)"
    }

    private static func line(_ requirement: JobResult.Validation.Requirement) -> String {
        "\(short(requirement.text))" + (requirement.reason.map { " – \(short($0))" } ?? "")
    }

    private static func short(_ text: String) -> String {
        ForeignText.line(text, atMost: characters)
    }
}
