import CoreMetrics
import TelemetryCatalog

/// The instruments of what keeps a job's events, whatever it is: how long it takes, whether it fails, and when it kept
/// something last. Made for jobs with a journal alone.
struct JournalInstruments: Sendable {
    private let kept: any RecorderHandler
    private let lastAppend: any MeterHandler
    private let refused: @Sendable (_ errorType: String) -> any RecorderHandler

    init(factory: any MetricsFactory) {
        kept = factory.recorder(Instruments.storeAppendDuration, [])
        lastAppend = factory.meter(Instruments.storeLastAppend)
        refused = { factory.recorder(Instruments.storeAppendDuration, [(AttributeKey.errorType, $0)]) }
        // Made before the first failure: a series that is born with it has no increase, and no alert would see it.
        for type in [ErrorType.storeUnavailable, ErrorType.ownershipLost] { _ = refused(type) }
    }

    /// The journal answered a hand-over, or did not in time.
    ///
    /// - Parameters:
    ///   - took: the time from the hand-over to the answer.
    ///   - refusal: why the events were not kept; `nil` when they were.
    func answered(after took: Duration, refusal: Interruption?, at now: Timestamp) {
        if let refusal {
            refused(refusal.failure.errorType).record(took.inSeconds)
        } else {
            kept.record(took.inSeconds)
            lastAppend.set(Double(now.nanosecondsSinceEpoch) / 1e9)
        }
    }
}
