extension JobEvent {
    /// A kind of event, by its name on the wire. Later versions add kinds: a reader keeps those that it does not know.
    ///
    /// ```swift
    /// for try await event in job.events where event.kind == .attemptFinished { print(event.agent ?? "") }
    /// ```
    public struct Kind: Sendable, Hashable {
        /// The name, such as `attempt_started`.
        public let name: String

        /// Names a kind.
        public init(_ name: String) { self.name = name }

        /// The job was taken, with what it consists of.
        public static let jobSubmitted = Kind("job_submitted")
        /// The job began, with the blackboard it began with.
        public static let jobStarted = Kind("job_started")
        /// An agent's run waits for a slot.
        public static let agentQueued = Kind("agent_queued")
        /// An agent's state was set from outside.
        public static let agentStateChanged = Kind("agent_state_changed")
        /// A call to an agent began.
        public static let attemptStarted = Kind("attempt_started")
        /// An attempt gave back what it held, to go on later.
        public static let attemptSuspended = Kind("attempt_suspended")
        /// Somebody answered what a suspended attempt waits for.
        public static let signalReceived = Kind("signal_received")
        /// A suspended attempt goes on.
        public static let attemptResumed = Kind("attempt_resumed")
        /// A call to an agent ended.
        public static let attemptFinished = Kind("attempt_finished")
        /// The code of an abandoned attempt ended after all.
        public static let attemptCodeEnded = Kind("attempt_code_ended")
        /// An agent said what it is doing.
        public static let progress = Kind("progress")
        /// A model answered an attempt's question.
        public static let turnFinished = Kind("turn_finished")
        /// A tool's call began.
        public static let toolStarted = Kind("tool_started")
        /// A tool's call ended.
        public static let toolFinished = Kind("tool_finished")
        /// Another attempt will follow.
        public static let retryScheduled = Kind("retry_scheduled")
        /// A contribution was merged.
        public static let contextCommitted = Kind("context_committed")
        /// A contribution conflicted with another writer's.
        public static let contextConflict = Kind("context_conflict")
        /// A contribution came after its attempt had ended.
        public static let lateWrite = Kind("late_write")
        /// A read or a write outside of the agent's role was refused.
        public static let accessDenied = Kind("access_denied")
        /// A circuit breaker changed its state through this job.
        public static let breakerStateChanged = Kind("circuit_breaker_state_changed")
        /// An agent's run ended.
        public static let agentFinished = Kind("agent_finished")
        /// An agent begins to run for the elements of its list.
        public static let itemsStarted = Kind("items_started")
        /// An agent's run for one element ended.
        public static let itemFinished = Kind("item_finished")
        /// A round of a repeat began.
        public static let roundStarted = Kind("round_started")
        /// The last round of a repeat ended.
        public static let repeatFinished = Kind("repeat_finished")
        /// A process took the job up again.
        public static let jobResumed = Kind("job_resumed")
        /// The job's process gave it up in good order.
        public static let jobInterrupted = Kind("job_interrupted")
        /// The job is not taken up by itself any more.
        public static let jobSuspended = Kind("job_suspended")
        /// Nobody knows what an attempt has done.
        public static let attemptInDoubt = Kind("attempt_in_doubt")
        /// Somebody said what an attempt in doubt has done.
        public static let doubtResolved = Kind("doubt_resolved")
        /// Somebody asked for the job's end.
        public static let cancelRequested = Kind("cancel_requested")
        /// The job ended.
        public static let jobFinished = Kind("job_finished")
    }
}

extension JobEvent.Kind: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}

extension JobEvent.Payload {
    /// The kind of event that carries this payload.
    public var kind: JobEvent.Kind {
        switch self {
        case .jobSubmitted: .jobSubmitted
        case .jobStarted: .jobStarted
        case .agentQueued: .agentQueued
        case .agentStateChanged: .agentStateChanged
        case .attemptStarted: .attemptStarted
        case .attemptSuspended: .attemptSuspended
        case .signalReceived: .signalReceived
        case .attemptResumed: .attemptResumed
        case .attemptFinished: .attemptFinished
        case .attemptCodeEnded: .attemptCodeEnded
        case .progress: .progress
        case .turnFinished: .turnFinished
        case .toolStarted: .toolStarted
        case .toolFinished: .toolFinished
        case .retryScheduled: .retryScheduled
        case .contextCommitted: .contextCommitted
        case .contextConflict: .contextConflict
        case .lateWrite: .lateWrite
        case .accessDenied: .accessDenied
        case .breakerStateChanged: .breakerStateChanged
        case .agentFinished: .agentFinished
        case .itemsStarted: .itemsStarted
        case .itemFinished: .itemFinished
        case .roundStarted: .roundStarted
        case .repeatFinished: .repeatFinished
        case .jobResumed: .jobResumed
        case .jobInterrupted: .jobInterrupted
        case .jobSuspended: .jobSuspended
        case .attemptInDoubt: .attemptInDoubt
        case .doubtResolved: .doubtResolved
        case .cancelRequested: .cancelRequested
        case .jobFinished: .jobFinished
        case .unknown(let kind, _): kind
        }
    }
}
