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

    /// Follows an event.
    mutating func apply(_ event: JobEvent) {
        switch event.payload {
        case .agentStateChanged(let state): set(state)
        case .agentQueued: change(event) { AgentState(name: $0, phase: .queued) }
        case .attemptStarted: change(event) { AgentState(name: $0, phase: .running, attempt: event.attempt ?? 0) }
        case .progress(let progress):
            // Code of an abandoned attempt may talk on while the next attempt runs.
            guard let name = event.agent, var state = self[name], state.phase == .running,
                state.attempt == event.attempt
            else { return }
            state.message = progress.message
            set(state)
        case .retryScheduled(let retry):
            change(event) {
                AgentState(
                    name: $0, phase: .backingOff, attempt: event.attempt ?? 0, errorType: retry.errorType,
                    message: retry.error)
            }
        case .agentFinished(let end):
            let attempt = event.agent.flatMap { self[$0] }?.attempt ?? 0
            change(event) {
                AgentState(
                    name: $0, phase: .init(end.outcome), attempt: attempt, errorType: end.errorType,
                    message: end.error)
            }
        case .jobSubmitted, .jobStarted, .attemptFinished, .attemptCodeEnded, .contextCommitted, .contextConflict,
            .lateWrite, .accessDenied, .breakerStateChanged, .jobFinished, .unknown:
            break
        }
    }

    private mutating func set(_ state: AgentState) { members[ExactString(state.name)] = Member(state) }

    private mutating func change(_ event: JobEvent, _ make: (String) -> AgentState) {
        if let name = event.agent { set(make(name)) }
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
