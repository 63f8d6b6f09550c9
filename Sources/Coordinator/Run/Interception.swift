import Synchronization
import TelemetryCatalog
import Tracing

/// The interceptors of a job, and their names as spans show them.
struct Interceptors: Sendable {
    let list: [any AttemptInterceptor]
    let names: SpanAttribute

    init(_ list: [any AttemptInterceptor]) {
        self.list = list
        names = .stringArray(list.map(\.name))
    }

    /// What stands around one call of an agent; `nil` without interceptors, so that then nothing is paid for.
    func around(_ agent: any Agent) -> Interception? { list.isEmpty ? nil : Interception(self, agent) }
}

/// One call of an agent through its interceptors.
final class Interception: Agent {
    private let interceptors: Interceptors
    private let agent: any Agent
    /// How many of the interceptors were called; one more once the agent was.
    private let reached = Atomic(0)

    init(_ interceptors: Interceptors, _ agent: any Agent) {
        self.interceptors = interceptors
        self.agent = agent
    }

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        try await call(0, view, attempt)
    }

    private func call(_ index: Int, _ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        // An interceptor may have waited, deaf to cancellation, until the attempt had ended: nobody is called any more.
        try Task.checkCancellation()
        // Whoever calls `next` again has reached no less than before.
        reached.max(index + 1, ordering: .relaxed)
        guard index < interceptors.list.count else { return try await agent.run(view, attempt) }
        return try await interceptors.list[index].intercept(view, attempt) {
            try await self.call(index + 1, view, attempt)
        }
    }

    /// Adds who stood around the call, and who answered it when the agent was not called.
    func add(to attributes: inout SpanAttributeValues) {
        attributes[AttributeKey.attemptInterceptors] = interceptors.names
        let reached = reached.load(ordering: .relaxed)
        guard (1...interceptors.list.count).contains(reached) else { return }
        attributes[AttributeKey.attemptAnsweredBy] = .string(interceptors.list[reached - 1].name)
    }
}
