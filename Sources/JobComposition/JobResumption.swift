import Coordinator

/// A job that is made again to go on, and what it takes for that.
public struct JobResumption: Sendable {
    /// What its journal keeps of it.
    public let history: JobHistory
    /// Whether it goes on although it is made of other things than when it began.
    public let acceptsChanges: Bool
    /// Whether it goes on although its last resumptions ended their process.
    public let force: Bool

    /// Describes a resumption; nothing is accepted or forced unless said otherwise.
    public init(_ history: JobHistory, acceptsChanges: Bool = false, force: Bool = false) {
        self.history = history
        self.acceptsChanges = acceptsChanges
        self.force = force
    }

    /// How the job goes on.
    ///
    /// - Parameter submission: what it is made of now.
    /// - Throws: ``JobCompositionError`` with what differs, where that is not accepted.
    func options(for submission: JobSubmission) throws(JobCompositionError) -> ResumptionOptions {
        let changes = SubmissionChanges(from: history.submission, to: submission).sentences
        guard changes.isEmpty || acceptsChanges else {
            throw JobCompositionError(
                .changed,
                """
                the job is not made of what it was made of when it began, so nothing was run:
                \(changes.map { "  \($0)" }.joined(separator: "\n"))
                Make it the same again, or accept what is there now (--accept-changes); the job's journal then says so.
                """)
        }
        return ResumptionOptions(changes: changes, acceptsChanges: acceptsChanges, force: force)
    }
}
