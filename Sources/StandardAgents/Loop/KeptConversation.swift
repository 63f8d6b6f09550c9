import Coordinator
import TelemetryCatalog

/// What a run has kept of its conversation: of several, of the last one.
struct KeptConversation: Sendable {
    /// The conversation as far as it came.
    private(set) var state: ConversationState
    /// What its answers used.
    private(set) var usage = Contribution.Usage()
    /// The calls that succeeded, in the order in which they ended, by their tools' names.
    private(set) var finished: [(tool: String, arguments: JSONValue, result: ToolResult)] = []
    /// The calls that began and have neither a result nor a question, by their names.
    private(set) var open: Set<String> = []
    /// What calls ask people, by their names.
    private(set) var questions: [String: CallResult.Question] = [:]

    /// What a run's last conversation began with; `nil` where none is kept.
    ///
    /// - Throws: ``AgentError``, permanent, when what was kept cannot be read.
    static func start(of steps: [ConversationStep]) throws(AgentError) -> ConversationStart? {
        guard case .turn(let turn) = steps.last(where: \.isStart) else { return nil }
        return try decoded(ConversationStart.self, turn.value)
    }

    /// Reads the last conversation of a run.
    init?(_ steps: [ConversationStep], limits: ConversationLimits, isPatient: Bool) throws {
        guard let first = steps.lastIndex(where: \.isStart), let start = try Self.start(of: steps) else { return nil }
        state = ConversationState(
            start, after: Self.answers(in: steps[..<first]), limits: limits, isPatient: isPatient)
        var begun: [String: JSONValue] = [:]
        for step in steps[(first + 1)...] {
            switch step {
            case .turn(let turn):
                try state.take(try Self.decoded(ConversationTurn.self, turn.value))
                usage += turn.usage
            case .toolStarted(let call):
                begun[call.call] = call.arguments
                open.insert(call.call)
                questions[call.call] = nil
            case .toolFinished(let call):
                let result = CallResult(kept: call)
                open.remove(call.call)
                if let question = result.question {
                    questions[call.call] = question
                } else {
                    questions[call.call] = nil
                    state.take(result, of: call.call)
                    if !result.isError, let arguments = begun[call.call] {
                        finished.append((call.tool, arguments, result.tool))
                    }
                }
            }
        }
    }

    /// How many answers are among steps.
    static func answers(in steps: some Sequence<ConversationStep>) -> Int {
        steps.count { if case .turn(let turn) = $0 { turn.number > 0 } else { false } }
    }

    private static func decoded<Value: Decodable>(_: Value.Type, _ value: JSONValue) throws(AgentError) -> Value {
        do {
            return try value.decoded(as: Value.self)
        } catch {
            throw AgentError(
                .permanent, errorType: ErrorType.invalidInput,
                "what was kept of the conversation has another form, as of another version of this program: \(error)")
        }
    }
}

extension ConversationStep {
    /// Whether a conversation begins here.
    var isStart: Bool {
        if case .turn(let turn) = self { turn.number == 0 } else { false }
    }
}
