import Logging
import Telemetry
import TestSupport
import Testing
import Tracing

/// How the SDK treats an exporter that has a spool of its own.
@Suite(.timeLimit(.minutes(3))) struct SpoolChannelTests {
    private let delivered = SpoolExportResult.delivered(rejected: 0, message: "")
    /// Nobody waits that long; only a flush goes on.
    private let postponed = SpoolExportResult.postponed(
        errorType: "503", message: "down", wait: .seconds(3600), isDemanded: false)
    private let demanded = SpoolExportResult.postponed(
        errorType: "429", message: "later", wait: .seconds(3600), isDemanded: true)

    private let unreachable = SpoolExportResult.postponed(
        errorType: "connection_refused", message: "nobody listens", wait: .seconds(3600), isDemanded: false,
        isUnreachable: true)

    private func system(
        _ spool: ScriptedSpool, warnings: Lines = Lines(), destination: ExportDestination? = nil,
        others: HangingExporter? = nil
    ) -> TelemetrySystem {
        var configuration = TelemetryConfiguration()
        configuration.spanBatch.delay = .seconds(3600)
        configuration.metricInterval = .seconds(3600)
        configuration.concurrentExports = 1
        return TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration,
            exporters: [ScriptedSpoolExporter(spool: spool, destination: destination, others: others)],
            warn: { warnings.append($0) })
    }

    private func exporter(_ errorType: String? = nil) -> [String: String] {
        var attributes = [
            "otel.component.type": "spooling_exporter", "otel.component.name": "spooling_exporter/0",
        ]
        attributes["error.type"] = errorType
        return attributes
    }

    private func processor(_ errorType: String? = nil) -> [String: String] {
        var attributes = [
            "otel.component.type": "batching_span_processor", "otel.component.name": "batching_span_processor/0",
        ]
        attributes["error.type"] = errorType
        return attributes
    }

    @Test func spansAndTheirStartsGoThroughTheSpool() async {
        let spool = ScriptedSpool(delivered)
        let system = system(spool)
        for name in ["a", "b", "c"] { system.tracer.startSpan(name, context: .topLevel).end() }
        #expect(await system.flush(within: longWait) == FlushResult(outcome: .ok))
        #expect(spool.delivered.sorted() == ["a", "b", "c"])
        #expect(spool.started == ["a in TelemetryTests", "b in TelemetryTests", "c in TelemetryTests"])
        let metrics = system.collectMetrics()
        #expect(metrics.value("otel.sdk.exporter.span.exported", exporter()) == .int(3))
        #expect(metrics.value("otel.sdk.processor.span.processed", processor()) == .int(3))
        #expect(metrics.value("otel.sdk.processor.span.queue.capacity", processor()) == .int(77))
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(spool.hasEnded)
    }

    @Test func fullBatchIsExportedWithoutAFlush() async throws {
        let spool = ScriptedSpool(delivered)
        let system = system(spool)
        for name in ["a", "b", "c"] { system.tracer.startSpan(name, context: .topLevel).end() }
        try await eventually { spool.delivered.count == 2 }
        _ = await system.shutdown(within: longWait)
        #expect(spool.delivered.count == 3)
    }

    @Test func flushEndsARetryPauseAndSpansAreCountedOnce() async throws {
        let spool = ScriptedSpool(postponed, postponed, delivered)
        let system = system(spool)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        try await eventually { spool.attempts.count == 1 }
        try await eventually {
            _ = await system.flush(within: .milliseconds(5))
            return spool.attempts.count >= 3
        }
        #expect(await system.flush(within: longWait).outcome == .ok)
        #expect(spool.attempts == [1, 2, 3])
        let metrics = system.collectMetrics()
        #expect(metrics.value("otel.sdk.exporter.span.exported", exporter()) == .int(2))
        #expect(metrics.value("otel.sdk.exporter.span.exported", exporter("503")) == nil)
        #expect(metrics.value("otel.sdk.processor.span.processed", processor()) == .int(2))
        let failed = exporter("503").merging(["http.response.status_code": "503"]) { $1 }
        guard case .histogram(2, _, _, _, _)? = metrics.value("otel.sdk.exporter.operation.duration", failed) else {
            Issue.record("attempts that failed are not timed")
            return
        }
        _ = await system.shutdown(within: longWait)
    }

    @Test func flushDoesNotShortenARetryAfter() async throws {
        let spool = ScriptedSpool(demanded, delivered)
        let system = system(spool)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        try await eventually { spool.attempts.count == 1 }
        for _ in 0..<3 { #expect(await system.flush(within: .milliseconds(5)).outcome == .timedOut) }
        #expect(spool.attempts == [1])
        _ = await system.shutdown(within: .milliseconds(5))
    }

    @Test func rejectedSpansAreNotRetriedAndAreCounted() async {
        let spool = ScriptedSpool(
            .refused(errorType: "400", message: "bad"), .delivered(rejected: 1, message: "one too old"))
        let system = system(spool)
        for name in ["a", "b", "c", "d"] { system.tracer.startSpan(name, context: .topLevel).end() }
        let result = await system.flush(within: longWait)
        #expect(
            result.outcome == .failed && result.lost.spans == 3 && result.message == "bad", "most were lost for that")
        #expect(result.problems.map(\.reason) == ["bad", "one too old"])
        let metrics = system.collectMetrics()
        #expect(metrics.value("otel.sdk.exporter.span.exported", exporter("400")) == .int(2))
        #expect(metrics.value("otel.sdk.exporter.span.exported", exporter("rejected")) == .int(1))
        #expect(metrics.value("otel.sdk.exporter.span.exported", exporter()) == .int(1))
        _ = await system.shutdown(within: longWait)
    }

    @Test func shutdownReportsKeptSpansAndCountsLostOnes() async {
        let spool = ScriptedSpool(postponed, remainder: SpoolRemainder(kept: 5, location: "/spool/x", lost: 2))
        let system = system(spool)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        let result = await system.shutdown(within: .milliseconds(5))
        #expect(result.outcome == .timedOut)
        #expect(result.keptSpans == 5 && result.keptAt == "/spool/x")
        #expect(result.lost.spans == 2)
        #expect(system.collectMetrics().value("otel.sdk.processor.span.processed", processor("timeout")) == .int(2))
        system.tracer.startSpan("late", context: .topLevel).end()
        #expect(
            system.collectMetrics().value("otel.sdk.processor.span.processed", processor("already_shutdown")) == .int(1)
        )
    }

    @Test func shutdownDoesNotWaitForAnUnreachableReceiverWhenAllSpansAreKept() async throws {
        let location = ExportDestination(host: "collector", port: 4318)
        let spool = ScriptedSpool(unreachable, remainder: SpoolRemainder(kept: 5, location: "/spool/x"))
        let others = HangingExporter()
        let system = system(spool, destination: location, others: others)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        try await eventually { spool.attempts.count == 1 }
        #expect(await system.flush(within: .milliseconds(5)).outcome == .timedOut, "it may come back before the end")
        Logger(label: "test") { system.logHandler(label: $0) }.critical("lost")
        let result = await system.shutdown(within: longWait)
        #expect(result.outcome == .kept && result.message == "nobody listens")
        #expect(result.keptSpans == 5 && result.keptAt == "/spool/x" && result.lost.spans == 0)
        #expect(
            result.lost.logs == 1 && result.lost.points > 0, "they went to the same receiver, and nothing keeps them")
        others.release()
    }

    @Test func shutdownWaitsForAnUnreachableReceiverWhenSpansWouldBeLost() async throws {
        let spool = ScriptedSpool(unreachable, remainder: SpoolRemainder(kept: 5, location: "/spool/x", lost: 1))
        let system = system(spool)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        try await eventually { spool.attempts.count == 1 }
        #expect(await system.shutdown(within: .milliseconds(50)).outcome == .timedOut)
    }

    @Test func shutdownWaitsForAReachableReceiverEvenWhenAllSpansAreKept() async throws {
        let spool = ScriptedSpool(postponed, remainder: SpoolRemainder(kept: 5, location: "/spool/x"))
        let system = system(spool)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        try await eventually { spool.attempts.count == 1 }
        #expect(await system.shutdown(within: .milliseconds(50)).outcome == .timedOut)
    }

    @Test func operationDurationHasTheHTTPStatusOnly() async {
        let spool = ScriptedSpool(
            .delivered(rejected: 0, message: "", httpStatus: 202), .refused(errorType: "400", message: "bad"),
            .refused(errorType: "999", message: "odd"), .refused(errorType: "tls_error", message: "no trust"), delivered
        )
        let system = system(spool)
        for _ in 0..<5 {
            for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
            _ = await system.flush(within: longWait)
        }
        let points = system.collectMetrics()["otel.sdk.exporter.operation.duration"]?.points ?? []
        let seen = points.map { point in
            ["error.type", "http.response.status_code"].map { key in
                point.attributes.first { $0.key == key }?.value.text ?? ""
            }
        }
        #expect(Set(seen) == [["", "202"], ["400", "400"], ["999", ""], ["tls_error", ""], ["", ""]])
        #expect(seen.count == 5)
        _ = await system.shutdown(within: longWait)
    }

    @Test func evictedSpansAreCountedAndWarnedAboutOnce() async {
        var opening = SpoolOpening()
        opening.evicted = 10
        opening.damaged = 3
        let warnings = Lines()
        let spool = ScriptedSpool(delivered, opening: opening, admission: .stored(isBatchReady: false, evicted: 4))
        let system = system(spool, warnings: warnings)
        for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
        let metrics = system.collectMetrics()
        #expect(metrics.value("otel.sdk.processor.span.processed", processor("queue_full")) == .int(18))
        #expect(metrics.value("otel.sdk.processor.span.processed", processor("spool_damaged")) == .int(3))
        #expect(warnings.all.count == 1)
        // Losses before the flush do not make it a failed one.
        #expect(await system.flush(within: longWait).outcome == .ok)
        _ = await system.shutdown(within: longWait)
    }

    @Test func releasedSystemEndsTheTasksOfItsSpool() async throws {
        weak var seen: ScriptedSpool?
        do {
            let spool = ScriptedSpool(postponed)
            seen = spool
            let system = system(spool)
            for name in ["a", "b"] { system.tracer.startSpan(name, context: .topLevel).end() }
            try await eventually { spool.attempts.count == 1 }
            withExtendedLifetime(system) {}
        }
        try await eventually { seen == nil }
    }
}
