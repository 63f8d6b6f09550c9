import Locks
import Metrics
import Synchronization

/// The instruments of agents a runtime has seen, so that the next job with the same agents need not make them again.
final class InstrumentCache: Sendable {
    /// Agents kept at most; those beyond it get instruments for their job alone.
    static let limit = 10_000

    private struct State {
        /// Keeps the backend alive, so that its identity stays its own.
        var factory: (any MetricsFactory)?
        var instruments: [String: AgentInstruments] = [:]
    }

    private let state = Locked(State())

    /// The instruments of an agent, made by this backend.
    func instruments(of agent: String, factory: any MetricsFactory) -> AgentInstruments {
        // Only a class has an identity to compare.
        guard let identity = Self.identity(factory) else { return AgentInstruments(agent: agent, factory: factory) }
        return state.withLock { state in
            if state.factory.flatMap(Self.identity) != identity { state = State(factory: factory) }
            if let known = state.instruments[agent] { return known }
            let new = AgentInstruments(agent: agent, factory: factory)
            if state.instruments.count < Self.limit { state.instruments[agent] = new }
            return new
        }
    }

    private static func identity(_ factory: any MetricsFactory) -> ObjectIdentifier? {
        type(of: factory) is AnyClass ? ObjectIdentifier(factory as AnyObject) : nil
    }
}
