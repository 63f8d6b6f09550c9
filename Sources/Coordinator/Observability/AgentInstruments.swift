import CoreMetrics
import TelemetryCatalog

/// The instruments of one agent, bound once when it is registered.
///
/// Every outcome is there from the start with value 0: a counter born at 1 has an increase of 0, and alerts would
/// not see an agent's first failure.
final class AgentInstruments: Sendable {
    /// The names of the agent's spans, put together once.
    let agentSpanName: String
    let attemptSpanName: String
    /// By the outcomes' order of declaration.
    private let runs: [any CounterHandler]
    private let attempts: BoundByErrorType<any CounterHandler>
    private let firstDuration: BoundByErrorType<any RecorderHandler>
    private let retryDuration: BoundByErrorType<any RecorderHandler>
    private let runDuration: BoundByErrorType<any RecorderHandler>
    private let retries: BoundByErrorType<any CounterHandler>
    private let exhausted: BoundByErrorType<any CounterHandler>
    private let commits: [(result: String, counter: any CounterHandler)]
    let queueDuration: any RecorderHandler
    let active: any MeterHandler
    let abandoned: any MeterHandler
    let age: AttemptAge
    let lateWrites: any CounterHandler
    let accessDenied: any CounterHandler

    init(agent name: String, factory: any MetricsFactory) {
        agentSpanName = "\(SpanName.agent) \(name)"
        attemptSpanName = "\(SpanName.attempt) \(name)"
        let own = [(AttributeKey.agentName, name)]
        @Sendable func errorType(_ value: String?) -> [(String, String)] {
            own + (value.map { [(AttributeKey.errorType, $0)] } ?? [])
        }
        @Sendable func outcome(_ outcome: AgentOutcome) -> (String, String) { (AttributeKey.outcome, outcome.rawValue) }
        func meter(_ instrument: InstrumentDefinition) -> any MeterHandler {
            let meter = factory.meter(instrument, own)
            meter.increment(by: 0)
            return meter
        }

        runs = AgentOutcome.allCases.map { factory.counter(Instruments.agentRuns, own + [outcome($0)]) }
        attempts = BoundByErrorType(success: .succeeded) { ended, error in
            factory.counter(Instruments.attempts, errorType(error) + (ended.map { [outcome($0)] } ?? []))
        }
        for (outcome, error) in [
            (AgentOutcome.failed, ErrorType.other), (.timeout, ErrorType.timeout), (.cancelled, ErrorType.cancelled),
        ] {
            _ = attempts.instrument(outcome, errorType: error)
        }
        @Sendable func duration(_ kind: String, _ error: String?) -> any RecorderHandler {
            factory.recorder(Instruments.attemptDuration, errorType(error) + [(AttributeKey.attemptKind, kind)])
        }
        firstDuration = BoundByErrorType(success: nil) { _, error in duration("first", error) }
        retryDuration = BoundByErrorType { _, error in duration("retry", error) }
        runDuration = BoundByErrorType(success: nil) { _, error in
            factory.recorder(Instruments.agentDuration, errorType(error))
        }
        retries = BoundByErrorType { _, error in factory.counter(Instruments.retries, errorType(error)) }
        exhausted = BoundByErrorType { _, error in factory.counter(Instruments.retriesExhausted, errorType(error)) }
        for error in [ErrorType.other, ErrorType.timeout, ErrorType.rateLimited] {
            _ = retries.instrument(errorType: error)
            _ = exhausted.instrument(errorType: error)
        }
        commits = [CommitResultName.applied, CommitResultName.conflict, CommitResultName.rejected].map {
            ($0, factory.counter(Instruments.contextCommits, own + [(AttributeKey.contextCommitResult, $0)]))
        }
        queueDuration = factory.recorder(Instruments.queueDuration, own)
        active = meter(Instruments.agentActive)
        abandoned = meter(Instruments.agentAbandoned)
        age = AttemptAge(meter: factory.meter(Instruments.attemptOldestAge, own))
        lateWrites = factory.counter(Instruments.lateWrites, own)
        accessDenied = factory.counter(Instruments.accessDenied, own)
    }

    func recordAttempt(_ record: AttemptRecord) {
        attempts.instrument(record.outcome, errorType: record.errorType).increment()
        let duration = record.number == 1 ? firstDuration : retryDuration
        duration.instrument(errorType: record.errorType).record(record.durationMS / 1000)
    }

    func recordRun(_ result: AgentResult) {
        zip(AgentOutcome.allCases, runs).first { $0.0 == result.outcome }?.1.increment()
        runDuration.instrument(errorType: result.errorType).record(result.durationMS / 1000)
    }

    func recordRetry(errorType: String) { retries.instrument(errorType: errorType).increment() }
    func recordExhausted(errorType: String) { exhausted.instrument(errorType: errorType).increment() }
    func recordCommit(_ result: String) { commits.first { $0.result == result }?.counter.increment() }
}
