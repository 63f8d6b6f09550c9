import Logging
import PrometheusExporter
import Telemetry
import TelemetryCatalog
import Testing
import Tracing

/// What the SDK says about itself, as it reads in `metrics.prom`.
@Suite(.timeLimit(.minutes(10))) struct SelfMetricsTests {
    /// Delivers, refuses one record of each batch, and fails metrics, in the name of a server.
    private struct HalfExporter: SignalExporter {
        func componentType(for batch: SignalBatch) -> String {
            switch batch {
            case .spans: "otlp_http_span_exporter"
            case .metrics: "otlp_http_metric_exporter"
            case .logs: "otlp_http_log_exporter"
            }
        }
        func destination(of batch: SignalBatch) -> ExportDestination? {
            ExportDestination(host: "collector", port: 4318)
        }
        func export(
            _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
        ) async -> ExportResult {
            if case .metrics = batch { return .failed(errorType: "503", message: "busy") }
            return .delivered(rejected: 1, message: "one too many", httpStatus: 200)
        }
    }

    private func used() async -> TelemetrySystem {
        var configuration = TelemetryConfiguration()
        configuration.metricInterval = .seconds(3600)
        configuration.spanBatch = BatchLimits(
            queueCapacity: 3, batchSize: 3, delay: .seconds(3600), exportTimeout: .seconds(60))
        configuration.logBatch.delay = .seconds(3600)
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [HalfExporter()], warn: { _ in })
        system.tracer.withSpan("outer", context: .topLevel) { span in
            system.tracer.startSpan("inner", context: span.context).end()
        }
        var logger = Logger(label: "test") { system.logHandler(label: $0) }
        logger.logLevel = .info
        logger.info("one")
        logger.info("two")
        _ = await system.flush(within: .seconds(60))
        return system
    }

    /// The conventions' attributes of each metric, beside `error.type`, which only failures have.
    private static let component = ["otel.component.name", "otel.component.type"]
    private static let exporter = component + ["server.address", "server.port"]
    private static let attributes: [String: [String]] = [
        "otel.sdk.span.started": ["otel.span.parent.origin", "otel.span.sampling_result"],
        "otel.sdk.span.live": ["otel.span.sampling_result"],
        "otel.sdk.processor.span.processed": component, "otel.sdk.processor.span.queue.size": component,
        "otel.sdk.processor.span.queue.capacity": component, "otel.sdk.exporter.span.exported": exporter,
        "otel.sdk.exporter.span.inflight": exporter, "otel.sdk.log.created": [],
        "otel.sdk.processor.log.processed": component, "otel.sdk.processor.log.queue.size": component,
        "otel.sdk.processor.log.queue.capacity": component, "otel.sdk.exporter.log.exported": exporter,
        "otel.sdk.exporter.log.inflight": exporter, "otel.sdk.metric_reader.collection.duration": component,
        "otel.sdk.exporter.metric_data_point.exported": exporter,
        "otel.sdk.exporter.metric_data_point.inflight": exporter,
        "otel.sdk.exporter.operation.duration": ["http.response.status_code"] + exporter,
    ]

    @Test func selfMetricsHaveTheAttributesOfTheConventions() async throws {
        let metrics = await used().collectMetrics()
        #expect(Self.attributes.count == 17)
        #expect(Set(SDKInstruments.all.map(\.name)) == Set(Self.attributes.keys))
        for (name, keys) in Self.attributes {
            let metric = try #require(metrics.first { $0.name == name }, "\(name)")
            #expect(metric.scope.name == "Telemetry")
            for point in metric.points {
                #expect(point.attributes.map(\.key).filter { $0 != "error.type" } == keys, "\(name)")
                #expect(point.attributes.first { $0.key == "server.port" }.map { $0.value == .int(4318) } != false)
            }
        }
    }

    @Test func selfMetricsAreInThePrometheusText() async {
        let text = PrometheusText.render(
            await used().collectMetrics(), resource: TelemetryResource([]), scopeLabels: false)
        for name in Self.attributes.keys {
            #expect(text.contains("# TYPE \(name.replacing(".", with: "_"))"), "\(name)")
        }
        let spans = "otel_component_name=\"otlp_http_span_exporter/0\",otel_component_type=\"otlp_http_span_exporter\""
        let server = "server_address=\"collector\",server_port=\"4318\""
        let processor =
            "otel_component_name=\"batching_span_processor/0\",otel_component_type=\"batching_span_processor\""
        for line in [
            "otel_sdk_exporter_span_exported_total{\(spans),\(server)} 1\n",
            "otel_sdk_exporter_span_exported_total{error_type=\"rejected\",\(spans),\(server)} 1\n",
            "otel_sdk_processor_span_processed_total{\(processor)} 2\n",
            "otel_sdk_processor_span_queue_capacity{\(processor)} 3\n",
            "otel_sdk_log_created_total 2\n",
            "otel_sdk_span_started_total{otel_span_parent_origin=\"local\",otel_span_sampling_result=\"RECORD_AND_SAMPLE\"} 1\n",
        ] { #expect(text.contains(line), "\(line)") }
        let failed = text.split(separator: "\n").first {
            $0.hasPrefix("otel_sdk_exporter_metric_data_point_exported_total{error_type=\"503\"")
        }
        #expect(failed != nil)
    }
}
