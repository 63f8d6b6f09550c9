/// Why a journal does not do what it was asked: the job is in another state than the caller knows.
public enum JournalRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The journal holds a job with the id already.
    case exists(job: String)
    /// The journal holds no job with the id.
    case unknown(job: String)
    /// The job belongs to another owner, or to none.
    case notOwner(job: String)
    /// The last event has another number than the caller knows.
    case notAfter(job: String, given: Int, last: Int)
    /// The job has had another owner since the one that the caller knows.
    case claimed(job: String, given: Int, epoch: Int)
    /// The job's last event is its end.
    case ended(job: String)

    /// The refusal in words.
    public var description: String {
        switch self {
        case .exists(let job): "the journal holds a job with the id '\(job)' already; give the new job another id"
        case .unknown(let job): "the journal holds no job with the id '\(job)'"
        case .notOwner(let job):
            "the journal refuses events of job '\(job)': another process has taken the job over, or it was given up"
        case .notAfter(let job, let given, let last):
            "the journal refuses events of job '\(job)' after event \(given): its last one is event \(last); another "
                + "process writes the same job"
        case .claimed(let job, let given, let epoch):
            "the journal does not give job '\(job)' to another owner after epoch \(given): it is in epoch \(epoch); "
                + "somebody else has claimed it first"
        case .ended(let job): "job '\(job)' has ended; the journal takes nothing more of it"
        }
    }
}
