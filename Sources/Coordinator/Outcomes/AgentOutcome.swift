/// How an agent's run or attempt ended; the raw values are the same in results, metrics, spans, logs and the API.
public enum AgentOutcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// The contribution was committed.
    case succeeded
    /// The agent threw, or its contribution was refused.
    case failed
    /// A timeout passed.
    case timeout
    /// The job or the run was cancelled.
    case cancelled
    /// The run was refused before it reached the agent.
    case rejected
    /// A condition or a dependency said not to run.
    case skipped
}

/// How a job ended, or why it was given up.
public enum JobStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every required agent succeeded.
    case succeeded
    /// Some required agents succeeded.
    case partial
    /// No required agent succeeded, or a policy failed the job.
    case failed
    /// The job was cancelled.
    case cancelled
    /// The job has not ended: nothing is left but waiting for somebody's answer, and it goes on when it is resumed.
    case waiting
    /// The job has not ended: its process gave it up, and it goes on when it is resumed.
    case interrupted

    /// Those of jobs that have ended.
    static let endings = allCases.filter(\.hasEnded)

    /// Whether a job with it has ended.
    public var hasEnded: Bool {
        switch self {
        case .succeeded, .partial, .failed, .cancelled: true
        case .waiting, .interrupted: false
        }
    }
}
