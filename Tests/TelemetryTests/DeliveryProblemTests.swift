import Logging
import Metrics
import Telemetry
import TestSupport
import Testing
import Tracing

/// What a flush or a shutdown says of records that did not arrive, and when it says it.
@Suite("Delivery problems", .timeLimit(.minutes(3))) struct DeliveryProblemTests {
    private func system(
        _ exporter: any SignalExporter, queue: Int = 2048, batch: Int = 1, announces: Bool = false,
        warnings: Lines = Lines()
    ) -> TelemetrySystem {
        var configuration = TelemetryConfiguration()
        configuration.spanBatch = BatchLimits(
            queueCapacity: queue, batchSize: batch, delay: .seconds(3600), exportTimeout: .seconds(600))
        configuration.logBatch = configuration.spanBatch
        configuration.metricInterval = .seconds(3600)
        configuration.concurrentExports = 1
        configuration.warnsOfLosses = announces
        return TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [exporter],
            warn: { warnings.append($0) })
    }

    private func span(_ system: TelemetrySystem) { system.tracer.startSpan("work", context: .topLevel).end() }

    private func log(_ system: TelemetrySystem) {
        Logger(label: "test") { system.logHandler(label: $0) }.error("said")
    }

    @Test func lossesBeforeTheLastFlushAreInItsResult() async {
        let system = system(ScriptedExporter(spans: .failed(errorType: "400", message: "m answered 400"), .delivered()))
        span(system)
        #expect(await system.flush(within: longWait).outcome == .failed)
        span(system)
        let ended = await system.shutdown(within: longWait)
        #expect(ended.outcome == .ok, "nothing was lost during the call")
        #expect(ended.problems.map(\.description) == ["1 span was lost: m answered 400"])
        #expect(ended.message == "m answered 400" && ended.lost.spans == 1)
    }

    @Test func eachCauseIsSaidOnceWithAllItsRecords() async {
        let system = system(
            ScriptedExporter(
                spans: .failed(errorType: "503", message: "m answered 503; given up after 3 attempts"),
                .delivered(rejected: 1, message: "m rejected them: older than 10 s"),
                .failed(errorType: "503", message: "m answered 503; given up after 7 attempts"),
                .delivered(rejected: 1, message: "m rejected them: older than 20 s"),
                .delivered(rejected: 1, message: "m rejected them: no such tenant"), .delivered()))
        for _ in 0..<5 {
            span(system)
            _ = await system.flush(within: longWait)
        }
        let ended = await system.shutdown(within: longWait)
        let said = ended.problems.filter { $0.records.spans > 0 }.map(\.description)
        #expect(
            said == [
                "2 spans were lost: m answered 503; given up after 3 attempts",
                "2 spans were lost: m rejected them: older than 10 s",
                "1 span was lost: m rejected them: no such tenant",
            ])
        #expect(ended.message.hasPrefix("m answered 503"), "the first of those with the most records")
    }

    @Test func signalsOfOneServerThatFailForOneCauseAreOneProblem() async {
        let refusing = ScriptedExporter(
            all: .failed(errorType: "401", message: "m answered 401"), destination: { _ in .init(host: "m", port: 1) })
        let system = system(refusing)
        Counter(label: "work.done", factory: system.metricsFactory).increment()
        span(system)
        log(system)
        let ended = await system.shutdown(within: longWait)
        #expect(ended.problems.count == 1 && ended.problems[0].records == ended.lost)
        #expect(ended.lost.spans == 1 && ended.lost.logs == 1 && ended.lost.points > 0)
        #expect(
            ended.problems.first?.description
                == "1 span, \(ended.lost.points) metric points and 1 log record were lost: m answered 401")
    }

    @Test func signalsOfSeveralServersAreAProblemEach() async {
        let refusing = ScriptedExporter(
            all: .failed(errorType: "401", message: "answered 401"),
            destination: { batch in
                switch batch {
                case .spans: .init(host: "spans", port: 1)
                case .metrics: .init(host: "metrics", port: 1)
                case .logs: .init(host: "logs", port: 1)
                }
            })
        let system = system(refusing)
        span(system)
        log(system)
        let ended = await system.shutdown(within: longWait)
        #expect(ended.problems.count == 3 && ended.problems.allSatisfy { $0.errorType == "401" })
    }

    @Test func successThatIsNoAnswerOfAReceiverIsSaidOnceAndCountsAsDelivered() async {
        let system = system(ScriptedExporter(all: .unacknowledged(message: "m answered with a page", httpStatus: 200)))
        span(system)
        _ = await system.flush(within: longWait)
        span(system)
        let ended = await system.shutdown(within: longWait)
        #expect(ended.outcome == .ok && ended.lost.total == 0 && ended.problems.count == 1)
        #expect(ended.problems[0].kind == .unacknowledged && ended.problems[0].records.spans == 2)
        #expect(ended.problems[0].description.hasPrefix("m answered with a page; sent there: 2 spans"))
        let exported = system.collectMetrics().value(
            "otel.sdk.exporter.span.exported",
            ["otel.component.type": "scripted_exporter", "otel.component.name": "scripted_exporter/0"])
        #expect(exported == .int(2))
    }

    @Test func warningsOfAReceiverAreSaidOnceWithoutALoss() async {
        let system = system(ScriptedExporter(all: .delivered(message: "m warns: slow down")))
        for _ in 0..<3 { span(system) }
        let ended = await system.shutdown(within: longWait)
        #expect(ended.outcome == .ok && ended.lost.total == 0)
        #expect(ended.problems.map(\.description) == ["m warns: slow down"])
    }

    @Test func nothingIsSaidWhenEverythingIsDelivered() async {
        let warnings = Lines()
        let system = system(ScriptedExporter(all: .delivered(httpStatus: 204)), announces: true, warnings: warnings)
        span(system)
        log(system)
        let ended = await system.shutdown(within: longWait)
        #expect(ended == FlushResult(outcome: .ok) && warnings.all.isEmpty)
    }

    /// The receiver is down all the time: what it said of the last attempt is the cause, not that time ran out.
    @Test func causeOfAnExportThatIsGivenUpIsItsLastFailedAttempt() async throws {
        let exporter = RetryingExporter(AttemptFailure(errorType: "503", message: "m answered 503"))
        let system = system(exporter)
        span(system)
        try await eventually { exporter.hasTried }
        let ended = await system.shutdown(within: .milliseconds(20))
        #expect(ended.outcome == .timedOut && ended.lost.spans == 1)
        let problem = try #require(ended.problems.first { $0.records.spans > 0 })
        #expect(problem.records.spans == 1 && problem.reason == "m answered 503")
        // The metrics of the last collection may be among what is lost, or not be under way by then.
        #expect(problem.description.hasSuffix("lost (not everything was taken within 0.02 s): m answered 503"))
        exporter.release()
    }

    @Test func receiverThatDoesNotAnswerUntilTheEndIsNamed() async {
        let exporter = HangingExporter()
        let system = system(exporter)
        span(system)
        let ended = await system.shutdown(within: .milliseconds(20))
        #expect(ended.problems.first?.reason == "no answer from the receiver; is it overloaded?")
        exporter.release()
    }

    /// Spans of two modules are taken from the queue together, and sent one after the other.
    @Test func whatWasTakenTogetherIsLostTogether() async throws {
        let exporter = RetryingExporter(AttemptFailure(errorType: "503", message: "m answered 503"))
        let system = system(exporter, batch: 2)
        for file in ["First/A.swift", "Second/B.swift"] {
            system.tracer.startSpan(
                "work", context: .topLevel, ofKind: .internal, at: DefaultTracerClock.now, function: "f", file: file,
                line: 1
            ).end()
        }
        try await eventually { exporter.hasTried }
        #expect(await system.shutdown(within: .milliseconds(20)).lost.spans == 2)
        exporter.release()
    }

    /// An export that ends after it was given up is not counted a second time.
    @Test func lossIsCountedOnceHoweverItsExportEnds() async throws {
        let exporter = RetryingExporter(AttemptFailure(errorType: "503", message: "m answered 503"))
        let system = system(exporter)
        span(system)
        try await eventually { exporter.hasTried }
        let lost = await system.shutdown(within: .milliseconds(20)).lost.spans
        exporter.release()
        try await eventually { exporter.hasEnded }
        #expect(await system.flush(within: longWait).lost.spans == lost && lost == 1)
    }

    @Test func causesAreAnnouncedWhenTheyFirstOccurAndOnlyThen() async {
        let warnings = Lines()
        let system = system(
            ScriptedExporter(spans: .failed(errorType: "503", message: "m answered 503")), announces: true,
            warnings: warnings)
        for _ in 0..<3 {
            span(system)
            _ = await system.flush(within: longWait)
        }
        let spans = warnings.all.filter { $0.contains("spans are being lost: m answered 503") }
        #expect(spans.count == 1 && spans[0].hasPrefix("telemetry: "), "\(warnings.all)")
        let before = warnings.all.count
        span(system)
        let ended = await system.shutdown(within: longWait)
        #expect(warnings.all.count == before, "the result of a shutdown says everything")
        #expect(ended.problems.first?.records.spans == 4)
    }

    @Test func severalThousandCausesAreBoundedAndEveryLossIsCounted() async {
        let system = system(ScriptedExporter(numbered: 100))
        for _ in 0..<100 { span(system) }
        _ = await system.flush(within: longWait)
        let ended = await system.shutdown(within: longWait)
        #expect(ended.problems.count <= 33, "\(ended.problems.count)")
        #expect(ended.problems.last?.description.contains("more than 32") == true)
        #expect(ended.problems.reduce(0) { $0 + $1.records.spans } == 100 && ended.lost.spans == 100)
    }

    @Test func descriptionIsOneShortLine() async {
        let system = system(
            ScriptedExporter(
                spans: .failed(
                    errorType: "400", message: "\u{1B}[2Jgone\n\u{202E}" + String(repeating: "x", count: 5_000))))
        span(system)
        let text = await system.shutdown(within: longWait).problems.first?.description ?? ""
        #expect(text.count <= DeliveryProblem.maximumLength + 1)
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }
}
