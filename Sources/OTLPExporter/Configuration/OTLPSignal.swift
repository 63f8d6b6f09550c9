import Telemetry

/// One of the three kinds of telemetry.
public enum OTLPSignal: String, Sendable, Hashable, CaseIterable {
    /// Spans.
    case traces
    /// Metrics.
    case metrics
    /// Log lines.
    case logs

    /// The word in the standard variables' names, such as `TRACES`.
    var variablePart: String { rawValue.uppercased() }

    /// The standard variable of a setting, such as `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`.
    static func variable(_ part: String) -> String { "OTEL_EXPORTER_OTLP_\(part)" }

    /// The word for one record in error texts.
    var recordName: String {
        switch self {
        case .traces: "span"
        case .metrics: "data point"
        case .logs: "log line"
        }
    }
}

extension SignalBatch {
    /// The kind of telemetry the batch holds.
    public var signal: OTLPSignal {
        switch self {
        case .spans: .traces
        case .metrics: .metrics
        case .logs: .logs
        }
    }
}
