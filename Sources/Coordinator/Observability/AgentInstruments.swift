import Metrics
import TelemetryCatalog

/// The instruments of one agent, bound once when it is registered.
///
/// Every outcome is there from the start with value 0: a counter born at 1 has an increase of 0, and alerts would
/// not see an agent's first failure.
final class AgentInstruments: Sendable {
    /// The names of the agent's spans, put together once.
    let agentSpanName: String
    let attemptSpanName: String
    private let runs: [AgentOutcome: Counter]
    private let attempts: BoundByErrorType<Counter>
    private let firstDuration: BoundByErrorType<Recorder>
    private let retryDuration: BoundByErrorType<Recorder>
    private let runDuration: BoundByErrorType<Recorder>
    private let retries: BoundByErrorType<Counter>
    private let exhausted: BoundByErrorType<Counter>
    private let commits: [String: Counter]
    let queueDuration: Recorder
    let active: Meter
    let abandoned: Meter
    let age: AttemptAge
    let lateWrites: Counter
    let accessDenied: Counter

    init(agent name: String, factory: any MetricsFactory) {
        agentSpanName = "\(SpanName.agent) \(name)"
        attemptSpanName = "\(SpanName.attempt) \(name)"
        let own = [(AttributeKey.agentName, name)]
        @Sendable func counter(_ instrument: InstrumentDefinition, _ more: [(String, String)] = []) -> Counter {
            Counter(label: instrument.name, dimensions: own + more, factory: factory)
        }
        @Sendable func recorder(_ instrument: InstrumentDefinition, _ more: [(String, String)] = []) -> Recorder {
            Recorder(label: instrument.name, dimensions: own + more, aggregate: true, factory: factory)
        }
        func meter(_ instrument: InstrumentDefinition) -> Meter {
            let meter = Meter(label: instrument.name, dimensions: own, factory: factory)
            meter.increment(by: 0)
            return meter
        }
        @Sendable func errorType(_ value: String?) -> [(String, String)] {
            value.map { [(AttributeKey.errorType, $0)] } ?? []
        }
        @Sendable func kind(_ value: String) -> [(String, String)] { [(AttributeKey.attemptKind, value)] }

        runs = Dictionary(
            uniqueKeysWithValues: AgentOutcome.allCases.map {
                ($0, counter(Instruments.agentRuns, [(AttributeKey.outcome, $0.rawValue)]))
            })
        attempts = BoundByErrorType { outcome, error in
            counter(
                Instruments.attempts, [(AttributeKey.outcome, outcome?.rawValue ?? "")] + errorType(error))
        }
        for (outcome, error) in [
            (AgentOutcome.succeeded, nil), (.failed, ErrorType.other), (.timeout, ErrorType.timeout),
            (.cancelled, ErrorType.cancelled),
        ] {
            _ = attempts.instrument(outcome, errorType: error)
        }
        firstDuration = BoundByErrorType { _, error in
            recorder(Instruments.attemptDuration, kind("first") + errorType(error))
        }
        retryDuration = BoundByErrorType { _, error in
            recorder(Instruments.attemptDuration, kind("retry") + errorType(error))
        }
        runDuration = BoundByErrorType { _, error in recorder(Instruments.agentDuration, errorType(error)) }
        retries = BoundByErrorType { _, error in counter(Instruments.retries, errorType(error)) }
        exhausted = BoundByErrorType { _, error in counter(Instruments.retriesExhausted, errorType(error)) }
        for error in [ErrorType.other, ErrorType.timeout, ErrorType.rateLimited] {
            _ = retries.instrument(errorType: error)
            _ = exhausted.instrument(errorType: error)
        }
        commits = Dictionary(
            uniqueKeysWithValues: [
                CommitResultName.applied, CommitResultName.conflict, CommitResultName.rejected,
            ].map { ($0, counter(Instruments.contextCommits, [(AttributeKey.contextCommitResult, $0)])) })
        queueDuration = recorder(Instruments.queueDuration)
        active = meter(Instruments.agentActive)
        abandoned = meter(Instruments.agentAbandoned)
        age = AttemptAge(meter: Meter(label: Instruments.attemptOldestAge.name, dimensions: own, factory: factory))
        lateWrites = counter(Instruments.lateWrites)
        accessDenied = counter(Instruments.accessDenied)
    }

    func recordAttempt(_ record: AttemptRecord) {
        attempts.instrument(record.outcome, errorType: record.errorType).increment()
        let duration = record.number == 1 ? firstDuration : retryDuration
        duration.instrument(errorType: record.errorType).record(record.durationMS / 1000)
    }

    func recordRun(_ result: AgentResult) {
        runs[result.outcome]?.increment()
        runDuration.instrument(errorType: result.errorType).record(result.durationMS / 1000)
    }

    func recordRetry(errorType: String) { retries.instrument(errorType: errorType).increment() }
    func recordExhausted(errorType: String) { exhausted.instrument(errorType: errorType).increment() }
    func recordCommit(_ result: String) { commits[result]?.increment() }
}
