import Coordinator

/// A list of jobs for a terminal.
package enum JobListText {
    /// The table, a line for each job; control characters of the journal's names are made harmless.
    ///
    /// - Parameter now: by which ages are told.
    package static func table(_ jobs: [ListedJob], now: Timestamp, hasColor: Bool = false) -> String {
        let head = ["JOB", "WORKFLOW", "STATUS", "AGE", "DURATION", "AGENTS", "RESUMPTIONS"]
        let rows = jobs.map { row($0, now: now) }
        let lines = TextTable.lines([head] + rows)
        let styles = [nil] + jobs.map { OutcomeWord($0.status).style }
        return zip(lines, styles).map { line, style in Ansi.paint(line, style, hasColor) + "\n" }.joined()
    }

    private static func row(_ job: ListedJob, now: Timestamp) -> [String] {
        let word = OutcomeWord(job.status)
        return [
            job.jobID, job.workflow ?? "-", "\(word.sign) \(word.word)", age(of: job.submittedAt, now: now),
            job.durationMS.map { DurationText.words(milliseconds: $0) } ?? "-", "\(job.agents.count)",
            "\(job.resumptions)",
        ]
    }

    /// How long ago something was, such as `4 min 05 s` or `3 days`; a clock that was set back makes no negative age.
    static func age(of time: Timestamp, now: Timestamp) -> String {
        guard now > time else { return "0 ms" }
        let milliseconds = Double(now.nanosecondsSinceEpoch - time.nanosecondsSinceEpoch) / 1e6
        let days = Int(milliseconds / 86_400_000)
        return days < 2 ? DurationText.words(milliseconds: milliseconds) : "\(days) days"
    }
}

extension OutcomeWord {
    /// How a job of a store stands.
    init(_ status: JobSummary.Status) {
        switch status {
        case .running: self.init(AgentState.Phase.running)
        case .waiting: self.init(JobStatus.waiting)
        case .inDoubt: self.init(AgentState.Phase.inDoubt)
        case .suspended: self.init(AgentState.Phase.suspended)
        case .interrupted: self.init(JobStatus.interrupted)
        case .succeeded: self.init(JobStatus.succeeded)
        case .partial: self.init(JobStatus.partial)
        case .failed: self.init(JobStatus.failed)
        case .cancelled: self.init(JobStatus.cancelled)
        }
    }
}
