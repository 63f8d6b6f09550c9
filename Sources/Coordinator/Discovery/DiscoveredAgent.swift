import Support
import TelemetryCatalog

/// An agent that is looked up in a registry when its run starts, so that an agent which appears while the job runs is
/// found.
///
/// The first attempt that finds an agent decides: later attempts of the run call the same one, even if it was replaced
/// or removed meanwhile. Where none is found the attempt fails, as a transient failure: a retry looks again.
///
/// Make one for each job: it keeps the agents it found as long as it lives.
///
/// ```swift
/// AgentTask("reviewer", role: reviewer, agent: DiscoveredAgent(.capability("review"), in: runtime.agents))
/// ```
public final class DiscoveredAgent: Agent {
    private let selector: AgentRegistry.Selector
    private let registry: AgentRegistry
    private let prepared: @Sendable (AgentRegistry.Entry) throws -> any Agent
    private let found = Locked<[String: AgentRegistry.Entry]>([:])

    /// Makes an agent that is looked up when a run of it starts.
    public convenience init(_ selector: AgentRegistry.Selector, in registry: AgentRegistry) {
        self.init(selector, in: registry) { $0.agent }
    }

    /// - Parameter prepared: what is run of an agent that was found; throws where it cannot be run as this job asks.
    package init(
        _ selector: AgentRegistry.Selector, in registry: AgentRegistry,
        prepared: @escaping @Sendable (AgentRegistry.Entry) throws -> any Agent
    ) {
        self.selector = selector
        self.registry = registry
        self.prepared = prepared
    }

    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let entry = found.withLock { found -> AgentRegistry.Entry? in
            if let kept = found[attempt.idempotencyKey] { return kept }
            let entry = registry.entry(selector)
            found[attempt.idempotencyKey] = entry
            return entry
        }
        guard let entry else {
            throw AgentError(
                .transient, errorType: ErrorType.dependencyFailed,
                "no agent \(selector) is registered with the runtime; register one, or wait until it appears")
        }
        attempt.progress("\(entry.name) \(entry.version)")
        return try await prepared(entry).run(view, attempt)
    }
}
