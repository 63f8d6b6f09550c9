import Metrics
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite(.timeLimit(.minutes(3))) struct FlushTests {
    @Test func burstOfAHundredThousandSpansArrivesComplete() async {
        let exporter = RecordingExporter()
        let system = TelemetrySystem(resource: TelemetryResource([]), exporters: [exporter], warn: { _ in })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<25_000 { system.tracer.startSpan("burst", context: .topLevel).end() }
                }
            }
        }
        let result = await system.shutdown(within: longWait)
        #expect(result == FlushResult(outcome: .ok))
        #expect(exporter.spans.count == 100_000)
        #expect(Set(exporter.spans.map(\.spanID)).count == 100_000)
        let sizes = exporter.received.compactMap { batch -> Int? in
            if case .spans(let spans, _) = batch { spans.count } else { nil }
        }
        #expect(sizes.allSatisfy { $0 <= 512 })
    }

    @Test func spansBeyondTheQueueAreCountedAndWarnedAboutOnce() async {
        let exporter = HangingExporter()
        let warnings = Lines()
        var configuration = TelemetryConfiguration()
        configuration.spanBatch = BatchLimits(
            queueCapacity: 1000, batchSize: 100, delay: .seconds(3600), exportTimeout: .seconds(30))
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [exporter],
            warn: { warnings.append($0) })
        for _ in 0..<5000 { system.tracer.startSpan("burst", context: .topLevel).end() }
        let component = [
            "otel.component.type": "batching_span_processor", "otel.component.name": "batching_span_processor/0",
        ]
        let metrics = system.collectMetrics()
        #expect(
            metrics.value(
                "otel.sdk.processor.span.processed", component.merging(["error.type": "queue_full"]) { $1 })
                == .int(4000))
        #expect(metrics.value("otel.sdk.processor.span.queue.capacity", component) == .int(1000))
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("OTEL_BSP_MAX_QUEUE_SIZE") == true)

        let result = await system.shutdown(within: .milliseconds(20))
        #expect(result.outcome == .timedOut)
        #expect(result.lost.spans == 5000)
        exporter.release()
    }

    @Test func hangingExporterDoesNotBlockTheFlush() async throws {
        let exporter = HangingExporter()
        let healthy = RecordingExporter()
        let system = TelemetrySystem(
            resource: TelemetryResource([]), exporters: [exporter, healthy], warn: { _ in })
        Counter(label: "work.done", factory: system.metricsFactory).increment()
        system.tracer.startSpan("work").end()
        let result = await system.flush(within: .milliseconds(50))
        #expect(result.outcome == .timedOut)
        #expect(result.lost.total == 0)
        // The healthy exporter got everything, metrics included.
        try await eventually { !healthy.metricCollections.isEmpty && !healthy.spans.isEmpty }
        exporter.release()
        #expect(await system.flush(within: longWait).outcome == .ok)
        #expect(await system.shutdown(within: longWait).outcome == .ok)
    }

    @Test func spansLostByAFailingExporterAreCounted() async {
        let system = TelemetrySystem(
            resource: TelemetryResource([]), exporters: [FailingExporter()], warn: { _ in })
        for _ in 0..<10 { system.tracer.startSpan("work").end() }
        let result = await system.flush(within: longWait)
        #expect(result.outcome == .failed)
        #expect(result.lost.spans == 10)
        #expect(result.message == "the receiver is down")
        let exported = system.collectMetrics().value(
            "otel.sdk.exporter.span.exported",
            [
                "otel.component.type": "failing_exporter", "otel.component.name": "failing_exporter/0",
                "error.type": "503",
            ])
        #expect(exported == .int(10))
        _ = await system.shutdown(within: longWait)
    }

    @Test func spansAfterShutdownAreNotSentButCounted() async {
        let (system, exporter) = recordingSystem()
        system.tracer.startSpan("before").end()
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        system.tracer.startSpan("after").end()
        #expect(await system.flush(within: longWait).lost.spans == 1)
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(exporter.spans.map(\.name) == ["before"])
        #expect(exporter.metricCollections.count == 1)
    }

    @Test func fullBatchIsExportedWithoutAFlush() async throws {
        let (system, exporter) = recordingSystem { configuration in
            configuration.spanBatch = BatchLimits(
                queueCapacity: 100, batchSize: 10, delay: .seconds(3600), exportTimeout: .seconds(30))
        }
        for _ in 0..<25 { system.tracer.startSpan("steady", context: .topLevel).end() }
        try await eventually { exporter.spans.count == 20 }
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(exporter.spans.count == 25)
    }

    @Test func delayAndIntervalExportWithoutAFlush() async throws {
        let (system, exporter) = recordingSystem { configuration in
            configuration.spanBatch.delay = .milliseconds(1)
            configuration.metricInterval = .milliseconds(1)
        }
        system.tracer.startSpan("alone").end()
        try await eventually { exporter.spans.count == 1 && exporter.metricCollections.count >= 2 }
        _ = await system.shutdown(within: longWait)
    }

    @Test func signalWithoutAnExporterIsNotSent() async {
        let (system, exporter) = recordingSystem { configuration in
            configuration.traceExporters = []
            configuration.metricExporters = [.prometheus]
        }
        system.tracer.startSpan("unsent").end()
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(exporter.received.isEmpty)
        #expect(!system.collectMetrics().isEmpty)
    }

    @Test func timedOutShutdownReleasesTheSystem() async throws {
        weak var seen: TelemetrySystem?
        let exporter = HangingExporter()
        do {
            let system = TelemetrySystem(resource: TelemetryResource([]), exporters: [exporter], warn: { _ in })
            seen = system
            system.tracer.startSpan("stuck").end()
            #expect(await system.flush(within: .milliseconds(5)).outcome == .timedOut)
            #expect(await system.shutdown(within: .milliseconds(5)).outcome == .timedOut)
        }
        try await eventually { seen == nil }
        exporter.release()
    }

    @Test func releasedSystemEndsItsTasks() async throws {
        weak var seen: RecordingExporter?
        do {
            let (system, exporter) = recordingSystem()
            seen = exporter
            system.tracer.startSpan("lost").end()
            withExtendedLifetime(system) {}
        }
        try await eventually { seen == nil }
    }
}
