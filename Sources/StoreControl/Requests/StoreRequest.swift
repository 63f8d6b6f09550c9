import Coordinator

/// What a command asks of whoever holds a store, about one job.
///
/// Who asks is not part of it: the holder learns that from the kernel.
package struct StoreRequest: Sendable, Hashable {
    /// What is to be done with the job.
    package enum Action: Sendable, Hashable {
        /// A person answers an approval.
        case approve(RunIdentity, ApprovalAnswer)
        /// The job is told something; named like a waiting approval it answers that.
        case signal(name: String, value: JSONValue)
        /// The job is to end.
        case cancel(reason: String)
        /// Somebody says what an attempt in doubt has done.
        case resolve(RunIdentity, JobEvent.DoubtResolved.Resolution, Contribution?)
        /// Somebody says what a single call in doubt has done, and what it has come to.
        case resolveCall(RunIdentity, call: String, JobEvent.DoubtResolved.Resolution, JSONValue)
    }

    /// The job's id.
    package let job: String
    package let action: Action

    package init(job: String, _ action: Action) {
        self.job = job
        self.action = action
    }
}
