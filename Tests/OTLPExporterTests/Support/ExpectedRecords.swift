import Telemetry

/// What the official messages must show of a metric; see ExpectedSpans.swift.
func expected(_ metric: MetricRecord) -> ExactJSON {
    var members: [String: ExactJSON?] = [
        "name": text(metric.name), "description": text(metric.description), "unit": text(metric.unit),
    ]
    let temporality = ExactJSON.string(
        metric.temporality == .delta
            ? "AGGREGATION_TEMPORALITY_DELTA" : "AGGREGATION_TEMPORALITY_CUMULATIVE")
    switch metric.kind {
    case .sum(let isMonotonic):
        members["sum"] = .object(present: [
            "data_points": list(metric.points.map(expectedNumber)), "aggregation_temporality": temporality,
            "is_monotonic": isMonotonic ? true : nil,
        ])
    case .gauge:
        members["gauge"] = .object(present: ["data_points": list(metric.points.map(expectedNumber))])
    case .histogram(let bounds):
        members["histogram"] = .object(present: [
            "data_points": list(metric.points.map { expectedDistribution($0, bounds) }),
            "aggregation_temporality": temporality,
        ])
    }
    return .object(present: members)
}

/// What the official messages must show of a log line.
func expected(_ log: LogRecord) -> ExactJSON {
    .object(present: [
        "time_unix_nano": whole(log.time), "observed_time_unix_nano": whole(log.time),
        "severity_number": severity(log.severity), "severity_text": text(log.severityText),
        "body": .object(["string_value": .string(log.body)]), "event_name": text(log.eventName),
        "attributes": list(log.attributes.map(expected)), "flags": count(Int(log.flags)),
        "trace_id": log.traceID.map { .string(hexadecimal($0)) },
        "span_id": log.spanID.map { .string(hexadecimal($0)) },
    ])
}

/// What the official messages must show of a scope.
func expected(_ scope: InstrumentationScope) -> ExactJSON {
    .object(present: ["name": text(scope.name), "version": text(scope.version)])
}

private func expectedNumber(_ point: MetricPoint) -> ExactJSON {
    var members = common(point)
    switch point.value {
    case .int(let value): members["as_int"] = .string(String(value))
    case .double(let value): members["as_double"] = double(value)
    case .histogram: break
    }
    return .object(present: members)
}

private func expectedDistribution(_ point: MetricPoint, _ bounds: [Double]) -> ExactJSON {
    var members = common(point)
    guard case .histogram(let count, let sum, let min, let max, let buckets) = point.value else { return .null }
    members["count"] = whole(count)
    members["sum"] = double(sum)
    members["min"] = count > 0 ? double(min) : nil
    members["max"] = count > 0 ? double(max) : nil
    members["bucket_counts"] = list(buckets.map { .string(String($0)) })
    members["explicit_bounds"] = list(bounds.map(double))
    return .object(present: members)
}

private func common(_ point: MetricPoint) -> [String: ExactJSON?] {
    [
        "attributes": list(point.attributes.map(expected)), "start_time_unix_nano": whole(point.startTime),
        "time_unix_nano": whole(point.time),
        "exemplars": list(
            point.exemplars.map { exemplar in
                .object(present: [
                    "as_double": double(exemplar.value), "time_unix_nano": whole(exemplar.time),
                    "trace_id": exemplar.traceID.map { .string(hexadecimal($0)) },
                    "span_id": exemplar.spanID.map { .string(hexadecimal($0)) },
                ])
            }),
    ]
}

private func severity(_ number: Int) -> ExactJSON? {
    let number = min(max(number, 0), 24)
    guard number > 0 else { return nil }
    let level = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"][(number - 1) / 4]
    let step = (number - 1) % 4
    return .string("SEVERITY_NUMBER_\(level)" + (step == 0 ? "" : "\(step + 1)"))
}
