/// Takes spans to one exporter, whether they wait in memory or in the exporter's spool.
protocol SpanChannel: Drainable {
    /// Whether ``started(_:)`` does anything.
    var keepsStarts: Bool { get }
    /// - Parameter fileID: `Module/File.swift` of the code that started the span.
    func started(_ span: SpanRecord, fileID: String)
    /// - Parameter fileID: `Module/File.swift` of the code that started the span.
    func append(_ span: SpanRecord, fileID: String)
    /// Starts the tasks that export, `count` at once.
    func start(workers count: Int)
    func refresh()
    /// Gives up the spans that wait: they are kept for the next process, or counted as lost.
    ///
    /// - Parameter waited: how long the shutdown waited for them; `nil` when it did not wait to the end.
    func abandon(after waited: Duration?) -> SpoolRemainder
    /// Why the latest attempt failed of a batch that is still to be sent; `nil` when there is none.
    var pending: DeliveryCause? { get }
    /// Whether the receiver cannot be reached and all spans that wait are kept for the next process. Then a shutdown
    /// need not wait any longer.
    var leavesRestToNextProcess: Bool { get }
    /// The server that the spans go to.
    var destination: ExportDestination? { get }
    /// Releases the spool. Call it once every span is delivered or refused.
    func finish()
    /// Ends the tasks without waiting for a result.
    func stop()
}

extension ExportChannel: SpanChannel, Drainable where Element == EndedSpan {
    var keepsStarts: Bool { false }
    func started(_ span: SpanRecord, fileID: String) {}
    func append(_ span: SpanRecord, fileID: String) { pipeline.append(EndedSpan(record: span, fileID: fileID)) }
    func start(workers count: Int) { pipeline.start(workers: count) }
    var leavesRestToNextProcess: Bool { false }
    func finish() {}
    func abandon(after waited: Duration?) -> SpoolRemainder { abandon(after: waited, since: nil) }
    func stop() { pipeline.abandon() }
    func requestDrain() -> UInt64 { pipeline.requestDrain() }
    func close() -> UInt64 { pipeline.close() }
    func shortenPauses() {}
    func drained(through number: UInt64) async { await pipeline.drained(through: number) }
}
