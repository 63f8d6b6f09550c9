import CurlClient
import OTLPExporter
import Telemetry

/// Whether the collector takes each signal that a run would send: an empty export request is sent for each.
struct CollectorCheck {
    private static let name = "collector"
    /// How long the collector may take to answer.
    let limit: Duration
    let environment: [String: String]

    func finding() async -> Finding {
        let settings = TelemetrySettings(environment: environment)
        let telemetry = settings.telemetry
        guard settings.warnings.isEmpty else {
            return .failed(Self.name, settings.warnings.joined(separator: "\n"), remedy: "see docs/environment.md")
        }
        guard !telemetry.isDisabled else {
            return .off(Self.name, "OTEL_SDK_DISABLED is set: no telemetry is recorded")
        }
        guard let otlp = settings.otlp else {
            return .off(Self.name, "OTEL_EXPORTER_OTLP_ENDPOINT is not set; metrics.prom is written all the same")
        }
        let enabled: [(OTLPSignal, Set<ExporterName>)] = [
            (.traces, telemetry.traceExporters), (.metrics, telemetry.metricExporters), (.logs, telemetry.logExporters),
        ]
        let signals = enabled.filter { $0.1.contains(.otlp) && otlp[$0.0] != nil }.map(\.0)
        guard !signals.isEmpty else { return .off(Self.name, "no signal is sent to it") }
        do throws(HTTPClientError) {
            return await finding(signals, try OTLPHTTPExporter(configuration: otlp))
        } catch {
            return .failed(Self.name, error.message, remedy: "telemetry is not exported")
        }
    }

    private func finding(_ signals: [OTLPSignal], _ exporter: OTLPHTTPExporter) async -> Finding {
        let deadline = ContinuousClock.now + limit
        let results = await withTaskGroup(of: (Int, ExportResult).self) { group in
            for (index, signal) in signals.enumerated() {
                group.addTask { (index, await exporter.check(signal, deadline: deadline)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var taken: [OTLPSignal] = []
        var problems: [(errorType: String, message: String, signals: [OTLPSignal])] = []
        var warnings: [String] = []
        for (index, signal) in signals.enumerated() {
            switch results[index] {
            case .delivered(_, let message, _)?:
                taken.append(signal)
                if !message.isEmpty, !warnings.contains(message) { warnings.append(message) }
            case .unacknowledged(let message, _)?: note("not OTLP", message, signal, &problems)
            case .failed(let errorType, let message)?: note(errorType, message, signal, &problems)
            case nil: note("unknown", "it was not asked", signal, &problems)
            }
        }
        guard problems.isEmpty else {
            let lines = problems.map { "\($0.message) (\($0.signals.map(\.rawValue).listed))" }
            return .failed(
                Self.name, lines.joined(separator: "\n"),
                remedy: "runs go on without it; what it does not take is lost at their end, but for spans in a spool")
        }
        let address = signals.first.flatMap { exporter.address(of: $0) } ?? ""
        return .ok(
            Self.name, (["\(address): takes \(taken.map(\.rawValue).listed)"] + warnings).joined(separator: "\n"))
    }

    /// Signals that fail in the same way are one problem.
    private func note(
        _ errorType: String, _ message: String, _ signal: OTLPSignal,
        _ problems: inout [(errorType: String, message: String, signals: [OTLPSignal])]
    ) {
        if let index = problems.firstIndex(where: { $0.errorType == errorType }) {
            problems[index].signals.append(signal)
        } else {
            problems.append((errorType, message, [signal]))
        }
    }
}

extension OTLPHTTPExporter {
    /// The signal's endpoint as messages show it.
    fileprivate func address(of signal: OTLPSignal) -> String? {
        switch signal {
        case .traces: address(of: .spans([], scope: InstrumentationScope(name: "")))
        case .metrics: address(of: .metrics([]))
        case .logs: address(of: .logs([]))
        }
    }
}
