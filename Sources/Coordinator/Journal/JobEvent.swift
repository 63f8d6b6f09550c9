/// One thing that happened in a job: the same in `events.jsonl`, a journal and a live stream.
///
/// ```swift
/// for try await event in coordinator.events {
///     if case .agentFinished(let end) = event.payload { print(event.agent ?? "", end.outcome) }
/// }
/// ```
public struct JobEvent: Sendable, Hashable {
    /// The version of the envelope that is written. Version 1, in which changes of agents' states were events of their
    /// own and raised the version, is still read.
    public static let schemaVersion = 2

    /// The version of the envelope that this event was written in.
    public let schemaVersion: Int
    /// The event's number in its job, from 1, without gaps.
    public let sequence: Int
    /// When it happened; never before the event before it.
    public let at: Timestamp
    /// The job.
    public let jobID: String
    /// The blackboard's version after the event.
    public let version: Int
    /// The agent concerned, if one is.
    public let agent: String?
    /// The round of the agent's run, from 1, if it is one of a repeat.
    public let round: Int?
    /// The index of the item that the agent's run is for, from 0, if it is for one.
    public let item: Int?
    /// The attempt's number, if one is concerned.
    public let attempt: Int?
    /// The trace, 32 hex digits, if tracing was on.
    public let traceID: String?
    /// The span, 16 hex digits, if tracing was on.
    public let spanID: String?
    /// What happened.
    public let payload: Payload

    init(
        schemaVersion: Int = JobEvent.schemaVersion, sequence: Int, at: Timestamp, jobID: String, version: Int,
        agent: String?, round: Int? = nil, item: Int? = nil, attempt: Int?, traceID: String?, spanID: String?,
        payload: Payload
    ) {
        self.schemaVersion = schemaVersion
        self.sequence = sequence
        self.at = at
        self.jobID = jobID
        self.version = version
        self.agent = agent
        self.round = round
        self.item = item
        self.attempt = attempt
        self.traceID = traceID
        self.spanID = spanID
        self.payload = payload
    }

    /// The run concerned, if one is.
    var run: RunIdentity? { agent.map { RunIdentity(agent: $0, round: round, item: item) } }

    /// The kind of event.
    public var kind: Kind { payload.kind }

    /// What happened, typed for the kinds that this version knows.
    ///
    /// Held by reference: some payloads are large, and an event passes through many hands. Every asynchronous function
    /// that makes one would have room for the largest in its frame, and a job has a frame of each for every agent.
    @nonexhaustive
    public indirect enum Payload: Sendable, Hashable {
        case jobSubmitted(JobSubmitted)
        case jobStarted(JobStarted)
        case agentQueued(AgentQueued)
        case agentStateChanged(AgentState)
        case attemptStarted(AttemptStarted)
        case attemptSuspended(AttemptSuspended)
        case signalReceived(SignalReceived)
        case attemptResumed(AttemptResumed)
        case attemptFinished(AttemptRecord)
        case attemptCodeEnded(CodeEnded)
        case progress(Message)
        case retryScheduled(RetryScheduled)
        case contextCommitted(ContextCommitted)
        case contextConflict(ContextConflict)
        case lateWrite(Paths)
        case accessDenied(Paths)
        case breakerStateChanged(BreakerStateChanged)
        case agentFinished(AgentFinished)
        case itemsStarted(ItemsStarted)
        case itemFinished(AgentFinished)
        case roundStarted(RoundStarted)
        case repeatFinished(RepeatResult)
        case jobFinished(JobFinished)
        /// An event of a kind that this version does not know, as it was read; it is written again unchanged.
        case unknown(Kind, JSONValue?)
    }
}
