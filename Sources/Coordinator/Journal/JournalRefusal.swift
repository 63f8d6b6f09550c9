/// Why a journal does not take events: somebody else writes the job.
public enum JournalRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The job belongs to another owner, or to none.
    case notOwner(job: String)
    /// The last event has another number than the caller knows.
    case notAfter(job: String, given: Int, last: Int)

    /// The refusal in words.
    public var description: String {
        switch self {
        case .notOwner(let job):
            "the journal refuses events of job '\(job)': another process has taken the job over"
        case .notAfter(let job, let given, let last):
            "the journal refuses events of job '\(job)' after event \(given): its last one is event \(last); another "
                + "process writes the same job"
        }
    }
}
