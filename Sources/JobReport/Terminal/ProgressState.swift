import Coordinator
import Support

/// The state of a running job as its events show it: a pure value.
struct ProgressState: Sendable {
    struct Agent: Sendable, Equatable {
        let name: String
        var phase = AgentState.Phase.waiting
        var attempt = 0
        /// When the present phase, or the present attempt, began.
        var since: Timestamp?
        /// When the agent first did more than wait.
        var startedAt: Timestamp?
        /// The duration of the agent's run, once it has ended.
        var durationMS: Double?
        /// The agent's latest message: progress, or the failure.
        var message: String?
        /// The length of the present pause, in milliseconds from ``since``.
        var pauseMS: Double?
        /// What the agent found, once it has written it, if readers should know: that its validation failed.
        var finding: String?
        /// The tokens the agent reported, sent and produced.
        var tokens = 0

        var isFinished: Bool { durationMS != nil }
    }

    private(set) var jobID = ""
    private(set) var workflow = ""
    private(set) var startedAt: Timestamp?
    private(set) var agents: [Agent] = []
    private(set) var finished: JobEvent.JobFinished?
    /// What was validated, as it was written last.
    private(set) var validation: JobResult.Validation?
    /// The circuit breakers that are not closed, by the agent or resource they guard.
    private(set) var breakers: [String: String] = [:]
    private var index: [String: Int] = [:]

    /// The agent that an event is about, as it is now.
    func agent(of event: JobEvent) -> Agent? {
        var name = event.agent
        if case .agentStateChanged(let state) = event.payload { name = state.name }
        return name.flatMap { index[$0] }.map { agents[$0] }
    }

    mutating func apply(_ event: JobEvent) {
        if startedAt == nil { startedAt = event.at }
        jobID = event.jobID
        switch event.payload {
        case .jobStarted(let start):
            workflow = start.workflow
            for agent in start.agents { change(agent.name) { _ in } }
        case .agentStateChanged(let state):
            change(event.agent ?? state.name) { agent in
                if agent.phase != state.phase { agent.since = event.at }
                agent.phase = state.phase
                agent.attempt = max(agent.attempt, state.attempt)
                if state.phase != .waiting, agent.startedAt == nil { agent.startedAt = event.at }
                if let message = state.message { agent.message = message }
            }
        case .agentQueued:
            changed(event) { agent in
                agent.phase = .queued
                agent.since = event.at
                if agent.startedAt == nil { agent.startedAt = event.at }
            }
        case .attemptStarted:
            changed(event) { agent in
                agent.phase = .running
                agent.attempt = event.attempt ?? agent.attempt + 1
                agent.since = event.at
                if agent.startedAt == nil { agent.startedAt = event.at }
                agent.message = nil
            }
        case .attemptFinished(let attempt):
            changed(event) { agent in
                agent.attempt = attempt.number
                agent.message = attempt.error ?? attempt.errorType ?? agent.message
            }
        case .retryScheduled(let retry):
            changed(event) { agent in
                agent.phase = .backingOff
                agent.since = event.at
                agent.pauseMS = retry.delayMS
                agent.message = retry.error ?? agent.message ?? retry.errorType
            }
        case .progress(let progress): changed(event) { $0.message = progress.message }
        case .agentFinished(let end):
            changed(event) { agent in
                agent.phase = AgentState.Phase(rawValue: end.outcome.rawValue) ?? agent.phase
                agent.since = event.at
                agent.durationMS = end.durationMS
                agent.message = end.outcome == .succeeded ? agent.finding : end.error ?? end.errorType ?? agent.message
            }
        case .jobFinished(let end): finished = end
        case .contextCommitted(let commit):
            let usage = commit.contribution.usage
            let written = commit.contribution.validation
            if let written { validation = written }
            changed(event) { agent in
                agent.tokens = agent.tokens.addingSaturated(usage.tokens)
                if let written { agent.finding = written.passed ? nil : "validation failed: \(written.summary)" }
            }
        case .breakerStateChanged(let change):
            let closed = "closed"
            breakers[change.resource ?? change.agent ?? "?"] = change.to == closed ? nil : change.to
        case .jobSubmitted, .attemptCodeEnded, .contextConflict, .lateWrite, .accessDenied, .unknown: break
        }
    }

    /// Milliseconds since the job's start.
    func offsetMS(_ instant: Timestamp) -> Double { startedAt.map { instant.milliseconds(since: $0) } ?? 0 }

    private mutating func changed(_ event: JobEvent, _ body: (inout Agent) -> Void) {
        if let name = event.agent { change(name, body) }
    }

    private mutating func change(_ name: String, _ body: (inout Agent) -> Void) {
        let position = index[name] ?? agents.count
        if position == agents.count {
            agents.append(Agent(name: name))
            index[name] = position
        }
        body(&agents[position])
    }
}

extension Contribution {
    /// The validation that the contribution writes, if it does.
    var validation: JobResult.Validation? {
        self.set["artifacts.validation"].flatMap { JobResult.Validation($0) }
    }
}

extension Timestamp {
    /// The time from another instant to this one, in milliseconds; negative when this one is earlier.
    func milliseconds(since other: Timestamp) -> Double {
        self >= other
            ? Double(nanosecondsSinceEpoch - other.nanosecondsSinceEpoch) / 1e6
            : -Double(other.nanosecondsSinceEpoch - nanosecondsSinceEpoch) / 1e6
    }
}
