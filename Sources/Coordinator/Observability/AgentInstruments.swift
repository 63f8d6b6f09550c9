import CoreMetrics
import TelemetryCatalog

/// The instruments of one agent, bound once when it is registered.
///
/// Every outcome is there from the start with value 0: a counter that first appears with 1 has an increase of 0, and
/// alerts would not see an agent's first failure.
final class AgentInstruments: Sendable {
    /// The names of the agent's spans, put together once.
    let agentSpanName: String
    let attemptSpanName: String
    /// One counter for each outcome, in the outcomes' order of declaration.
    private let runs: [any CounterHandler]
    private let series: AgentSeries
    private let commits: [(result: String, counter: any CounterHandler)]
    let queueDuration: any RecorderHandler
    let active: any MeterHandler
    let abandoned: any MeterHandler
    let age: AttemptAge
    let lateWrites: any CounterHandler
    let accessDenied: any CounterHandler
    private let recoveries: @Sendable () -> any CounterHandler
    private let conversation: @Sendable () -> (answers: any RecorderHandler, calls: any RecorderHandler)

    init(agent name: String, factory: any MetricsFactory) {
        agentSpanName = "\(SpanName.agent) \(name)"
        attemptSpanName = "\(SpanName.attempt) \(name)"
        let own = [(AttributeKey.agentName, name)]
        func meter(_ instrument: InstrumentDefinition) -> any MeterHandler {
            let meter = factory.meter(instrument, own)
            meter.increment(by: 0)
            return meter
        }

        runs = AgentOutcome.allCases.map {
            factory.counter(Instruments.agentRuns, own + [(AttributeKey.outcome, $0.rawValue)])
        }
        series = AgentSeries(agent: name, factory: factory)
        for (outcome, error) in [
            (AgentOutcome.failed, ErrorType.other), (.timeout, ErrorType.timeout), (.cancelled, ErrorType.cancelled),
        ] {
            _ = series.counter(.attempts, outcome, errorType: error)
        }
        for error in [ErrorType.other, ErrorType.timeout, ErrorType.rateLimited] {
            _ = series.counter(.retries, errorType: error)
            _ = series.counter(.exhausted, errorType: error)
        }
        commits = [CommitResultName.applied, CommitResultName.conflict, CommitResultName.rejected].map {
            ($0, factory.counter(Instruments.contextCommits, own + [(AttributeKey.contextCommitResult, $0)]))
        }
        queueDuration = factory.recorder(Instruments.queueDuration, own)
        active = meter(Instruments.agentActive)
        abandoned = meter(Instruments.agentAbandoned)
        age = AttemptAge(meter: factory.meter(Instruments.attemptOldestAge, own))
        lateWrites = factory.counter(Instruments.lateWrites, own)
        recoveries = { factory.counter(Instruments.recoveries, own) }
        conversation = {
            (factory.recorder(Instruments.inferenceCalls, own), factory.recorder(Instruments.toolCalls, own))
        }
        accessDenied = factory.counter(Instruments.accessDenied, own)
    }

    func recordAttempt(_ record: AttemptRecord) {
        series.counter(.attempts, record.outcome, errorType: record.errorType).increment()
        let kind = record.number == 1 ? AgentSeries.Kind.firstAttempt : .retryAttempt
        series.recorder(kind, errorType: record.errorType).record(record.durationMS / 1000)
    }

    func recordRun(_ result: AgentResult) {
        zip(AgentOutcome.allCases, runs).first { $0.0 == result.outcome }?.1.increment()
        // A skipped run took no time: recorded, it would read as a very fast success.
        guard result.outcome != .skipped else { return }
        series.recorder(.run, errorType: result.errorType).record(result.durationMS / 1000)
    }

    /// Makes the counters of an agent that is run for each element of a list.
    func prepareItems() { for outcome in AgentOutcome.allCases { _ = series.counter(.items, outcome, errorType: nil) } }

    func recordItem(_ outcome: AgentOutcome) { series.counter(.items, outcome, errorType: nil).increment() }
    func recordRetry(errorType: String) { series.counter(.retries, errorType: errorType).increment() }
    func recordExhausted(errorType: String) { series.counter(.exhausted, errorType: errorType).increment() }
    /// A program was run that a sandbox was asked for, or due.
    func recordProgram(_ level: SandboxLevel, writtenBy origin: CodeOrigin) {
        series.programs(level, writtenBy: origin).increment()
    }
    /// A run ended that held a conversation. The backend looks its instruments up each time: most agents hold none.
    func recordConversation(turns: Int, calls: Int) {
        let conversation = conversation()
        conversation.answers.record(Int64(turns))
        conversation.calls.record(Int64(calls))
    }
    /// An attempt was found that its process did not survive.
    func recordRecovery() { recoveries().increment() }
    /// Makes the counter of an agent whose job can be taken up again.
    func prepareRecoveries() { _ = recoveries() }
    func recordCommit(_ result: String) { commits.first { $0.result == result }?.counter.increment() }
}
