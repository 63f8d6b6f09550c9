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
    package var run: RunIdentity? { agent.map { RunIdentity(agent: $0, round: round, item: item) } }

    /// The kind of event.
    public var kind: Kind { payload.kind }

    /// What happened, typed for the kinds that this version knows.
    ///
    /// Held by reference: some payloads are large, and an event passes through many hands. Every asynchronous function
    /// that makes one would have room for the largest in its frame, and a job has a frame of each for every agent.
    @nonexhaustive
    public indirect enum Payload: Sendable, Hashable {
        /// The job was taken: what it was made of.
        case jobSubmitted(JobSubmitted)
        /// The job began: the blackboard that it began with.
        case jobStarted(JobStarted)
        /// A run waits for a slot.
        case agentQueued(AgentQueued)
        /// Code outside of the job set an agent's state.
        case agentStateChanged(AgentState)
        /// A call to an agent began.
        case attemptStarted(AttemptStarted)
        /// An attempt gave back what it held: what it waits for, and what it goes on with.
        case attemptSuspended(AttemptSuspended)
        /// Somebody answered a suspended attempt: the answer.
        case signalReceived(SignalReceived)
        /// A suspended attempt goes on.
        case attemptResumed(AttemptResumed)
        /// A call to an agent ended: its record, as results have it.
        case attemptFinished(AttemptRecord)
        /// The code of an abandoned attempt ended after all.
        case attemptCodeEnded(CodeEnded)
        /// An agent said what it is doing.
        case progress(Message)
        /// A model answered an attempt: what was asked and answered, and what it used.
        case turnFinished(ConversationStep.Turn)
        /// A tool's call began: which tool, with which arguments.
        case toolStarted(ConversationStep.ToolStart)
        /// A tool's call ended: what it came to.
        case toolFinished(ConversationStep.ToolEnd)
        /// An attempt failed and another follows: when, and why.
        case retryScheduled(RetryScheduled)
        /// A contribution was merged: what changed.
        case contextCommitted(ContextCommitted)
        /// A contribution conflicted with another writer's: both values and both names.
        case contextConflict(ContextConflict)
        /// A contribution was dropped, since its attempt had ended: the paths that it would have written.
        case lateWrite(Paths)
        /// A read or a write outside of the role was refused: the paths.
        case accessDenied(Paths)
        /// A circuit breaker changed its state through this job.
        case breakerStateChanged(BreakerStateChanged)
        /// A run ended: its outcome.
        case agentFinished(AgentFinished)
        /// An agent begins to run for the elements of its list.
        case itemsStarted(ItemsStarted)
        /// A run for one element ended: its outcome.
        case itemFinished(AgentFinished)
        /// A round of a repeat began.
        case roundStarted(RoundStarted)
        /// A repeat ended: after how many rounds, and why.
        case repeatFinished(RepeatResult)
        /// A process took the job up again: which time, and what had changed.
        case jobResumed(JobResumed)
        /// The job's process gave it up in good order: why.
        case jobInterrupted(JobInterrupted)
        /// The job is not taken up by itself any more: why.
        case jobSuspended(JobSuspended)
        /// Nobody knows what an attempt has done whose process ended.
        case attemptInDoubt(AttemptInDoubt)
        /// Somebody said what an attempt in doubt has done: what, and who.
        case doubtResolved(DoubtResolved)
        /// Somebody asked for the job's end: why, and who.
        case cancelRequested(CancelRequested)
        /// The job ended: its status.
        case jobFinished(JobFinished)
        /// An event of a kind that this version does not know, as it was read; it is written again unchanged.
        case unknown(Kind, JSONValue?)
    }
}
