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
        // Without a limit of its answer, a call could use more than is reserved for it.
        var request = request
        request.maxOutputTokens = request.maxOutputTokens ?? model.answerTokens
        request.requiresOutputLimit = true
        let reservation: UsageReservation
        do {
            reservation = try attempt.reserve(model.mostUsage(of: request))
        } catch {
            throw ModelError(.budgetExceeded, "\(identity.model) was not asked: \(error.message)")
        }
        do {
            let response = try await model.model.respond(to: request, until: deadline, receiving: receive)
            reservation.settle(model.usage(of: request, response))
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
    /// The most that a call may use: everything that is sent counts. The context that is configured is no bound, since the
    /// model's own may be larger, and the service would take the prompt.
    func mostUsage(of request: ModelRequest) -> Contribution.Usage {
        let answer = request.maxOutputTokens ?? answerTokens
        return most(input: request.mostInputTokens, output: answer)
    }

    /// The least that ``mostUsage(of:)`` is for any request with files.
    package var leastReservation: Contribution.Usage { most(input: Self.smallestPack, output: answerTokens) }

    /// What a call has used.
    func usage(of request: ModelRequest, _ response: ModelResponse) -> Contribution.Usage {
        let isCounted = response.usage.inputTokens > 0 || response.usage.outputTokens > 0
        return isCounted ? .init(response.usage) : estimatedUsage(of: request, response)
    }

    /// What a call has used by all appearance, where the service does not count tokens.
    func estimatedUsage(of request: ModelRequest, _ response: ModelResponse) -> Contribution.Usage {
        let calls = response.toolCalls.reduce(0) { $0 + TokenEstimate.of($1.arguments) }
        return usage(
            input: TokenEstimate.ofBytes(request.textBytes), output: TokenEstimate.of(response.text) + calls)
    }

    private func most(input: Int, output: Int) -> Contribution.Usage {
        Contribution.Usage(
            ModelUsage(
                inputTokens: input, outputTokens: output, costUSD: price?.mostCost(input: input, output: output)))
    }

    private func usage(input: Int, output: Int) -> Contribution.Usage {
        var usage = ModelUsage(inputTokens: input, outputTokens: output)
        usage.costUSD = price?.cost(of: usage)
        return Contribution.Usage(usage)
    }
}

extension AttemptContext {
    /// From now on what the attempt used is what its calls used: nothing when it fails before the first.
    func countOnlyCalls() throws(AgentError) { try reserve(Contribution.Usage()).settle(Contribution.Usage()) }
}
