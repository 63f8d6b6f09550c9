/// An ended span that waits for an exporter without a spool.
struct EndedSpan: Sendable {
    let record: SpanRecord
    let fileID: String
}
