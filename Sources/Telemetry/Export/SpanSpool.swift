/// Where an exporter keeps the spans that are not delivered yet.
///
/// The spans of an exporter without a spool are queued in memory. A spool sets its own bound; a span that does not fit
/// evicts the oldest ones, and the eviction is reported. Delivery is at least once. Calls come from any thread and must
/// not block.
public protocol SpanSpool: Sendable {
    /// Spans handed out together.
    associatedtype Batch: SpoolBatch

    /// Gets ready and takes over what earlier processes left behind. Called once, before any other call.
    func open() -> SpoolOpening
    /// Records that a span has started; its end time and status are not known yet. Called only when
    /// ``SpoolOpening/keepsStarts`` says so.
    func started(_ span: SpanRecord, scope: InstrumentationScope)
    /// Keeps an ended span.
    func append(_ span: SpanRecord, scope: InstrumentationScope) -> SpoolAdmission

    /// The next full batch; or, after ``requestDrain()``, what there is up to that point. `nil` when there is none.
    func take() -> Batch?
    /// Tries once to send a batch.
    ///
    /// - Parameter attempt: counts the attempts for this batch, from 1.
    func export(_ batch: Batch, attempt: Int, deadline: ContinuousClock.Instant) async -> SpoolExportResult
    /// Releases a batch that was delivered or refused for good.
    func finish(_ batch: Batch)

    /// Makes everything kept so far ready for export; drained when ``SpoolStatus/isDrained(through:)`` holds for the
    /// returned number.
    func requestDrain() -> UInt64
    /// What the spool holds now.
    var status: SpoolStatus { get }
    /// Refuses more from now on.
    ///
    /// - Parameter isFinal: everything that can be sent was; what is left stays for the next process, or is lost.
    func close(isFinal: Bool) -> SpoolRemainder
}

/// Spans that a spool hands out together.
public protocol SpoolBatch: Sendable {
    /// How many spans it holds, at least 1.
    var count: Int { get }
}

/// An exporter that keeps spans in a spool of its own.
public protocol SpoolingExporter: SignalExporter {
    /// Makes the spool; `nil` when this exporter takes no spans.
    ///
    /// - Parameters:
    ///   - resource: what produces the spans.
    ///   - batchSize: the most spans of one batch.
    ///   - warn: receives warnings for the user, each kind once.
    func makeSpanSpool(
        resource: TelemetryResource, batchSize: Int, warn: @escaping @Sendable (String) -> Void
    ) -> (any SpanSpool)?
}
