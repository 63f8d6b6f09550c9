import Coordinator

/// Checks from outside that a ``/Coordinator/JobJournal`` keeps its promises.
///
/// Independent of any test framework: run it in a test and expect no violations.
/// ```swift
/// #expect(try await JobJournalConformance.violations(of: MyJournal(folder)).isEmpty)
/// ```
public enum JobJournalConformance {
    /// Tries a journal, under job ids that begin with `conformance-`. One that is a ``/Coordinator/PinningJournal`` is tried
    /// as that too, under names that begin in the same way.
    ///
    /// - Parameters:
    ///   - journal: one that has never been tried before, or can forget those jobs.
    ///   - reopen: opens another journal over the same store; `nil` for one that nothing outlives.
    /// - Returns: a sentence for each promise it breaks; empty when it conforms.
    /// - Throws: the error of creating a job that is new, or of reading back.
    public static func violations(
        of journal: any JobJournal, reopen: (() async throws -> any JobJournal)? = nil
    ) async throws -> [String] {
        var trial = JournalTrial(journal: journal)
        try await trial.keepsWhatItTakes()
        try await trial.refusesWhatDoesNotFollow()
        try await trial.takesEventsOfTheOwnerAlone()
        try await trial.refusesAJobThatExists()
        try await trial.givesUpAndTakesUp()
        try await trial.letsOneOfManyWin()
        try await trial.takesNothingAfterTheEnd()
        try await trial.keepsJobsApart()
        try await trial.isWholeWhenCancelled()
        if let journal = journal as? any PinningJournal { try await trial.remembersDigests(in: journal) }
        if let reopen {
            let reopened = try await reopen()
            try await trial.isTheSame(reopened: reopened)
            if let reopened = reopened as? any PinningJournal { try await trial.stillRemembersDigests(in: reopened) }
        }
        return trial.violations
    }
}
