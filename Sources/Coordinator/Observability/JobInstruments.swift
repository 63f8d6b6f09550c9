import CoreMetrics
import TelemetryCatalog

/// The instruments of one workflow, bound once a job.
struct JobInstruments: Sendable {
    /// One counter for each status of a job that has ended.
    private let runs: [(status: JobStatus, counter: any CounterHandler)]
    /// Under its name, and under the former one for as long as that stays.
    private let durations: @Sendable (_ errorType: String?) -> [any RecorderHandler]
    private let resumptions: @Sendable () -> any CounterHandler
    private let active: any MeterHandler
    private let concurrencyLimit: any MeterHandler
    let queueSize: any MeterHandler

    init(workflow: String, factory: any MetricsFactory) {
        let own = Self.dimensions(workflow)
        runs = JobStatus.endings.map {
            ($0, factory.counter(Instruments.jobRuns, own + [(AttributeKey.jobStatus, $0.rawValue)]))
        }
        durations = { error in
            let error = error.map { [(AttributeKey.errorType, $0)] } ?? []
            return [
                factory.recorder(
                    Instruments.agentDuration,
                    [(AttributeKey.agentName, workflow), (AttributeKey.workflowName, workflow)] + error),
                factory.recorder(
                    Instruments.formerWorkflowDuration, [(AttributeKey.formerWorkflowName, workflow)] + error),
            ]
        }
        resumptions = { factory.counter(Instruments.jobResumptions, own) }
        active = factory.meter(Instruments.jobActive)
        concurrencyLimit = factory.meter(Instruments.concurrencyLimit)
        queueSize = factory.meter(Instruments.queueSize)
        queueSize.increment(by: 0)
    }

    /// The workflow's name, under its former key too for as long as that stays.
    static func dimensions(_ workflow: String) -> [(String, String)] {
        [(AttributeKey.workflowName, workflow), (AttributeKey.formerWorkflowName, workflow)]
    }

    func jobStarted(concurrency: Int) {
        active.increment()
        concurrencyLimit.increment(by: Double(concurrency))
    }

    /// Makes the counter of a job that can be taken up again, which one without a journal cannot.
    func prepareResumptions() { _ = resumptions() }

    /// A process took the job up again.
    func jobResumed() { resumptions().increment() }

    func jobEnded(_ status: JobStatus, errorType: String?, seconds: Double, concurrency: Int) {
        runs.first { $0.status == status }?.counter.increment()
        for duration in durations(errorType) { duration.record(seconds) }
        jobLeft(concurrency: concurrency)
    }

    /// The job runs here no more, and has not ended.
    func jobLeft(concurrency: Int) {
        active.decrement()
        concurrencyLimit.decrement(by: Double(concurrency))
    }
}
