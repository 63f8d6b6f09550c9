import Coordinator

/// Checks from outside that a ``/Coordinator/JobJournal`` keeps its promises.
///
/// Independent of any test framework: run it in a test and expect no violations.
/// ```swift
/// #expect(try await JobJournalConformance.violations(of: MyJournal(folder)).isEmpty)
/// ```
public enum JobJournalConformance {
    /// Tries a journal, under job ids that begin with `conformance-`.
    ///
    /// - Parameter journal: one that has never been tried before, or can forget those jobs.
    /// - Returns: a sentence for each promise it breaks; empty when it conforms.
    /// - Throws: the error of claiming a job or of reading events back.
    public static func violations(of journal: any JobJournal) async throws -> [String] {
        var trial = JournalTrial(journal: journal)
        try await trial.keepsWhatItTakes()
        try await trial.refusesWhatDoesNotFollow()
        try await trial.takesEventsOfTheOwnerAlone()
        try await trial.keepsJobsApart()
        try await trial.isWholeWhenCancelled()
        return trial.violations
    }
}
