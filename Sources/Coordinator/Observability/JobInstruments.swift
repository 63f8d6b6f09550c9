import CoreMetrics
import TelemetryCatalog

/// The instruments of one workflow, bound once a job.
struct JobInstruments: Sendable {
    /// One counter for each status, in the statuses' order of declaration.
    private let runs: [any CounterHandler]
    private let duration: @Sendable (_ errorType: String?) -> any RecorderHandler
    private let active: any MeterHandler
    private let concurrencyLimit: any MeterHandler
    let queueSize: any MeterHandler

    init(workflow: String, factory: any MetricsFactory) {
        let own = [(AttributeKey.workflowName, workflow)]
        runs = JobStatus.endings.map {
            factory.counter(Instruments.jobRuns, own + [(AttributeKey.jobStatus, $0.rawValue)])
        }
        duration = { error in
            factory.recorder(
                Instruments.workflowDuration, own + (error.map { [(AttributeKey.errorType, $0)] } ?? []))
        }
        active = factory.meter(Instruments.jobActive)
        concurrencyLimit = factory.meter(Instruments.concurrencyLimit)
        queueSize = factory.meter(Instruments.queueSize)
        queueSize.increment(by: 0)
    }

    func jobStarted(concurrency: Int) {
        active.increment()
        concurrencyLimit.increment(by: Double(concurrency))
    }

    func jobEnded(_ status: JobStatus, errorType: String?, seconds: Double, concurrency: Int) {
        zip(JobStatus.endings, runs).first { $0.0 == status }?.1.increment()
        duration(errorType).record(seconds)
        jobLeft(concurrency: concurrency)
    }

    /// The job runs here no more, and has not ended.
    func jobLeft(concurrency: Int) {
        active.decrement()
        concurrencyLimit.decrement(by: Double(concurrency))
    }
}
