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
        /// How far the elements of its list are; `nil` for an agent without one, and before it is known.
        var items: Items?
        /// The rounds of its repeat; `nil` for an agent of none.
        var rounds: Rounds?

        var isFinished: Bool { durationMS != nil && rounds?.areOver != false }
    }

    /// The elements that an agent runs for.
    struct Items: Sendable, Equatable {
        let count: Int
        var finished = 0
        var failed = 0
    }

    /// The rounds of the repeat that an agent is in.
    struct Rounds: Sendable, Equatable {
        let name: String
        let most: Int
        var current = 0
        var areOver = false
    }

    private(set) var jobID = ""
    private(set) var workflow = ""
    private(set) var startedAt: Timestamp?
    private(set) var agents: [Agent] = []
    private(set) var finished: JobEvent.JobFinished?
    /// What the validation came to, as far as it is written.
    var validation: JobResult.Validation? { artifact.validation }
    private var artifact = ValidationArtifact()
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
            for loop in start.repeats {
                for member in loop.agents { change(member) { $0.rounds = Rounds(name: loop.name, most: loop.atMost) } }
            }
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
                // Of items some wait while others run.
                if event.item != nil, agent.phase == .running { return }
                agent.phase = .queued
                agent.since = event.at
                if agent.startedAt == nil { agent.startedAt = event.at }
            }
        case .attemptStarted:
            changed(event) { agent in
                if event.item != nil { return agent.runsItems(at: event.at) }
                agent.phase = .running
                agent.attempt = event.attempt ?? agent.attempt + 1
                agent.since = event.at
                if agent.startedAt == nil { agent.startedAt = event.at }
                agent.message = nil
            }
        case .attemptSuspended(let suspension):
            changed(event) { agent in
                agent.phase = .suspended
                agent.since = event.at
                agent.message = suspension.reason.isEmpty ? nil : suspension.reason
            }
        case .attemptResumed:
            changed(event) { agent in
                agent.phase = .running
                agent.since = event.at
                agent.message = nil
            }
        case .attemptFinished(let attempt):
            changed(event) { agent in
                if event.item == nil { agent.attempt = attempt.number }
                agent.say(attempt.error ?? attempt.errorType, of: event.item)
            }
        case .retryScheduled(let retry):
            changed(event) { agent in
                if event.item != nil { return }
                agent.phase = .backingOff
                agent.since = event.at
                agent.pauseMS = retry.delayMS
                agent.message = retry.error ?? agent.message ?? retry.errorType
            }
        case .progress(let progress): changed(event) { $0.say(progress.message, of: event.item) }
        case .toolStarted(let start): changed(event) { $0.say("calls \(start.tool)", of: event.item) }
        case .itemsStarted(let start): changed(event) { $0.items = Items(count: start.count) }
        case .itemFinished(let end):
            changed(event) { agent in
                agent.items?.finished += 1
                guard end.outcome != .succeeded else { return }
                agent.items?.failed += 1
                agent.say(end.error ?? end.errorType, of: event.item)
            }
        case .roundStarted(let start): for name in members(of: start.repeat) { change(name) { $0.begin(start.round) } }
        case .repeatFinished(let end): for name in members(of: end.name) { change(name) { $0.rounds?.areOver = true } }
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
            artifact.take(commit.contribution)
            let written = ValidationArtifact.isWritten(by: commit.contribution) ? validation : nil
            changed(event) { agent in
                agent.tokens = agent.tokens.addingSaturated(usage.tokens)
                if let written { agent.finding = written.passed ? nil : "validation failed: \(written.summary)" }
            }
        case .breakerStateChanged(let change):
            let closed = "closed"
            breakers[change.resource ?? change.agent ?? "?"] = change.to == closed ? nil : change.to
        case .attemptInDoubt(let doubt):
            changed(event) { agent in
                agent.phase = .inDoubt
                agent.since = event.at
                agent.message = doubt.reason
            }
        case .jobSubmitted, .attemptCodeEnded, .signalReceived, .contextConflict, .lateWrite, .accessDenied,
            .turnFinished, .toolFinished, .jobResumed, .jobInterrupted, .jobSuspended, .doubtResolved,
            .cancelRequested, .unknown:
            break
        }
    }

    /// Milliseconds since the job's start.
    func offsetMS(_ instant: Timestamp) -> Double { startedAt.map { instant.milliseconds(since: $0) } ?? 0 }

    private func members(of loop: String) -> [String] {
        agents.filter { $0.rounds?.name == loop }.map(\.name)
    }

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

extension ProgressState.Agent {
    /// Takes the message of an attempt, or of one of its items.
    fileprivate mutating func say(_ text: String?, of item: Int?) {
        guard let text else { return }
        message = item.map { "item \($0): \(text)" } ?? text
    }

    /// At least one item runs.
    fileprivate mutating func runsItems(at instant: Timestamp) {
        if phase != .running { since = instant }
        phase = .running
        if startedAt == nil { startedAt = instant }
    }

    /// Whatever the round before came to, the agent waits for its turn in this one.
    fileprivate mutating func begin(_ round: Int) {
        rounds?.current = round
        (phase, attempt, durationMS, items, message) = (.waiting, 0, nil, nil, nil)
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
