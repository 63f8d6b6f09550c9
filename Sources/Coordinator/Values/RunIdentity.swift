/// One run in a job: an agent's, in one round of a repeat, for one item of a list.
///
/// A plain agent has neither round nor item. Attempts of one run share the identity, and so the idempotency key; another
/// round or another item is other work and has another key.
///
/// ```swift
/// try await job.resume(RunIdentity(agent: "release"), with: ["approved": true])
/// ```
public struct RunIdentity: Sendable, Hashable, Codable {
    /// The agent's name.
    public let agent: String
    /// The round, from 1; `nil` outside of a repeat.
    public let round: Int?
    /// The item's index, from 0; `nil` for an agent that is not run once an item.
    public let item: Int?

    /// Names a run.
    public init(agent: String, round: Int? = nil, item: Int? = nil) {
        self.agent = agent
        self.round = round
        self.item = item
    }

    /// The key that every attempt of the run carries, such as `job-1/review/round-2/item-3`. In the names of job and agent
    /// `%` and `/` are written as `%25` and `%2F`, so that no two runs have the same key.
    ///
    /// - Parameter jobID: the job's id.
    public func idempotencyKey(inJob jobID: String) -> String {
        var key = "\(Self.escaped(jobID))/\(Self.escaped(agent))"
        if let round { key += "/round-\(round)" }
        if let item { key += "/item-\(item)" }
        return key
    }

    private static func escaped(_ name: String) -> String {
        var name = name
        let isPlain = name.withUTF8 { !$0.contains(UInt8(ascii: "/")) && !$0.contains(UInt8(ascii: "%")) }
        if isPlain { return name }
        return name.replacing("%", with: "%25").replacing("/", with: "%2F")
    }
}
