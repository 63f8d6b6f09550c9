import Telemetry

let anyResource = TelemetryResource([Attribute("service.name", .string("test"))])
let anyScope = InstrumentationScope(name: "scope", version: "1.2")

func anySpan(_ name: String = "span", attributes: [Attribute] = []) -> SpanRecord {
    SpanRecord(
        traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), name: name, startTime: 10, endTime: 20,
        attributes: attributes)
}

func anySpans(_ count: Int, attributes: [Attribute] = []) -> SignalBatch {
    .spans((0..<count).map { anySpan("span \($0)", attributes: attributes) }, scope: anyScope)
}

func anyMetric(points: Int) -> MetricRecord {
    MetricRecord(
        name: "m", description: "", unit: "s", kind: .sum(monotonic: true), scope: anyScope,
        points: (0..<points).map {
            MetricPoint(attributes: [Attribute("n", .int(Int64($0)))], startTime: 1, time: 2, value: .int(Int64($0)))
        })
}

func anyLog(_ body: String = "line") -> LogRecord {
    LogRecord(time: 5, severity: 9, severityText: "INFO", body: body, scope: anyScope)
}
