import HashTreeCollections
import Support

/// What every agent of a job is doing, as the fold of the job's events: it stands beside the versioned tree, is read at
/// `agents.<name>`, and raises no version.
struct AgentStates: Sendable {
    /// A class, since a change copies the trie node that holds the member, and with it every other member of the node.
    private final class Member: Sendable {
        let state: AgentState
        init(_ state: AgentState) { self.state = state }
    }

    private var members: TreeDictionary<ExactString, Member> = [:]

    /// The segment of the blackboard below which agents' states are read.
    static let segment = "agents"

    subscript(name: String) -> AgentState? { members[ExactString(name)]?.state }

    /// Follows an event. What happens to single elements of a list shows in how many of them are done alone.
    mutating func apply(_ event: JobEvent) {
        if event.item != nil {
            if case .itemFinished = event.payload { itemFinished(event) }
            return
        }
        switch event.payload {
        case .agentStateChanged(let state): set(state)
        case .agentQueued:
            let attempt = event.agent.flatMap { self[$0] }?.attempt ?? 0
            change(event) { AgentState(name: $0, phase: .queued, attempt: attempt) }
        case .attemptSuspended(let suspension):
            let reason = suspension.reason.isEmpty ? nil : suspension.reason
            change(event) {
                AgentState(name: $0, phase: .suspended, attempt: event.attempt ?? 0, message: reason)
            }
        case .attemptStarted, .attemptResumed:
            change(event) { AgentState(name: $0, phase: .running, attempt: event.attempt ?? 0) }
        case .attemptInDoubt(let doubt):
            change(event) {
                AgentState(name: $0, phase: .inDoubt, attempt: event.attempt ?? 0, message: doubt.reason)
            }
        case .progress(let progress):
            if let run = event.run { show(progress, of: run, attempt: event.attempt) }
        case .toolStarted(let start):
            if let run = event.run { show(.init(message: "calls \(start.tool)"), of: run, attempt: event.attempt) }
        case .retryScheduled(let retry):
            change(event) {
                AgentState(
                    name: $0, phase: .backingOff, attempt: event.attempt ?? 0, errorType: retry.errorType,
                    message: retry.error)
            }
        case .itemsStarted(let start):
            change(event) { AgentState(name: $0, phase: .running, items: ItemProgress(count: start.count)) }
        case .agentFinished(let end):
            let state = event.agent.flatMap { self[$0] }
            // A round that called nobody has no attempt, whatever the round before had.
            let current = state?.round == event.round ? state : nil
            change(event) {
                AgentState(
                    name: $0, phase: .init(end.outcome), attempt: current?.attempt ?? 0, errorType: end.errorType,
                    message: end.error, items: current?.items)
            }
        case .jobSubmitted, .jobStarted, .attemptFinished, .attemptCodeEnded, .signalReceived, .contextCommitted,
            .contextConflict, .lateWrite, .accessDenied, .breakerStateChanged, .itemFinished, .roundStarted,
            .repeatFinished, .turnFinished, .toolFinished, .jobResumed, .jobInterrupted, .jobSuspended,
            .doubtResolved, .cancelRequested, .jobFinished, .unknown:
            break
        }
    }

    private mutating func itemFinished(_ event: JobEvent) {
        guard let name = event.agent, var state = self[name] else { return }
        state.items?.ended += 1
        set(state)
    }

    /// Shows what an agent says that runs. Code of an abandoned attempt may talk on while the next one runs, and what single
    /// elements say is not shown.
    mutating func show(_ progress: JobEvent.Message, of run: RunIdentity, attempt: Int?) {
        guard run.item == nil, var state = self[run.agent], state.phase == .running, state.attempt == attempt,
            state.round == run.round
        else { return }
        state.message = progress.message
        set(state)
    }

    private mutating func set(_ state: AgentState) { members[ExactString(state.name)] = Member(state) }

    private mutating func change(_ event: JobEvent, _ make: (String) -> AgentState) {
        guard let name = event.agent else { return }
        var state = make(name)
        state.round = event.round
        set(state)
    }

    /// All states by name, over what stands below `agents` in the tree.
    func json(over tree: JSONValue?) -> JSONValue? {
        if members.isEmpty { return tree }
        var object = tree?.objectValue ?? [:]
        for (name, member) in members { object[name] = member.state.json(over: object[name]) }
        return .object(object)
    }
}

extension AgentState {
    /// The state as the blackboard shows it, over what agents wrote there.
    func json(over value: JSONValue?) -> JSONValue {
        guard case .object(let members)? = value else { return contextValue }
        return .object(members.merging(contextValue.objectValue ?? [:]) { _, state in state })
    }
}

extension AgentState.Phase {
    init(_ outcome: AgentOutcome) {
        self =
            switch outcome {
            case .succeeded: .succeeded
            case .failed: .failed
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .rejected: .rejected
            case .skipped: .skipped
            }
    }
}
