import Support

/// Keeps all batches in memory, for tests.
public final class RecordingExporter: SignalExporter {
    private let batches = Locked<[SignalBatch]>([])

    /// An exporter without records.
    public init() {}

    /// Every batch in the order in which it came.
    public var received: [SignalBatch] { batches.withLock { $0 } }

    /// Every span, in the order in which they came, with attributes sorted by key.
    public var spans: [SpanRecord] {
        received.flatMap { batch -> [SpanRecord] in
            if case .spans(let spans, _) = batch { spans } else { [] }
        }
    }

    /// Every collection of metrics, oldest first.
    public var metricCollections: [[MetricRecord]] {
        received.compactMap { batch -> [MetricRecord]? in
            if case .metrics(let metrics) = batch { metrics } else { nil }
        }
    }

    /// Every log line, in the order in which they came.
    public var logs: [LogRecord] {
        received.flatMap { batch -> [LogRecord] in
            if case .logs(let logs) = batch { logs } else { [] }
        }
    }

    /// `in_memory_exporter`.
    public func componentType(for batch: SignalBatch) -> String { "in_memory_exporter" }

    /// Keeps the batch.
    public func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        batches.withLock { $0.append(batch.sorted) }
        return .delivered()
    }
}

extension SignalBatch {
    /// The batch with the attributes of spans, which have no particular order, sorted by key.
    fileprivate var sorted: SignalBatch {
        guard case .spans(var spans, let scope) = self else { return self }
        for index in spans.indices {
            spans[index].attributes.sort { $0.key < $1.key }
            for event in spans[index].events.indices {
                spans[index].events[event].attributes.sort { $0.key < $1.key }
            }
            for link in spans[index].links.indices { spans[index].links[link].attributes.sort { $0.key < $1.key } }
        }
        return .spans(spans, scope: scope)
    }
}
