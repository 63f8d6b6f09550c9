import Support

/// What the attempts of one run have kept of their conversation.
///
/// A class, since most runs have none.
final class Conversation: Sendable {
    private struct State {
        var steps: [ConversationStep]
        var bytes: Int
        /// The calls with effects that have begun and not ended.
        var open = OpenCalls()
        /// What the turns of the present call of the agent have used.
        var used: Contribution.Usage?
    }

    private let state: Locked<State>

    /// - Parameter steps: what was kept before the run's process ended.
    init(_ steps: [ConversationStep]) {
        state = Locked(State(steps: steps, bytes: steps.reduce(0) { $0 + $1.payload.estimatedBytes }))
    }

    var steps: [ConversationStep] { state.withLock { $0.steps } }
    var open: OpenCalls { state.withLock { $0.open } }

    /// Adds a step.
    ///
    /// - Parameter bytes: about how many it takes.
    /// - Returns: why the run can have no further one; `nil` once it is added.
    func add(_ step: ConversationStep, bytes: Int) -> String? {
        state.withLock { state in
            if state.steps.count >= ConversationStep.mostSteps {
                return "the conversation has \(state.steps.count) steps, and may have \(ConversationStep.mostSteps); "
                    + "limit its turns and calls"
            }
            if state.bytes + bytes > ConversationStep.largestConversation {
                return
                    "the steps of the conversation take about \(state.bytes + bytes) bytes with this one, and may take "
                    + "\(ConversationStep.largestConversation); let it read and answer less"
            }
            state.bytes += bytes
            state.steps.append(step)
            switch step {
            case .turn(let turn): state.used = (state.used ?? Contribution.Usage()) + turn.usage
            case .toolStarted(let start): state.open.begin(start)
            case .toolFinished(let end): state.open.finish(end.call)
            }
            return nil
        }
    }

    /// Takes back the beginning of a call that is not made after all.
    func withdraw(_ start: ConversationStep.ToolStart) {
        state.withLock { state in
            guard let index = state.steps.lastIndex(of: .toolStarted(start)) else { return }
            state.steps.remove(at: index)
            state.open.finish(start.call)
        }
    }

    /// Takes over what somebody said that calls have come to.
    func add(_ ends: [ConversationStep.ToolEnd]) {
        state.withLock { $0.steps += ends.map { .toolFinished($0) } }
    }

    /// Ends one call of the agent.
    ///
    /// - Returns: what its turns have used; `nil` if it had none.
    func endCall() -> Contribution.Usage? { state.withLock { $0.used.take() } }

    /// The agent has suspended itself: it knows what has become of its calls.
    func suspended() { state.withLock { $0.open.settle() } }
}

extension OpenCalls {
    /// Why no attempt follows one that has left calls open.
    var whyNotAgain: String {
        "not tried again: \(words) had begun and has not ended, and nobody knows what it has done"
    }
}

extension ConversationStep {
    /// The event that says so.
    var payload: JobEvent.Payload {
        switch self {
        case .turn(let turn): .turnFinished(turn)
        case .toolStarted(let start): .toolStarted(start)
        case .toolFinished(let end): .toolFinished(end)
        }
    }

    /// Whether the attempt goes on only once it is kept.
    var isAwaited: Bool {
        switch self {
        case .turn: true
        case .toolStarted(let start): start.hasEffects
        case .toolFinished: false
        }
    }

    /// Why it cannot be kept, whatever was kept before; `nil` if it can.
    ///
    /// - Parameter bytes: about how many it takes.
    func fault(bytes: Int) -> String? {
        if bytes > Self.largestValue {
            return "a step of the conversation takes about \(bytes) bytes, and may take \(Self.largestValue)"
        }
        let names: [(String, String)] =
            switch self {
            case .turn: []
            case .toolStarted(let start): [("call", start.call), ("tool", start.tool)]
            case .toolFinished(let end): [("call", end.call), ("tool", end.tool)]
            }
        for (what, name) in names where name.isEmpty || name.utf8.count > Self.longestName {
            return "the name of a \(what) takes \(name.utf8.count) bytes, and may take 1 to \(Self.longestName)"
        }
        if case .turn(let turn) = self { return turn.usage.fault }
        return nil
    }
}
