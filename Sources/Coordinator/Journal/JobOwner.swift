/// Who runs a job, as its journal knows it: a run that has lost its job can write nothing more.
///
/// ```swift
/// let owner = try await journal.create("job-1", with: events, as: "worker-3")
/// try await journal.append(more, to: "job-1", after: events.count, owner: owner)
/// ```
public struct JobOwner: Sendable, Hashable, Codable {
    /// Counts the job's owners, from 1. The journal gives it, and no two owners of a job have the same.
    public let epoch: Int
    /// The name by which the run asked for the job.
    public let name: String

    /// Names an owner; for journals.
    public init(epoch: Int, name: String) {
        self.epoch = epoch
        self.name = name
    }
}

/// What a journal knows of a job without reading its events.
///
/// ```swift
/// if let kept = try await journal.job("job-1") { print(kept.owner?.name ?? "nobody") }
/// ```
public struct KeptJob: Sendable, Hashable {
    /// The epoch of the job's latest owner.
    public let epoch: Int
    /// Who owns it; `nil` for a job that was given up and not claimed since.
    public let owner: JobOwner?
    /// The number of its last event.
    public let lastSequence: Int

    /// Describes a job; for journals.
    public init(epoch: Int, owner: JobOwner?, lastSequence: Int) {
        self.epoch = epoch
        self.owner = owner
        self.lastSequence = lastSequence
    }
}
