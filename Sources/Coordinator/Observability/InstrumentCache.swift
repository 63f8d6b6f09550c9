import Metrics
import Support

/// The instruments of agents a runtime has seen, so that the next job with the same agents need not make them again.
final class InstrumentCache: Sendable {
    /// The most agents that are kept; agents beyond it get instruments for their job alone.
    static let limit = 10_000

    private struct State {
        /// Kept alive, so that no other backend can get its identity.
        var backend: MetricsBackend?
        var instruments: [ExactString: AgentInstruments] = [:]
    }

    private let state = Locked(State())

    /// The instruments of an agent, made by this backend.
    func instruments(of agent: String, backend: MetricsBackend) -> AgentInstruments {
        guard let identity = backend.identity else { return AgentInstruments(agent: agent, factory: backend.factory) }
        return state.withLock { state in
            if state.backend?.identity != identity { state = State(backend: backend) }
            if let known = state.instruments[agent] { return known }
            let new = AgentInstruments(agent: agent, factory: backend.factory)
            if state.instruments.count < Self.limit { state.instruments[agent] = new }
            return new
        }
    }
}

/// A metrics backend and its identity. Made once a job, since finding out the identity is slow.
struct MetricsBackend: Sendable {
    let factory: any MetricsFactory
    /// `nil` for a backend that is no class instance: it cannot be compared.
    let identity: ObjectIdentifier?

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        identity = type(of: factory) is AnyClass ? ObjectIdentifier(factory as AnyObject) : nil
    }
}
