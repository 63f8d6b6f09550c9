import Coordinator
import LanguageModels
import SourceCodeTestSupport
import StandardAgents
import Support
import Testing

/// A model whose answers and counts are written down.
private final class CountedModel: LanguageModel {
    typealias Answer = Result<(text: String, usage: ModelUsage), ModelError>

    let identity = ModelIdentity(provider: "test", model: "counted", serverAddress: "here", serverPort: 1)
    private let answers: Locked<[Answer]>
    private let asked = Locked(0)

    init(_ answers: Answer...) { self.answers = Locked(answers) }

    var calls: Int { asked.withLock { $0 } }

    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        asked.withLock { $0 += 1 }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        let (text, usage) = try answer.get()
        return ModelResponse(text: text, usage: usage, model: "counted-1")
    }
}

/// Calls of agents' models are paid from the budgets of their jobs.
@Suite(.timeLimit(.minutes(5))) struct MeteredModels {
    private static let good =
        #"{"summary":"s","edits":[{"path":"a.py","search":"x = 1\n","replace":"x = 2\n"}],"requirements":[]}"#
    private static let price = PriceTable.Price(input: 100, output: 1000)
    private static let hundred = ModelUsage(inputTokens: 100, outputTokens: 10, costUSD: 0.02)

    private func run(
        _ model: CountedModel, _ budget: JobLimits.Budget = JobLimits.Budget(), retries: Int = 0,
        price: PriceTable.Price? = price
    ) async throws -> (agent: AgentResult, usage: Contribution.Usage) {
        let files = ["a.py": "x = 1\n"]
        let repository = try await DrafterRepository(files)
        let context = JobContext(
            id: "j", task: JobTask(description: "Mend it.", requirements: ["x is 2"]),
            artifacts: ["code": .object(JSONObject(files.mapValues { .string($0) }))])
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: budget))
        try coordinator.register(
            AgentTask(
                "drafter", role: .drafter, retry: RetryPolicy(maxRetries: retries, initial: .zero),
                reservation: Contribution.Usage(inputTokens: 12_288, outputTokens: 4_096),
                agent: DrafterAgent(
                    workspace: repository.path, model: AgentModel(model, contextTokens: 8192, price: price))))
        let result = try await coordinator.executeParallel()
        return (try #require(result["drafter"]), result.metrics.job.usage)
    }

    /// 2,048 tokens of answer at 1,000 USD a million are 2.05 USD, the prompt's few hundred at 100 USD some cents.
    @Test func callDearerThanTheBudgetIsNotMade() async throws {
        let model = CountedModel(.success((Self.good, Self.hundred)))
        let (agent, usage) = try await run(model, .init(costUSD: 2))
        #expect(agent.outcome == .failed && agent.errorType == "budget_exceeded", "\(agent.error ?? "")")
        #expect(agent.error?.contains("counted was not asked: the job's budget of 2.0 USD does not cover") == true)
        #expect(model.calls == 0 && usage == Contribution.Usage())
    }

    @Test func callWithinTheBudgetIsMadeAndCosts() async throws {
        let model = CountedModel(.success((Self.good, Self.hundred)))
        let (agent, usage) = try await run(model, .init(costUSD: 3))
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(usage == Contribution.Usage(inputTokens: 100, outputTokens: 10, costUSD: 0.02))
    }

    /// Two attempts with an answer and its repair each, all of them refused.
    @Test func refusedAnswersCountWhatTheyUsed() async throws {
        let model = CountedModel(.success(("no edits", Self.hundred)))
        let (agent, usage) = try await run(model, .init(tokens: 17_000, costUSD: 3), retries: 1)
        #expect(agent.errorType == "invalid_output" && agent.attempts.count == 2, "\(agent.error ?? "")")
        #expect(model.calls == 4 && usage.inputTokens == 400 && usage.outputTokens == 40)
        #expect(abs(usage.costUSD - 0.08) < 1e-9)
    }

    /// The budget covers one call beside what the first has used, not its repair.
    @Test func repairBeyondTheBudgetIsNotMade() async throws {
        let dear = ModelUsage(inputTokens: 100, outputTokens: 2000, costUSD: 2.01)
        let model = CountedModel(.success(("no edits", dear)))
        let (agent, usage) = try await run(model, .init(costUSD: 3), retries: 3)
        #expect(agent.errorType == "budget_exceeded" && model.calls == 1, "\(agent.error ?? "")")
        #expect(usage.costUSD == 2.01)
    }

    @Test func callThatReachesNoServiceCostsNothing() async throws {
        let model = CountedModel(.failure(ModelError(.unreachable, "nothing listens")))
        let (agent, usage) = try await run(model)
        #expect(agent.errorType == "model_unavailable" && usage == Contribution.Usage())
    }

    /// Nobody knows what it used: at most what it was allowed.
    @Test func callThatWasCutOffCountsInFull() async throws {
        let model = CountedModel(.failure(ModelError(.timeout, "too slow")))
        let (agent, usage) = try await run(model)
        #expect(agent.errorType == "timeout" && usage.outputTokens == 2048)
        #expect((300...6144).contains(usage.inputTokens) && usage.costUSD > 2.048)
    }

    @Test func failedAnswerWithACountCostsThat() async throws {
        let refused = ModelError(.refused, "no").duringAnswer(Self.hundred)
        let (_, usage) = try await run(CountedModel(.failure(refused)))
        #expect(usage == Contribution.Usage(inputTokens: 100, outputTokens: 10, costUSD: 0.02))
    }

    /// Some services count nothing.
    @Test func uncountedAnswerIsEstimated() async throws {
        let (agent, usage) = try await run(CountedModel(.success((Self.good, ModelUsage()))))
        #expect(agent.outcome == .succeeded)
        #expect(usage.outputTokens == (Self.good.utf8.count + 2) / 3 && (100...2048).contains(usage.inputTokens))
        #expect(usage.costUSD > 0 && usage.costUSD < 2)
    }

    /// A budget of money does not bound what has no price.
    @Test func modelWithoutAPriceIsAsked() async throws {
        let model = CountedModel(.success((Self.good, ModelUsage(inputTokens: 100, outputTokens: 10))))
        let (agent, usage) = try await run(model, .init(costUSD: 0.001), price: nil)
        #expect(agent.outcome == .succeeded && usage.costUSD == 0)
    }

    /// A model numbers requirements as it likes.
    @Test(arguments: ["-9223372036854775808", "9223372036854775807", "0", "-1", "2"])
    func reviewsOfNoSuchRequirementAreRefused(number: String) async throws {
        let answer =
            #"{"requirements":[{"number":\#(number),"verdict":"met","reason":"r","evidence":[]}],"tests":[],"checklist":[]}"#
        let repository = try await DrafterRepository(["a.py": "x = 1\n"])
        let coordinator = JobCoordinator(JobContext(id: "j", task: JobTask(requirements: ["x is 2"])))
        try coordinator.register(
            AgentTask(
                "validator", role: .validator,
                agent: ValidatorAgent(
                    workspace: repository.path,
                    model: AgentModel(CountedModel(.success((answer, Self.hundred))), contextTokens: 8192))))
        let result = try await coordinator.executeParallel()
        let validator = try #require(result["validator"])
        #expect(validator.errorType == "invalid_output")
        #expect(validator.error?.contains("judges none of the 1") == true, "\(validator.error ?? "")")
    }
}
