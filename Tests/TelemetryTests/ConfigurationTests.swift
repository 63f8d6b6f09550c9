import Telemetry
import Testing

@Suite struct ConfigurationTests {
    @Test func noVariablesGiveTheDefaults() {
        let configuration = TelemetryConfiguration(environment: [:])
        #expect(configuration.sampler == .parentBased(root: .alwaysOn))
        #expect(configuration.spanBatch == .spans)
        #expect(configuration.spanBatch.queueCapacity == 131_072 && configuration.spanBatch.batchSize == 512)
        #expect(configuration.spanLimits == SpanLimits())
        #expect(configuration.metricInterval == .seconds(60))
        #expect(configuration.temporality == .cumulative)
        #expect(configuration.propagators == [.traceContext, .baggage])
        #expect(configuration.traceExporters == [.otlp])
        #expect(!configuration.isDisabled && configuration.warnings.isEmpty)
    }

    @Test func everyVariableIsRead() {
        let configuration = TelemetryConfiguration(environment: [
            "OTEL_SDK_DISABLED": "TRUE", "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.25", "OTEL_BSP_MAX_QUEUE_SIZE": "4096",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "64", "OTEL_BSP_SCHEDULE_DELAY": "250",
            "OTEL_BSP_EXPORT_TIMEOUT": "1000", "OTEL_BLRP_MAX_QUEUE_SIZE": "10",
            "OTEL_ATTRIBUTE_COUNT_LIMIT": "7", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "8",
            "OTEL_SPAN_EVENT_COUNT_LIMIT": "9", "OTEL_SPAN_LINK_COUNT_LIMIT": "10",
            "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "11", "OTEL_METRIC_EXPORT_INTERVAL": "500",
            "OTEL_METRIC_EXPORT_TIMEOUT": "600",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "Delta", "OTEL_TRACES_EXPORTER": "none",
            "OTEL_METRICS_EXPORTER": "prometheus, otlp", "OTEL_LOGS_EXPORTER": "console",
            "OTEL_PROPAGATORS": "baggage,baggage", "OTEL_METRICS_EXEMPLAR_FILTER": "always_off",
        ])
        #expect(configuration.warnings == [])
        #expect(configuration.isDisabled)
        #expect(configuration.sampler == .parentBased(root: .traceIDRatio(0.25)))
        #expect(
            configuration.spanBatch
                == BatchLimits(
                    queueCapacity: 4096, batchSize: 64, delay: .milliseconds(250), exportTimeout: .seconds(1)))
        #expect(configuration.logBatch.queueCapacity == 10 && configuration.logBatch.batchSize == 10)
        #expect(configuration.spanLimits.attributes == 8)
        #expect(configuration.spanLimits.attributesPerEvent == 7 && configuration.spanLimits.attributesPerLink == 7)
        #expect(configuration.spanLimits.events == 9 && configuration.spanLimits.links == 10)
        #expect(configuration.spanLimits.valueLength == 11)
        #expect(configuration.metricInterval == .milliseconds(500))
        #expect(configuration.metricTimeout == .milliseconds(600))
        #expect(configuration.temporality == .delta)
        #expect(configuration.traceExporters == [])
        #expect(configuration.metricExporters == [.prometheus, .otlp])
        #expect(configuration.logExporters == [.console])
        #expect(configuration.propagators == [.baggage])
        #expect(configuration.exemplarFilter == .alwaysOff)
    }

    @Test(arguments: [
        ("OTEL_SDK_DISABLED", "yes"), ("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"), ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"), ("OTEL_BSP_SCHEDULE_DELAY", "1.5"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "99999999999999999999"), ("OTEL_SPAN_EVENT_COUNT_LIMIT", "1e3"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0"), ("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_PROPAGATORS", "b3"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "both"), ("OTEL_METRICS_EXEMPLAR_FILTER", "sometimes"),
    ])
    func invalidValueGivesOneWarningThatNamesTheVariable(_ name: String, _ value: String) {
        let configuration = TelemetryConfiguration(environment: [name: value])
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.hasPrefix("\(name): \"\(value)\"") == true)
        var expected = TelemetryConfiguration()
        expected.warnings = configuration.warnings
        #expect(configuration == expected)
    }

    @Test func emptyValueIsUnset() {
        let configuration = TelemetryConfiguration(environment: [
            "OTEL_TRACES_SAMPLER": "", "OTEL_BSP_MAX_QUEUE_SIZE": " ", "OTEL_PROPAGATORS": "", "OTEL_SDK_DISABLED": "",
        ])
        #expect(configuration.warnings == [])
        #expect(configuration == TelemetryConfiguration())
    }

    @Test func invalidRatioFallsBackToOneWithAWarning() {
        let configuration = TelemetryConfiguration(environment: [
            "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "1.5",
        ])
        #expect(configuration.sampler == .alwaysOn)
        #expect(configuration.warnings.count == 1)
        #expect(TelemetryConfiguration(environment: ["OTEL_TRACES_SAMPLER_ARG": "x"]).warnings == [])
    }

    @Test func resourceHasServiceProcessAndSDKAttributes() throws {
        let (resource, warnings) = ResourceDetection.detect(environment: [:], serviceVersion: "9.8.7")
        #expect(warnings == [])
        #expect(resource["service.name"] == .string("coordinator"))
        #expect(resource["service.version"] == .string("9.8.7"))
        #expect(resource["telemetry.sdk.language"] == .string("swift"))
        for key in ["service.instance.id", "telemetry.sdk.name", "telemetry.sdk.version", "host.name"] {
            guard case .string(let text)? = resource[key] else {
                Issue.record("\(key) is missing")
                continue
            }
            #expect(!text.isEmpty)
        }
        guard case .int(let pid)? = resource["process.pid"] else {
            Issue.record("process.pid is missing")
            return
        }
        #expect(pid > 0)
        guard case .string(let instance)? = resource["service.instance.id"] else { return }
        #expect(instance.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        #expect(resource["process.executable.name"] != nil)
    }

    @Test func serviceNameVariableOverridesTheResourceVariable() {
        let attributes = "service.name=from%20attributes,deployment.environment.name=t%C3%A9st , service.version=2"
        let both = ResourceDetection.detect(
            environment: ["OTEL_SERVICE_NAME": "by name", "OTEL_RESOURCE_ATTRIBUTES": attributes]).resource
        #expect(both["service.name"] == .string("by name"))
        #expect(both["deployment.environment.name"] == .string("tést"))
        #expect(both["service.version"] == .string("2"))
        let one = ResourceDetection.detect(environment: ["OTEL_RESOURCE_ATTRIBUTES": attributes]).resource
        #expect(one["service.name"] == .string("from attributes"))
    }

    @Test(arguments: ["a=1,broken", "a=%zz", "a=%4", "=1", "a=%ff"])
    func malformedResourceAttributesAreDiscardedWhole(_ text: String) {
        let (resource, warnings) = ResourceDetection.detect(environment: ["OTEL_RESOURCE_ATTRIBUTES": text])
        #expect(resource["a"] == nil)
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("OTEL_RESOURCE_ATTRIBUTES: ") == true)
    }
}
