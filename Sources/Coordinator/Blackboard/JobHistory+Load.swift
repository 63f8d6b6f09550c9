extension JobHistory {
    /// The events that are read at once.
    private static let page = 1_000

    /// Reads what a journal keeps of a job.
    ///
    /// - Throws: ``JournalRefusal`` when the journal does not hold the job or the job has ended; ``ContextError`` with code
    ///   `brokenLog` when its events do not fit together; the journal's own error when it cannot be read.
    public static func load(_ jobID: String, from journal: any JobJournal) async throws -> JobHistory {
        guard let kept = try await journal.job(jobID) else { throw JournalRefusal.unknown(job: jobID) }
        var history = JobHistory()
        history.epoch = kept.epoch
        while true {
            let events = try await journal.events(of: jobID, after: history.summary.lastSequence, limit: page)
            if events.isEmpty { break }
            for event in events { try history.apply(event) }
        }
        guard history.summary.lastSequence >= kept.lastSequence, kept.lastSequence > 0 else {
            throw ContextError(
                .brokenLog, [],
                "the journal names event \(kept.lastSequence) as the last one of job '\(jobID)', and gives "
                    + "\(history.summary.lastSequence)")
        }
        guard history.summary.ended == nil else { throw JournalRefusal.ended(job: jobID) }
        return history
    }
}
