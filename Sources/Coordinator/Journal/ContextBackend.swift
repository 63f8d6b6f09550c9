/// Storage for commits, such as a journal or a database.
///
/// A commit is first checked, then handed to ``append(_:)``, and becomes visible on the blackboard once that has
/// returned.
/// Without a backend a job keeps its commits in memory alone. `CoordinatorTestKit` has a conformance suite.
public protocol ContextBackend: Sendable {
    /// Stores a commit for good.
    ///
    /// Called for one commit of a job at a time, with numbers from 1 without gaps. A number that was refused comes
    /// again with the next commit. Any number but the next must be refused: another process writes the same job.
    /// - Throws: when the commit was not stored and will not be; the attempt then fails as the error says
    ///   (``ClassifiedError``), and nothing of it becomes visible.
    func append(_ commit: CommitRecord) async throws

    /// The commits of a job, by number from 1; empty for a job it does not know.
    func commits(of jobID: String) async throws -> [CommitRecord]
}

/// A contribution as it was merged: the record that a backend stores.
public struct CommitRecord: Sendable, Hashable, Codable {
    /// The job.
    public let jobID: String
    /// The commit's number in its job, from 1, without gaps.
    public let number: Int
    /// The agent that wrote.
    public let agent: String
    /// The number of the agent's attempt, from 1.
    public let attempt: Int
    /// When it was handed to the backend.
    public let at: Timestamp
    /// The writer's stage, which orders the fold.
    public let stage: Int
    /// The writer's position within its stage.
    public let registration: Int
    /// The contribution that was merged.
    public let contribution: Contribution

    /// Describes a commit.
    public init(
        jobID: String, number: Int, agent: String, attempt: Int, at: Timestamp, stage: Int = 0, registration: Int = 0,
        contribution: Contribution
    ) {
        self.jobID = jobID
        self.number = number
        self.agent = agent
        self.attempt = attempt
        self.at = at
        self.stage = stage
        self.registration = registration
        self.contribution = contribution
    }

    /// Names the attempt, and with it the lease the commit was made under; the same in every process and log.
    public var attemptID: String { "\(jobID)/\(agent)/\(attempt)" }

    enum CodingKeys: String, CodingKey {
        case jobID = "job_id"
        case number, agent, attempt, at, stage, registration, contribution
    }
}
