import Coordinator
import Support

/// One job of a store for a terminal: how it stands, what its agents do, what it waits for.
package enum JobOverviewText {
    /// The most agents listed; the others are counted.
    static let mostAgents = 250

    /// The text, ending with a line break.
    ///
    /// - Parameters:
    ///   - isOwned: whether a process runs the job.
    ///   - options: what a command needs to find the store, such as `--store jobs.db`.
    package static func text(
        _ reading: JobReading, isOwned: Bool, options: [String], now: Timestamp, hasColor: Bool = false
    ) -> String {
        let summary = reading.summary
        let listed = ListedJob(summary, isOwned: isOwned)
        var text = headline(listed, version: summary.version, now: now, hasColor)
        let states = reading.snapshot.states(of: summary.agents)
        if !states.isEmpty { text += "\n" + table(Array(states.prefix(mostAgents))) }
        if states.count > mostAgents { text += "and \(states.count - mostAgents) more\n" }
        text += WaitText.text(reading.waits, job: summary.jobID, options: options)
        if let remedy = remedy(listed, options: options) { text += "\n\(remedy)\n" }
        return text
    }

    private static func headline(_ job: ListedJob, version: Int, now: Timestamp, _ hasColor: Bool) -> String {
        let word = OutcomeWord(job.status)
        let name = ForeignText.line(job.workflow ?? "a job that has not begun")
        var parts = ["submitted \(JobListText.age(of: job.submittedAt, now: now)) ago"]
        if let duration = job.durationMS { parts.append("ran for \(DurationText.words(milliseconds: duration))") }
        if job.resumptions > 0 { parts.append("resumed \(Counted.text(job.resumptions, "time"))") }
        return Ansi.paint("\(word.sign) \(name) \(word.word)", word.style, hasColor)
            + " (job \(ForeignText.line(job.jobID))): \(parts.joined(separator: ", ")); its blackboard is at version "
            + "\(version)\n"
    }

    private static func table(_ states: [AgentState]) -> String {
        let rows = states.map { state in
            let word = OutcomeWord(state.phase)
            return [
                state.name, "\(word.sign) \(word.word)", state.attempt > 0 ? "\(state.attempt)" : "-",
                state.message ?? "",
            ]
        }
        return TextTable.lines([["AGENT", "STATE", "ATTEMPT", "MESSAGE"]] + rows).map { $0 + "\n" }.joined()
    }

    /// How a job goes on that nobody runs.
    private static func remedy(_ listed: ListedJob, options: [String]) -> String? {
        func resume(_ words: [String]) -> String {
            (["coordinator", "resume", ForeignText.line(listed.jobID)] + words + options).commandLine
        }
        return switch listed.status {
        case .interrupted: "No process runs it. It goes on with:\n  \(resume([]))"
        case .waiting: "Once it is answered, it goes on with:\n  \(resume([]))"
        case .inDoubt: "Once that is said, it goes on with:\n  \(resume([]))"
        case .suspended:
            "It has ended its process at each of its last resumptions, and is not taken up by itself any more. It goes on "
                + "with:\n  \(resume(["--force"]))"
        case .running, .succeeded, .partial, .failed, .cancelled: nil
        }
    }
}
