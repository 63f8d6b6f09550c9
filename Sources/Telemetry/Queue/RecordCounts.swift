import Support

/// How many records, by signal.
public struct RecordCounts: Sendable, Hashable {
    /// Spans.
    public var spans = 0
    /// Metric points.
    public var points = 0
    /// Log records.
    public var logs = 0

    /// None.
    public init() {}

    /// All of them.
    public var total: Int { spans + points + logs }

    /// The counts above zero in words, such as `3 spans and 1 log record`; empty when there are none.
    public var words: String {
        let parts = [(spans, "span"), (points, "metric point"), (logs, "log record")].filter { $0.0 > 0 }
            .map { Counted.text($0.0, $0.1) }
        guard let last = parts.last else { return "" }
        let first = parts.dropLast().joined(separator: ", ")
        return first.isEmpty ? last : "\(first) and \(last)"
    }

    mutating func add(_ count: Int, _ signal: Signal) {
        switch signal {
        case .spans: spans += count
        case .metrics: points += count
        case .logs: logs += count
        }
    }
}
