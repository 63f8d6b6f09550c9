import Metrics
import Telemetry
import TelemetryCatalog
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct MetricTests {
    @Test func valuesOfAttributesAreCutAtTheirLimit() {
        let (system, _) = recordingSystem()
        let factory = system.metricsFactory
        let long = String(repeating: "ü", count: 1_024)
        for end in ["", "x", "y"] {
            Counter(label: "hits", dimensions: [("a", long + end)], factory: factory).increment()
        }
        let metrics = system.collectMetrics()
        #expect(metrics.value("hits", ["a": long]) == .int(1))
        #expect(metrics.value("hits", ["a": "\(long)…"]) == .int(2))
    }

    @Test func countsAreExactUnderConcurrency() async throws {
        let (system, exporter) = recordingSystem()
        let factory = system.metricsFactory
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    // Each worker binds the same series again, as separate agents would.
                    let counter = Counter(label: "hits", dimensions: [("a", "1"), ("b", "2")], factory: factory)
                    let cost = FloatingPointCounter(label: Instruments.cost.name, factory: factory)
                    let level = Meter(label: Instruments.agentActive.name, factory: factory)
                    let recorder = Recorder(label: Instruments.agentDuration.name, factory: factory)
                    for index in 0..<20_000 {
                        counter.increment()
                        cost.increment(by: 0.25)
                        level.increment()
                        recorder.record(Double(index % 512) / 4)
                        if index % 2 == worker % 2 { level.decrement() }
                    }
                }
            }
            // Reading meanwhile must not disturb.
            group.addTask { for _ in 0..<50 { _ = system.collectMetrics() } }
        }
        _ = await system.shutdown(within: longWait)
        for metrics in [system.collectMetrics(), try #require(exporter.metricCollections.last)] {
            #expect(metrics.value("hits", ["a": "1", "b": "2"]) == .int(160_000))
            #expect(metrics.value(Instruments.cost.name) == .double(40_000))
            #expect(metrics.value(Instruments.agentActive.name) == .int(80_000))
            guard
                case .histogram(let count, let sum, let min, let max, let buckets) =
                    metrics.value(Instruments.agentDuration.name)
            else {
                Issue.record("no histogram")
                return
            }
            #expect(count == 160_000)
            #expect(buckets.reduce(0, +) == 160_000)
            #expect(min == 0 && max == 127.75)
            let expected = (0..<20_000).reduce(0.0) { $0 + Double($1 % 512) / 4 } * 8
            #expect(sum == expected)
        }
    }

    @Test func seriesExistsBeforeItsFirstMeasurement() {
        let factory = recordingSystem().system
        _ = Counter(label: "never", dimensions: [("outcome", "failed")], factory: factory.metricsFactory)
        _ = FloatingPointCounter(label: "never.cost", factory: factory.metricsFactory)
        _ = Timer(label: "never.duration", factory: factory.metricsFactory)
        _ = Meter(label: Instruments.agentActive.name, factory: factory.metricsFactory)
        _ = Meter(label: "never.level", factory: factory.metricsFactory)
        let metrics = factory.collectMetrics()
        #expect(metrics.value("never", ["outcome": "failed"]) == .int(0))
        #expect(metrics.value("never.cost") == .double(0))
        #expect(metrics.value(Instruments.agentActive.name) == .int(0))
        guard case .histogram(count: 0, sum: 0, min: 0, max: 0, _) = metrics.value("never.duration") else {
            Issue.record("an empty histogram was expected")
            return
        }
        // A gauge has no value before it is set.
        #expect(metrics["never.level"] == nil)
    }

    @Test func catalogDefinesKindUnitAndBoundsOfAnInstrument() throws {
        let system = recordingSystem().system
        let factory = system.metricsFactory
        Timer(label: Instruments.queueDuration.name, factory: factory).recordNanoseconds(81_920_000_000)
        Timer(label: "unknown.duration", factory: factory).recordMilliseconds(30)
        Recorder(label: "unknown.size", factory: factory).record(30)
        Gauge(label: Instruments.attemptOldestAge.name, factory: factory).record(1.5)
        Meter(label: Instruments.queueSize.name, factory: factory).set(3)
        let metrics = system.collectMetrics()
        let queue = try #require(metrics[Instruments.queueDuration.name])
        #expect(queue.kind == .histogram(bounds: BucketBounds.queue))
        #expect(queue.unit == "s" && queue.description == Instruments.queueDuration.description)
        #expect(queue.scope == InstrumentationScope(name: "coordinator", version: "1.2.3"))
        if case .histogram(_, let sum, _, _, let buckets) = queue.points[0].value {
            #expect(sum == 81.92)
            #expect(buckets.last == 1)
        }
        #expect(metrics["unknown.duration"]?.unit == "s")
        if case .histogram(let bounds)? = metrics["unknown.size"]?.kind { #expect(bounds.last == 10000) }
        #expect(metrics[Instruments.attemptOldestAge.name]?.kind == .gauge)
        #expect(metrics.value(Instruments.attemptOldestAge.name) == .double(1.5))
        #expect(metrics[Instruments.queueSize.name]?.kind == .sum(monotonic: false))
        #expect(metrics.value(Instruments.queueSize.name) == .int(3))
    }

    @Test func sumsStopAtTheLargestNumber() {
        let system = recordingSystem().system
        let counter = Counter(label: "many", factory: system.metricsFactory)
        let cost = FloatingPointCounter(label: Instruments.cost.name, factory: system.metricsFactory)
        let recorder = Recorder(label: Instruments.agentDuration.name, factory: system.metricsFactory)
        for _ in 0..<3 {
            counter.increment(by: Int64.max)
            cost.increment(by: 1e308)
            recorder.record(1e308)
        }
        let metrics = system.collectMetrics()
        #expect(metrics.value("many") == .int(.max))
        #expect(metrics.value(Instruments.cost.name) == .double(.greatestFiniteMagnitude))
        guard case .histogram(3, let sum, _, _, _) = metrics.value(Instruments.agentDuration.name) else {
            Issue.record("no histogram")
            return
        }
        #expect(sum == .greatestFiniteMagnitude)
    }

    @Test func valueOnABoundCountsInTheLowerBucket() {
        let system = recordingSystem().system
        let recorder = Recorder(label: Instruments.agentDuration.name, factory: system.metricsFactory)
        for bound in BucketBounds.invocation { recorder.record(bound) }
        for bad in [Double.nan, .infinity, -.infinity] { recorder.record(bad) }
        guard
            case .histogram(let count, _, _, _, let buckets) = system.collectMetrics().value(
                Instruments.agentDuration.name)
        else {
            Issue.record("no histogram")
            return
        }
        #expect(count == 17)
        #expect(buckets == [UInt64](repeating: 1, count: 17) + [0])
    }

    @Test func counterAndFloatingPointCounterOfOneNameAreOneSum() {
        let system = recordingSystem().system
        Counter(label: "both", factory: system.metricsFactory).increment(by: 2)
        FloatingPointCounter(label: "both", factory: system.metricsFactory).increment(by: 0.5)
        Counter(label: "both", factory: system.metricsFactory).increment(by: -5)
        #expect(system.collectMetrics().value("both") == .double(2.5))
    }

    @Test func seriesBeyondTheLimitGoToTheOverflowPoint() throws {
        let system = recordingSystem().system
        for index in 0..<5000 {
            Counter(label: "wide", dimensions: [("id", "\(index)")], factory: system.metricsFactory).increment()
        }
        let points = try #require(system.collectMetrics()["wide"]).points
        #expect(points.count == 2000)
        let overflow = points.filter { $0.attributes == [Attribute("otel.metric.overflow", .bool(true))] }
        #expect(overflow.map(\.value) == [.int(3001)])
        let total = points.reduce(Int64(0)) { sum, point in
            if case .int(let value) = point.value { sum + value } else { sum }
        }
        #expect(total == 5000)
    }

    @Test func dimensionOrderDoesNotMatter() {
        let system = recordingSystem().system
        Counter(label: "c", dimensions: [("b", "2"), ("a", "1")], factory: system.metricsFactory).increment()
        Counter(label: "c", dimensions: [("a", "0"), ("a", "1"), ("b", "2")], factory: system.metricsFactory)
            .increment()
        #expect(system.collectMetrics()["c"]?.points.count == 1)
        #expect(system.collectMetrics().value("c", ["a": "1", "b": "2"]) == .int(2))
    }

    @Test func exemplarsReferenceTheActiveSpan() throws {
        let system = recordingSystem().system
        let counter = Counter(label: "c", factory: system.metricsFactory)
        let recorder = Recorder(label: Instruments.agentDuration.name, factory: system.metricsFactory)
        recorder.record(0.3)
        let span = system.tracer.withSpan("measured") { span in
            counter.increment(by: 3)
            recorder.record(0.3)
            recorder.record(0.3)
            recorder.record(100)
            return span.spanContext
        }
        let metrics = system.collectMetrics()
        let counted = try #require(metrics["c"]?.points.first?.exemplars)
        #expect(counted.map(\.value) == [3])
        #expect(counted.map(\.traceID) == [span.traceID])
        let recorded = try #require(metrics[Instruments.agentDuration.name]?.points.first?.exemplars)
        #expect(recorded.map(\.value) == [0.3, 100])
        #expect(recorded.allSatisfy { $0.spanID == span.spanID && $0.time > 0 })
    }

    @Test func unsampledSpansAndTheFilterGiveNoExemplars() {
        let unsampled = recordingSystem { $0.sampler = .alwaysOff }.system
        let filtered = recordingSystem { $0.exemplarFilter = .alwaysOff }.system
        for system in [unsampled, filtered] {
            let counter = Counter(label: "c", factory: system.metricsFactory)
            system.tracer.withSpan("measured") { _ in counter.increment() }
            #expect(system.collectMetrics()["c"]?.points.first?.exemplars == [])
        }
    }

    @Test func selfMetricsCountSpansByOriginAndSamplingResult() async {
        let (system, _) = recordingSystem()
        let open = system.tracer.startSpan("open", context: .topLevel)
        system.tracer.startSpan("child", context: open.context).end()
        let metrics = system.collectMetrics()
        let recorded = ["otel.span.sampling_result": "RECORD_AND_SAMPLE"]
        #expect(metrics.value("otel.sdk.span.started", recorded.adding("otel.span.parent.origin", "none")) == .int(1))
        #expect(metrics.value("otel.sdk.span.started", recorded.adding("otel.span.parent.origin", "local")) == .int(1))
        #expect(metrics.value("otel.sdk.span.started", recorded.adding("otel.span.parent.origin", "remote")) == .int(0))
        #expect(metrics.value("otel.sdk.span.live", recorded) == .int(1))
        let known = Set(SDKInstruments.all.map(\.name))
        #expect(metrics.map(\.name).filter { $0.hasPrefix("otel.sdk.") }.allSatisfy(known.contains))
        open.end()
        _ = await system.shutdown(within: longWait)
    }
}

extension [String: String] {
    func adding(_ key: String, _ value: String) -> Self { merging([key: value]) { $1 } }
}
