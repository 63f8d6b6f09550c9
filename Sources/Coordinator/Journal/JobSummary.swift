/// What a list shows of a job: the fold of its events.
///
/// ```swift
/// var summary = JobSummary()
/// for event in events { summary.apply(event) }
/// print(summary.status(isOwned: false))
/// ```
public struct JobSummary: Sendable, Hashable, Codable {
    /// How a job stands.
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// Some process runs it.
        case running
        /// Nothing is left but waiting for somebody's answer.
        case waiting
        /// Nothing is left but waiting until somebody says what an attempt has done.
        case inDoubt = "in_doubt"
        /// Its resumptions ended their process; it is not taken up by itself any more.
        case suspended
        /// No process runs it; it goes on when it is resumed.
        case interrupted
        /// Every required agent succeeded.
        case succeeded
        /// Some required agents succeeded.
        case partial
        /// No required agent succeeded, or a policy failed the job.
        case failed
        /// The job was cancelled.
        case cancelled
    }

    /// The job's id.
    public private(set) var jobID = ""
    /// The low-cardinality name of the job; `nil` before the job has begun.
    public private(set) var workflow: String?
    /// The agents' names, in the order of registration; empty before the job has begun.
    public private(set) var agents: [String] = []
    /// When the job was taken.
    public private(set) var submittedAt = Timestamp(nanosecondsSinceEpoch: 0)
    /// When the job began first; `nil` before.
    public private(set) var startedAt: Timestamp?
    /// When it ended; `nil` before.
    public private(set) var endedAt: Timestamp?
    /// How long somebody ran it, in milliseconds; `nil` before its end.
    public private(set) var durationMS: Double?
    /// How often it was taken up again.
    public private(set) var resumptions = 0
    /// The number of its last event.
    public private(set) var lastSequence = 0
    /// The blackboard's version.
    public private(set) var version = 0
    /// How the job ended; `nil` before its end.
    public private(set) var ended: JobStatus?
    /// The runs that wait for somebody's answer, and since when.
    public private(set) var waiting: [RunIdentity: Timestamp] = [:]
    /// The runs of which nobody knows what they have done, and since when.
    public private(set) var doubts: [RunIdentity: Timestamp] = [:]
    private var running: Set<RunIdentity> = []
    private var isSuspended = false

    /// Starts before the first event.
    public init() {}

    /// How the job stands, as far as it can be told from its events and from whether a process runs it.
    public func status(isOwned: Bool) -> Status {
        if let ended { return Status(ended) }
        if isSuspended { return .suspended }
        if running.isEmpty || !isOwned {
            if !doubts.isEmpty { return .inDoubt }
            if !waiting.isEmpty { return .waiting }
        }
        return isOwned ? .running : .interrupted
    }

    /// Adds the next event.
    public mutating func apply(_ event: JobEvent) {
        if event.sequence == 1 { (jobID, submittedAt) = (event.jobID, event.at) }
        (lastSequence, version) = (event.sequence, event.version)
        switch event.payload {
        case .jobSubmitted: submittedAt = event.at
        case .jobStarted(let start):
            (workflow, agents) = (start.workflow, start.agents.map(\.name))
            if startedAt == nil { startedAt = event.at }
        case .jobResumed(let resumed): (resumptions, isSuspended) = (resumed.number, false)
        case .jobSuspended: isSuspended = true
        case .jobInterrupted: running = []
        case .jobFinished(let end):
            (endedAt, durationMS, ended) = (event.at, end.durationMS, end.status)
            (running, waiting, doubts) = ([], [:], [:])
        default: applyRun(event)
        }
    }

    private mutating func applyRun(_ event: JobEvent) {
        guard let run = event.run else { return }
        switch event.payload {
        // Calls of it are in doubt still.
        case .doubtResolved(let resolved) where !resolved.endsDoubt: break
        case .agentQueued, .attemptStarted, .attemptResumed, .signalReceived, .doubtResolved:
            (waiting[run], doubts[run]) = (nil, nil)
            running.insert(run)
        case .attemptSuspended:
            running.remove(run)
            waiting[run] = event.at
        case .attemptInDoubt:
            running.remove(run)
            doubts[run] = event.at
        case .attemptFinished, .agentFinished, .itemFinished:
            (waiting[run], doubts[run]) = (nil, nil)
            running.remove(run)
        default: break
        }
    }
}

extension JobSummary.Status {
    /// The status that a result names.
    public init(_ status: JobStatus) {
        self =
            switch status {
            case .succeeded: .succeeded
            case .partial: .partial
            case .failed: .failed
            case .cancelled: .cancelled
            case .waiting: .waiting
            case .interrupted: .interrupted
            }
    }

    /// Whether a job with it has ended.
    public var hasEnded: Bool {
        switch self {
        case .succeeded, .partial, .failed, .cancelled: true
        case .running, .waiting, .inDoubt, .suspended, .interrupted: false
        }
    }
}
