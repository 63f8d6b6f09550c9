/// Who runs a job: compared for equality, so that a run that lost its job can write nothing more.
public struct JobOwner: Sendable, Hashable, Codable {
    /// Counts how often the job has been taken over, from 1.
    public let epoch: Int
    /// A name that no other run has.
    public let id: String

    /// Names an owner.
    public init(epoch: Int = 1, id: String) {
        self.epoch = epoch
        self.id = id
    }

    /// An owner with an id of 64 random bits.
    static func new() -> JobOwner { JobOwner(id: String(UInt64.random(in: .min ... .max), radix: 16)) }
}
