import Coordinator
import LanguageModels

/// A model whose calls are paid from the budget of an attempt's job: what a call may use at most is reserved before it is
/// made, and replaced by what it used, whether its answer is of use or not.
struct MeteredModel: LanguageModel {
    let model: AgentModel
    let attempt: AttemptContext

    var identity: ModelIdentity { model.model.identity }

    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let reservation: UsageReservation
        do {
            reservation = try attempt.reserve(model.mostUsage(of: request))
        } catch {
            throw ModelError(.budgetExceeded, "\(identity.model) was not asked: \(error.message)")
        }
        do {
            let response = try await model.model.respond(to: request, until: deadline, receiving: receive)
            let isCounted = response.usage.inputTokens > 0 || response.usage.outputTokens > 0
            reservation.settle(isCounted ? .init(response.usage) : model.estimatedUsage(of: request, response))
            return response
        } catch {
            // A call that was cut off without a count may have used all that it was allowed: its reservation stands.
            if let usage = error.reportedUsage {
                reservation.settle(.init(usage))
            } else if error.isUnpaid {
                reservation.settle(.init())
            }
            throw error
        }
    }
}

extension AgentModel {
    /// The most that a call may use. No token is shorter than a byte, and no prompt is longer than the model's context.
    func mostUsage(of request: ModelRequest) -> Contribution.Usage {
        let answer = request.maxOutputTokens ?? answerTokens
        return usage(input: min(request.textBytes, max(0, contextTokens - answer)), output: answer)
    }

    /// The least that ``mostUsage(of:)`` is for any request with files.
    package var leastReservation: Contribution.Usage { usage(input: Self.smallestPack, output: answerTokens) }

    /// What a call has used by all appearance, where the service does not count tokens.
    func estimatedUsage(of request: ModelRequest, _ response: ModelResponse) -> Contribution.Usage {
        let calls = response.toolCalls.reduce(0) { $0 + TokenEstimate.of($1.arguments) }
        return usage(
            input: TokenEstimate.ofBytes(request.textBytes), output: TokenEstimate.of(response.text) + calls)
    }

    private func usage(input: Int, output: Int) -> Contribution.Usage {
        var usage = ModelUsage(inputTokens: input, outputTokens: output)
        usage.costUSD = price?.cost(of: usage)
        return Contribution.Usage(usage)
    }
}

extension ModelRequest {
    /// The bytes of everything that is sent for the model to read.
    fileprivate var textBytes: Int {
        let forms = ([schema?.sent] + tools.map(\.parameters)).compactMap { try? $0?.json() }
        let said = messages.flatMap { message -> [String] in
            switch message {
            case .user(let text): [text]
            case .assistant(let text, let calls): [text] + calls.map(\.arguments)
            case .toolResult(_, let content, _): [content]
            }
        }
        let described = tools.flatMap { [$0.name, $0.description] }
        return ([system] + said + forms + described).reduce(0) { $0 + $1.utf8.count }
    }
}

extension AttemptContext {
    /// From now on what the attempt used is what its calls used: nothing when it fails before the first.
    func countOnlyCalls() throws(AgentError) { try reserve(Contribution.Usage()).settle(Contribution.Usage()) }
}
