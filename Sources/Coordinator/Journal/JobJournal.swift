/// Storage for the events of jobs, such as a database: nothing else is kept of a job.
///
/// The coordinator numbers events and hands them over in batches, one append of a job at a time. What they did to the
/// blackboard becomes visible once ``append(_:to:after:owner:)`` has returned. Without a journal a job keeps its events
/// in memory alone. `CoordinatorTestKit` has a conformance suite; ``MemoryJournal`` is the reference.
///
/// ```swift
/// let context = JobContext(id: "job-1", journal: MyJournal(folder))
/// ```
public protocol JobJournal: Sendable {
    /// Makes an owner the only one whose events are taken from now on, and the job known if it was not.
    ///
    /// - Returns: the number of the job's last event; 0 for a job without events.
    /// - Throws: when that could not be kept; the owner of before, if there was one, remains.
    func claim(_ jobID: String, for owner: JobOwner) async throws -> Int

    /// Keeps events for good: all of them or none, in order.
    ///
    /// - Parameters:
    ///   - events: one or more, with numbers that follow `sequence` without gaps.
    ///   - jobID: the job.
    ///   - sequence: the number of the job's last event, as the caller knows it.
    ///   - owner: who writes.
    /// - Throws: ``JournalRefusal`` when another event was the last one, or another owner has claimed the job; any other
    ///   error when the events could not be kept. Either way none of them is kept, and the job's run stops.
    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws

    /// A job's events in order; none for a job that it does not know.
    ///
    /// - Parameter sequence: the number of the event before the first one that is wanted; 0 for all.
    func events(of jobID: String, after sequence: Int) async throws -> [JobEvent]
}
