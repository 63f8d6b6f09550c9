import Support

/// Writes telemetry for people to read: one line for each span, point and log line. It is for trying things out; the
/// format may change.
public struct ConsoleExporter: SignalExporter {
    private let sink: @Sendable (String) -> Void

    /// Makes an exporter.
    ///
    /// - Parameter sink: takes one line at a time, its newline included.
    public init(sink: @escaping @Sendable (String) -> Void = ConsoleSink.standardError) { self.sink = sink }

    /// `console`.
    public var name: ExporterName { .console }

    /// `console_span_exporter`, `console_metric_exporter` or `console_log_exporter`.
    public func componentType(for batch: SignalBatch) -> String {
        switch batch {
        case .spans: "console_span_exporter"
        case .metrics: "console_metric_exporter"
        case .logs: "console_log_exporter"
        }
    }

    /// Writes the batch at once.
    public func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        switch batch {
        case .spans(let spans, _): for span in spans { sink(Self.line(span)) }
        case .metrics(let metrics):
            for metric in metrics { for point in metric.points { sink(Self.line(point, of: metric)) } }
        case .logs(let logs): for log in logs { sink(TextLogLine.render(log)) }
        }
        return .delivered()
    }

    private static func line(_ span: SpanRecord) -> String {
        let status =
            switch span.status {
            case .unset: "unset"
            case .ok: "ok"
            case .error(let message): message.isEmpty ? "error" : "error (\(message))"
            }
        var parts = [
            "span", span.name, "\(Double(span.endTime - span.startTime) / 1e6) ms", status,
            "trace_id=\(span.traceID)", "span_id=\(span.spanID)",
        ]
        if let parent = span.parentSpanID { parts.append("parent_span_id=\(parent)") }
        parts += texts(span.attributes.sorted(byBytesOf: \.key))
        parts += span.events.map { "event=\($0.name)" }
        return onOneLine(parts)
    }

    private static func line(_ point: MetricPoint, of metric: MetricRecord) -> String {
        let value =
            switch point.value {
            case .int(let value): String(value)
            case .double(let value): String(value)
            case .histogram(let count, let sum, let min, let max, _): "count=\(count) sum=\(sum) min=\(min) max=\(max)"
            }
        return onOneLine(["metric", metric.name, value, metric.unit] + texts(point.attributes))
    }

    private static func texts(_ attributes: [Attribute]) -> [String] { attributes.map { "\($0.key)=\($0.value.text)" } }

    /// Control characters could forge lines or rewrite the terminal.
    private static func onOneLine(_ parts: [String]) -> String {
        let text = parts.filter { !$0.isEmpty }.joined(separator: " ")
        return ForeignText.escaped(text) + "\n"
    }
}
