import Coordinator
import Support

/// Wraps the agent under trial and records its calls.
final class AgentProbe: Agent {
    /// One call as the agent's side saw it.
    struct Call: Sendable {
        let number: Int
        let result: Result<Contribution, any Error>
        /// Whether its task was cancelled when it ended.
        let wasCancelled: Bool
        let duration: Duration

        var contribution: Contribution? { try? result.get() }
    }

    private let agent: any Agent
    private let losesFirst: Bool
    private let before: @Sendable () async -> Void
    private let kept = Locked<[Call]>([])

    /// - Parameters:
    ///   - losesFirst: whether the first attempt's contribution is lost on its way.
    ///   - before: an action right before the agent is called.
    init(_ agent: any Agent, losesFirst: Bool = false, before: @escaping @Sendable () async -> Void = {}) {
        self.agent = agent
        self.losesFirst = losesFirst
        self.before = before
    }

    /// The calls that have ended, in the order in which they did.
    var calls: [Call] { kept.withLock { $0 } }

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        await before()
        let began = ContinuousClock.now
        let result: Result<Contribution, any Error>
        do {
            result = .success(try await agent.run(view, attempt))
        } catch {
            result = .failure(error)
        }
        let call = Call(
            number: attempt.number, result: result, wasCancelled: Task.isCancelled,
            duration: ContinuousClock.now - began)
        kept.withLock { $0.append(call) }
        if losesFirst, attempt.number == 1, call.contribution != nil {
            throw AgentError(.transient, "the conformance suite lost the contribution")
        }
        return try result.get()
    }
}
