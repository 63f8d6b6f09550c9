import CoreMetrics
import Support
import TelemetryCatalog

/// The instruments of one model, bound once for each agent and each type of error.
final class ModelInstruments: Sendable {
    /// The most agents and error types that have series of their own. Later agents are recorded without a name, and
    /// later errors as `_OTHER`, so that the sums stay right.
    static let seriesLimit = 256

    private let identity: ModelIdentity
    private let given: (any MetricsFactory)?
    /// Asked for at the first use: a job file's check makes models before the program's metrics are set up.
    private var factory: any MetricsFactory { given ?? MetricsSystem.factory }
    private let recorders = Locked<[String: any RecorderHandler]>([:])
    private let counters = Locked<[String: any FloatingPointCounterHandler]>([:])

    init(_ identity: ModelIdentity, factory: (any MetricsFactory)? = nil) {
        self.identity = identity
        given = factory
    }

    /// Records one call, however it ended.
    func ended(_ duration: Duration, errorType: String?) {
        recorder(Instruments.inferenceDuration, errorType).record(duration / .seconds(1))
    }

    func firstChunk(after duration: Duration) {
        recorder(Instruments.timeToFirstChunk, nil).record(duration / .seconds(1))
    }

    func used(_ usage: ModelUsage, agent: String?) {
        let own = agentDimension(agent)
        let model = (AttributeKey.requestModel, identity.model)
        let provider = (AttributeKey.providerName, identity.provider)
        let tokens = [
            (Instruments.inputTokens, usage.inputTokens), (Instruments.outputTokens, usage.outputTokens),
            (Instruments.cacheReadTokens, usage.cacheReadTokens),
            (Instruments.cacheWriteTokens, usage.cacheWriteTokens),
            (Instruments.reasoningTokens, usage.reasoningTokens),
        ]
        for (definition, count) in tokens where count > 0 {
            counter(definition, [model, provider] + own).increment(by: Double(count))
        }
        if let cost = usage.costUSD, cost > 0 { counter(Instruments.cost, [model] + own).increment(by: cost) }
    }

    private func agentDimension(_ agent: String?) -> [(String, String)] {
        agent.map { [(AttributeKey.agentName, $0)] } ?? []
    }

    private func recorder(_ definition: InstrumentDefinition, _ type: String?) -> any RecorderHandler {
        recorders.withLock { recorders in
            let isFull = recorders.count >= Self.seriesLimit
            let errorType = isFull ? type.map { _ in ErrorType.other } : type
            let key = "\(definition.name) \(errorType ?? "")"
            if let known = recorders[key] { return known }
            var dimensions = [
                (AttributeKey.operationName, SpanName.chat), (AttributeKey.providerName, identity.provider),
                (AttributeKey.requestModel, identity.model),
            ]
            if let errorType { dimensions.append((AttributeKey.errorType, errorType)) }
            let new = factory.makeRecorder(label: definition.name, dimensions: dimensions, aggregate: true)
            recorders[key] = new
            return new
        }
    }

    private func counter(
        _ definition: InstrumentDefinition, _ dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counters.withLock { counters in
            let key = definition.name + dimensions.map { " \($0.0)=\($0.1)" }.joined()
            if let known = counters[key] { return known }
            let isFull = counters.count >= Self.seriesLimit
            let kept = isFull ? dimensions.filter { $0.0 != AttributeKey.agentName } : dimensions
            let new = factory.makeFloatingPointCounter(label: definition.name, dimensions: kept)
            if !isFull { counters[key] = new }
            return new
        }
    }
}
