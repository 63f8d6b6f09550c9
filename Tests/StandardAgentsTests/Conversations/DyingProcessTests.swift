import Coordinator
import CoordinatorTestKit
import LanguageModels
import StandardAgents
import Support
import Testing

/// A model that answers by how far the conversation has come, whoever asks.
private final class SteadyModel: LanguageModel {
    let identity = ModelIdentity(provider: "test", model: "steady", serverAddress: "here", serverPort: 1)
    private let answers: [ModelResponse]
    private let asked = Locked<[Int]>([])
    private let last = Locked<ModelRequest?>(nil)

    init(_ answers: [ModelResponse]) { self.answers = answers }

    /// The numbers of the answers that were paid for, from 1.
    var paid: [Int] { asked.withLock { $0 } }
    var lastRequest: ModelRequest? { last.withLock { $0 } }

    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let count = request.messages.count { if case .assistant = $0 { true } else { false } }
        asked.withLock { $0.append(count + 1) }
        last.withLock { $0 = request }
        return answers[min(count, answers.count - 1)]
    }
}

/// Conversations with tools of both kinds whose process dies at every boundary, in a job that is kept.
@Suite(.timeLimit(.minutes(5))) struct DyingProcesses {
    private struct Dead: Error {}

    private static func answer(_ text: String, _ calls: (String, String)...) -> ModelResponse {
        ModelResponse(
            text: text,
            toolCalls: calls.enumerated().map { ToolCall(id: "id-\($0)", name: $1.0, arguments: $1.1) },
            usage: ModelUsage(inputTokens: 100, outputTokens: 10), model: "steady-1")
    }

    /// Runs the job until its journal keeps nothing more, or to its end.
    private func run(
        _ model: SteadyModel, _ tools: [any AgentTool], _ memory: MemoryJournal, appends: Int, approve: Set<String>
    ) async throws -> JobResult {
        let left = Locked(appends)
        let mortal = ScriptedJournal(
            over: memory,
            otherwise: .keepAfter {
                try left.withLock { left in
                    guard left > 0 else { throw Dead() }
                    left -= 1
                }
            })
        let agent = ModelAgent(
            model: model, contextTokens: 32_768, instructions: "Do your work.", output: "artifacts.answer",
            schema: HeldConversation.schema, tools: tools, approve: approve)
        let task = AgentTask(
            "worker", role: Role(name: "worker", reads: ["**"], writes: ["artifacts.**"]), agent: agent
        ).configured { $0.maxRecoveries = 100 }
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        let job =
            try await memory.job("j") == nil
            ? Job("j", task: "work", runtime: runtime, journal: mortal) { task }
            : try await Job(
                resuming: "j", in: mortal, options: ResumptionOptions(force: true), task: "work", runtime: runtime
            ) { task }
        let people = Task {
            while !Task.isCancelled {
                for waiting in job.suspendedRuns {
                    if waiting.kind == .suspended {
                        try? await job.answer(agent: "worker", ApprovalAnswer("approve"), by: "a test")
                    }
                    for call in waiting.calls {
                        try? await job.coordinator.resolve(
                            waiting.run, call: call.call, as: .succeeded, result: "ordered", by: "a test")
                    }
                }
                await Task.yield()
            }
        }
        defer { people.cancel() }
        return try await job.run()
    }

    @Test(arguments: [Set<String>(), ["order"]])
    func nothingIsPaidOrDoneTwice(approve: Set<String>) async throws {
        let script = [
            Self.answer("I look.", ("look", "{}"), ("order", #"{"n":1}"#)), Self.answer("", ("nothing", "{}")),
            Self.answer("", ("order", #"{"n":2}"#), ("look", "{}")), Self.answer("Well done."),
            Self.answer(#"{"verdict":"good"}"#),
        ]
        var deaths = 0
        while true {
            let (model, memory) = (SteadyModel(script), MemoryJournal())
            let look = NotedTool("look") { _, _ in ToolResult("looked") }
            let order = NotedTool("order", hasEffects: true) { _, _ in ToolResult("ordered") }
            let first = try? await run(model, [look, order], memory, appends: deaths, approve: approve)
            let kept = try await memory.job("j") == nil ? [] : try await memory.events(of: "j", after: 0, limit: .max)
            let turns = kept.compactMap { event -> Int? in
                if case .turnFinished(let turn) = event.payload, turn.number > 0 { turn.number } else { nil }
            }
            let paidBefore = model.paid
            let end =
                kept.last?.kind == .jobFinished
                ? try #require(first) : try await run(model, [look, order], memory, appends: .max, approve: approve)
            #expect(end.status == .succeeded, "after \(deaths) appends: \(end["worker"]?.error ?? "")")
            #expect(end.artifacts["answer"] == ["verdict": "good"], "after \(deaths) appends")
            for number in model.paid.dropFirst(paidBefore.count) {
                #expect(!turns.contains(number), "answer \(number) was paid for again after \(deaths) appends")
            }
            #expect(order.calls.count == 2, "after \(deaths) appends: \(order.calls)")
            #expect(
                model.lastRequest?.results.filter { !$0.hasPrefix("There is no tool") }
                    == ["looked", "ordered", "ordered", "looked"], "after \(deaths) appends")
            guard kept.last?.kind != .jobFinished else { break }
            deaths += 1
        }
        #expect(deaths > 8, "a death at each of the boundaries")
    }
}
