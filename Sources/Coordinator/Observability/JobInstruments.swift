import Metrics
import TelemetryCatalog

/// The instruments of one workflow, bound once a job.
struct JobInstruments: Sendable {
    private let runs: [JobStatus: Counter]
    private let duration: BoundByErrorType<Recorder>
    private let active: Meter
    private let concurrencyLimit: Meter
    let queueSize: Meter

    init(workflow: String, factory: any MetricsFactory) {
        let own = [(AttributeKey.workflowName, workflow)]
        runs = Dictionary(
            uniqueKeysWithValues: JobStatus.allCases.map { status in
                (
                    status,
                    Counter(
                        label: Instruments.jobRuns.name, dimensions: own + [(AttributeKey.jobStatus, status.rawValue)],
                        factory: factory)
                )
            })
        duration = BoundByErrorType { _, error in
            Recorder(
                label: Instruments.workflowDuration.name,
                dimensions: own + (error.map { [(AttributeKey.errorType, $0)] } ?? []), aggregate: true,
                factory: factory)
        }
        func meter(_ instrument: InstrumentDefinition) -> Meter {
            Meter(label: instrument.name, dimensions: [], factory: factory)
        }
        active = meter(Instruments.jobActive)
        concurrencyLimit = meter(Instruments.concurrencyLimit)
        queueSize = meter(Instruments.queueSize)
        queueSize.increment(by: 0)
    }

    func jobStarted(concurrency: Int) {
        active.increment()
        concurrencyLimit.increment(by: Double(concurrency))
    }

    func jobEnded(_ status: JobStatus, errorType: String?, seconds: Double, concurrency: Int) {
        runs[status]?.increment()
        duration.instrument(errorType: errorType).record(seconds)
        active.decrement()
        concurrencyLimit.decrement(by: Double(concurrency))
    }
}
