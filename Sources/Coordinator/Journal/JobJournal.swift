/// Storage for the events of jobs, such as a database: nothing else is kept of a job.
///
/// A job exists from its first events on and has one owner at a time, whom the journal numbers. The coordinator hands
/// events over in batches of some mebibytes at most, one append of a job at a time; what they did becomes visible once the
/// journal has them.
/// ``MemoryJournal`` is the reference, and `CoordinatorTestKit` has a conformance suite. Calls may block their thread.
///
/// ```swift
/// let context = JobContext(id: "job-1", journal: MyJournal(folder))
/// ```
///
/// Whatever throws has changed nothing: a ``JournalRefusal`` says what speaks against it, any other error that it could
/// not be kept. A caller that has no answer reads ``job(_:)``.
public protocol JobJournal: Sendable {
    /// Keeps a new job with its first events, and makes the caller its owner, of epoch 1.
    ///
    /// - Parameters:
    ///   - jobID: the job.
    ///   - events: one or more, numbered from 1 without gaps.
    ///   - name: names the owner; no other run has it.
    /// - Throws: ``JournalRefusal/exists(job:)`` when the journal holds the job already.
    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner

    /// Keeps events for good, in order and all of them or none. From `job_finished` on the job takes nothing more.
    ///
    /// - Parameters:
    ///   - events: one or more, with numbers that follow `sequence` without gaps.
    ///   - jobID: the job.
    ///   - sequence: the number of the job's last event, as the caller knows it.
    ///   - owner: who writes.
    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws

    /// Takes a job over: from now on only the new owner's events are taken. Of several at once one succeeds.
    ///
    /// - Parameters:
    ///   - jobID: the job.
    ///   - epoch: that of the job's latest owner, as the caller knows it.
    ///   - name: names the new owner; no other run has it.
    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob

    /// Gives a job up that is to go on elsewhere. It keeps its epoch and has no owner until it is claimed.
    func release(_ jobID: String, by owner: JobOwner) async throws

    /// What is known of a job; `nil` for one that the journal does not hold.
    func job(_ jobID: String) async throws -> KeptJob?

    /// A job's events in order; none when there are none beyond the number, or no such job.
    ///
    /// - Parameters:
    ///   - jobID: the job.
    ///   - sequence: the number of the event before the first one that is wanted; 0 for the start.
    ///   - limit: the most events, at least 1; a journal may give fewer, but not none if there are any.
    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent]
}
