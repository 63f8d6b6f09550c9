/// The way of spans to one exporter, whether they wait in memory or in the exporter's spool.
protocol SpanChannel: Drainable {
    /// Whether ``started(_:)`` does anything.
    var keepsStarts: Bool { get }
    func started(_ span: EndedSpan)
    func append(_ span: EndedSpan)
    /// Starts the tasks that export, `count` at once.
    func start(workers count: Int)
    func refresh()
    /// Gives up what waits: it is kept for the next process, or counted as lost.
    func abandon() -> SpoolRemainder
    /// Lets go after everything was settled.
    func finish()
    /// Ends the tasks, when nobody asks for a result any more.
    func stop()
}

extension ExportChannel: SpanChannel, Drainable where Element == EndedSpan {
    var keepsStarts: Bool { false }
    func started(_ span: EndedSpan) {}
    func append(_ span: EndedSpan) { pipeline.append(span) }
    func start(workers count: Int) { pipeline.start(workers: count) }
    func finish() {}
    func stop() { pipeline.abandon() }
    func requestDrain() -> UInt64 { pipeline.requestDrain() }
    func close() -> UInt64 { pipeline.close() }
    func hurry() {}
    func drained(through number: UInt64) async { await pipeline.drained(through: number) }
}
