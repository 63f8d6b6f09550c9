import CoreMetrics
import Support
import TelemetryCatalog

/// The instruments of one agent that differ in outcome and `error.type`, made when first needed and kept.
///
/// One object and one lock for each agent, since a runtime may know thousands of agents.
final class AgentSeries: Sendable {
    /// The instruments that tell apart how an attempt or a run ended.
    enum Kind: Sendable {
        case attempts, retries, exhausted, items
        case firstAttempt, retryAttempt, run
    }

    private struct Bound<Instrument: Sendable> {
        let kind: Kind
        let outcome: AgentOutcome?
        let errorType: String?
        let instrument: Instrument
    }

    private struct State {
        var counters: [Bound<any CounterHandler>] = []
        var recorders: [Bound<any RecorderHandler>] = []
    }

    /// The most instruments that are kept. Agents choose the names of error types, so there may be any number of them.
    static let limit = 256

    private let agent: String
    private let factory: any MetricsFactory
    /// The instruments of a success at the first attempt, which most runs are: found without the lock.
    private let success: (attempts: any CounterHandler, attempt: any RecorderHandler, run: any RecorderHandler)
    private let state = Locked(State())

    init(agent: String, factory: any MetricsFactory) {
        self.agent = agent
        self.factory = factory
        success = (
            factory.counter(Instruments.attempts, Self.dimensions(agent, .attempts, .succeeded, nil)),
            factory.recorder(Instruments.attemptDuration, Self.dimensions(agent, .firstAttempt, nil, nil)),
            factory.recorder(Instruments.agentDuration, Self.dimensions(agent, .run, nil, nil))
        )
    }

    func counter(_ kind: Kind, _ outcome: AgentOutcome? = nil, errorType: String?) -> any CounterHandler {
        if kind == .attempts, outcome == .succeeded, errorType == nil { return success.attempts }
        return state.withLock { state in
            Self.find(kind, outcome, errorType, in: &state.counters) {
                factory.counter(kind.instrument, Self.dimensions(agent, kind, outcome, errorType))
            }
        }
    }

    func recorder(_ kind: Kind, errorType: String?) -> any RecorderHandler {
        if errorType == nil, kind == .firstAttempt { return success.attempt }
        if errorType == nil, kind == .run { return success.run }
        return state.withLock { state in
            Self.find(kind, nil, errorType, in: &state.recorders) {
                factory.recorder(kind.instrument, Self.dimensions(agent, kind, nil, errorType))
            }
        }
    }

    /// The counter of programs, which the backend looks up each time: most agents run none, and starting one takes longer.
    func programs(_ level: SandboxLevel, writtenBy origin: CodeOrigin) -> any CounterHandler {
        factory.counter(
            Instruments.sandboxRuns,
            [
                (AttributeKey.agentName, agent), (AttributeKey.sandboxLevel, level.rawValue),
                (AttributeKey.codeOrigin, origin.rawValue),
            ])
    }

    /// Searches linearly: the instruments are few, and hashing would take longer.
    private static func find<Instrument>(
        _ kind: Kind, _ outcome: AgentOutcome?, _ errorType: String?, in bound: inout [Bound<Instrument>],
        or make: () -> Instrument
    ) -> Instrument {
        for known in bound where known.kind == kind && known.outcome == outcome && known.errorType == errorType {
            return known.instrument
        }
        let new = make()
        if bound.count < limit {
            bound.append(Bound(kind: kind, outcome: outcome, errorType: errorType, instrument: new))
        }
        return new
    }

    private static func dimensions(
        _ agent: String, _ kind: Kind, _ outcome: AgentOutcome?, _ errorType: String?
    ) -> [(String, String)] {
        var dimensions = [(AttributeKey.agentName, agent)]
        if let errorType { dimensions.append((AttributeKey.errorType, errorType)) }
        if let outcome { dimensions.append((AttributeKey.outcome, outcome.rawValue)) }
        switch kind {
        case .firstAttempt: dimensions.append((AttributeKey.attemptKind, "first"))
        case .retryAttempt: dimensions.append((AttributeKey.attemptKind, "retry"))
        case .attempts, .retries, .exhausted, .items, .run: break
        }
        return dimensions
    }
}

extension AgentSeries.Kind {
    fileprivate var instrument: InstrumentDefinition {
        switch self {
        case .attempts: Instruments.attempts
        case .retries: Instruments.retries
        case .exhausted: Instruments.retriesExhausted
        case .items: Instruments.itemRuns
        case .firstAttempt, .retryAttempt: Instruments.attemptDuration
        case .run: Instruments.agentDuration
        }
    }
}
