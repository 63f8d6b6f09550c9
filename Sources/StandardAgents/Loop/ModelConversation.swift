import Coordinator
import LanguageModels
import SourceCode
import Support

/// A conversation of an agent with a model: it is asked, the tools that it asks for are called, and their results go back,
/// until it answers without asking for any, or a limit is reached.
///
/// Each answer is kept before its calls are made, and each call's result once it is there. A run that is called again goes
/// on from what was kept, and pays for nothing twice.
struct ModelConversation: Sendable {
    /// What came of a conversation.
    struct Outcome: Sendable {
        /// The answer, in its form, or a text.
        var value: JSONValue
        /// The state it ended in.
        var state: ConversationState
        /// What answers used that this attempt paid for.
        var usage: Contribution.Usage
        /// What all its answers used.
        var total: Contribution.Usage
    }

    /// The most calls that are made at the same time. 8.
    static let parallelCalls = 8

    let model: AgentModel
    let tools: ToolSet
    var limits: ConversationLimits
    /// The tools of which a person is asked before each call: `shell`, `github.create_issue`, `github.*`.
    var approve: Set<String> = []
    /// Whether there is nothing to be done without tools.
    var requiresTools = false
    /// Whether the model is told once that it answered nothing, refused, or was cut.
    var isPatient = true
    /// The sampling temperature; `nil` for the service's own.
    var temperature: Double?
    /// The prompt's version, for spans.
    let promptVersion: String
    let recorder: ToolCalls
    let attempt: AttemptContext

    /// Holds the conversation.
    ///
    /// - Parameters:
    ///   - anew: whether what was kept is left aside.
    ///   - start: what it begins with; asked only where it does not go on from what was kept.
    /// - Throws: ``AgentError`` without an answer: `invalid_output`, transient, when those that came are of no use;
    ///   `budget_exceeded`, permanent, at a limit. `ModelError`. ``Suspension`` when a person has to be asked.
    func hold(anew: Bool = false, _ start: () throws -> ConversationStart) async throws -> Outcome {
        var kept =
            anew ? nil : try KeptConversation(attempt.steps, limits: limits, isPatient: isPatient)
        // What another prompt began is another conversation.
        if let known = kept, known.state.start.prompt != promptVersion { kept = nil }
        var state: ConversationState
        if let kept {
            state = kept.state
            try await restore(kept)
        } else {
            let start = try start()
            state = ConversationState(
                start, after: KeptConversation.answers(in: attempt.steps), limits: limits, isPatient: isPatient)
            try await attempt.keep(.turn(.init(number: 0, value: try JSONValue(encoding: start))))
        }
        var usage = Contribution.Usage()
        var work = CallWork(
            tools: tools, approve: approve, open: kept?.open ?? [], questions: kept?.questions ?? [:],
            resumption: attempt.resumption?.request.map { ($0, attempt.resumption?.decision) },
            runner: CallRunner(
                attempt: attempt, toolTimeout: limits.toolTimeout,
                resultBytes: ToolText.limit(contextTokens: model.contextTokens), recorder: recorder))
        while true {
            switch state.phase {
            case .answered(let value):
                return Outcome(
                    value: value, state: state, usage: usage, total: (kept?.usage ?? Contribution.Usage()) + usage)
            case .failed(let failure):
                // What failed an earlier attempt is no end of this one.
                guard failure.isTransient, state.lastAttempt < attempt.number else { throw failure.error }
                state.goOn()
            case .asking:
                if let failure = state.limitReached { throw failure.error }
                try await ask(&state, &usage)
            case .calling(let calls):
                try await work.make(calls) { result, call in state.take(result, of: call) }
            }
        }
    }

    private func restore(_ kept: KeptConversation) async throws {
        attempt.progress("goes on after \(Counted.text(kept.state.turns, "answer")) of the model")
        let before = Dictionary(
            kept.state.start.tools.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
        for tool in tools.tools where before[tool.name].map({ $0 != ToolDigest(tool).digest }) ?? false {
            attempt.progress("\(tool.name): its description changed since the conversation began")
        }
        for (name, arguments, result) in kept.finished {
            guard let tool = tools.tool(named: name), let members = arguments.objectValue else { continue }
            try await tool.restore(members, result)
        }
    }

    // MARK: asking

    private func ask(_ state: inout ConversationState, _ usage: inout Contribution.Usage) async throws {
        let offered = tools.offered(PromptFence(word: state.start.fence))
        let next = state.request(offering: offered)
        var request = ModelRequest(
            system: state.start.system, messages: next.messages, maxOutputTokens: model.answerTokens,
            temperature: temperature, schema: next.schema, tools: next.tools, requiresTools: requiresTools,
            agentName: attempt.agent, promptVersion: promptVersion)
        request.messages = MessageRoom.fitted(request, to: model)
        attempt.progress(
            "asking \(model.model.identity.model), prompt \(promptVersion), about "
                + "\(TokenEstimate.ofBytes(request.textBytes)) tokens")
        let (turn, used) = try await sent(request)
        try await attempt.keep(
            .turn(.init(number: state.nextNumber, value: try JSONValue(encoding: turn), usage: used)))
        usage = usage + used
        if turn.isWithoutTools, !state.isWithoutTools {
            attempt.progress("\(model.model.identity.model) takes no tools; it is asked without them")
        }
        try state.take(turn)
    }

    private func sent(_ request: ModelRequest) async throws -> (ConversationTurn, Contribution.Usage) {
        let deadline = ContinuousClock.now + (attempt.remaining ?? AgentModel.defaultTimeout)
        let progress = TextProgress(attempt)
        do {
            let response = try await MeteredModel(model: model, attempt: attempt).respond(to: request, until: deadline)
            {
                progress.take($0)
            }
            tellRemarks(response)
            let leftOut = !request.tools.isEmpty && response.leftOut.contains("tools")
            return (
                ConversationTurn(response, attempt: attempt.number, isWithoutTools: leftOut),
                model.usage(of: request, response)
            )
        } catch {
            guard isPatient, error.code == .refused else { throw error }
            return (
                ConversationTurn(
                    refusal: error.message, model: model.model.identity.model, attempt: attempt.number,
                    isWithoutTools: false),
                error.reportedUsage.map { Contribution.Usage($0) } ?? model.mostUsage(of: request)
            )
        }
    }

    /// Says how an answer came, where that is not as it should be.
    private func tellRemarks(_ response: ModelResponse) {
        if !response.leftOut.isEmpty {
            attempt.progress("asked without \(response.leftOut.joined(separator: ", ")), which the service refuses")
        }
        if response.lacksEndMark { attempt.progress("the answer came without an end mark; it is whole, and used") }
    }
}
