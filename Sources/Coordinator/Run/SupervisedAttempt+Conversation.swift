import Support
import TelemetryCatalog

/// What the attempts of one run have kept of their conversation.
final class Conversation: Sendable {
    private let kept: Locked<[ConversationStep]>

    init(_ steps: [ConversationStep]) { kept = Locked(steps) }

    var steps: [ConversationStep] { kept.withLock { $0 } }

    func add(_ step: ConversationStep) { kept.withLock { $0.append(step) } }
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
    fileprivate var isAwaited: Bool {
        switch self {
        case .turn: true
        case .toolStarted(let start): start.hasEffects
        case .toolFinished: false
        }
    }
}

extension AgentRun {
    /// The run's conversation, those before its process ended included.
    fileprivate var keptConversation: Conversation {
        conversation.load() ?? conversation.storeIfNil(Conversation(past?.history.steps ?? []))
    }
}

extension SupervisedAttempt {
    var steps: [ConversationStep] { run.conversation.load()?.steps ?? run.past?.history.steps ?? [] }

    func keep(_ step: ConversationStep) async throws(AgentError) {
        let size = step.payload.estimatedBytes
        guard size <= ConversationStep.largestValue else {
            throw AgentError(
                .permanent, errorType: ErrorType.invalidOutput,
                "a step of the conversation takes about \(size) bytes, and may take \(ConversationStep.largestValue)")
        }
        let at = runtime.timestamp(at: runtime.now)
        run.keptConversation.add(step)
        guard step.isAwaited, job.context.connection != nil else {
            return job.context.post(step.payload, from: origin, at: at)
        }
        if let stop = await job.context.keep(step.payload, from: origin, at: at) {
            throw AgentError(.transient, errorType: stop.failure.errorType, stop.failure.message)
        }
    }
}
