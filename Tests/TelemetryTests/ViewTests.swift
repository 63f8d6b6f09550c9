import Metrics
import Telemetry
import TelemetryCatalog
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct ViewTests {
    /// A system with these views, and what it warned of.
    private func system(_ views: [MetricView]) -> (system: TelemetrySystem, warnings: Lines) {
        let warnings = Lines()
        var configuration = TelemetryConfiguration()
        configuration.views = views
        configuration.metricInterval = .seconds(3600)
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [],
            warn: { warnings.append($0) })
        return (system, warnings)
    }

    @Test(arguments: [
        ("http.requests", true), ("http.*", true), ("*", true), ("*requests", true), ("h*p.*sts", true),
        ("http?requests", true), ("http.requests*", true), ("?*?", true), ("**", true), ("h*q*s", true),
        ("http", false), ("http.", false), ("*.request", false), ("HTTP.*", false), ("http.requests?", false),
        ("", false), ("*x*", false), ("requests", false),
    ])
    func wildcardsSelectInstrumentNames(pattern: String, isSelected: Bool) {
        let (system, _) = system([MetricView(name: pattern, description: "selected")])
        Counter(label: "http.requests", factory: system.metricsFactory).increment()
        #expect((system.collectMetrics()["http.requests"]?.description == "selected") == isSelected)
    }

    @Test func patternWithManyStarsMatchesQuickly() {
        let (system, _) = system([MetricView(name: String(repeating: "*a", count: 200) + "b", aggregation: .drop)])
        let name = String(repeating: "a", count: 2_000)
        Counter(label: name, factory: system.metricsFactory).increment()
        #expect(system.collectMetrics().value(name) == .int(1))
    }

    @Test func kindUnitAndScopeSelectTogether() {
        let views = [
            MetricView(kind: .upDownCounter, description: "up and down"),
            MetricView(kind: .gauge, description: "last value"),
            MetricView(kind: .histogram, unit: "s", description: "seconds"),
            MetricView(kind: .counter, scopeName: "Telemetry", description: "own"),
            MetricView(kind: .counter, scopeName: "coordinator", scopeVersion: "", description: "counted"),
            MetricView(name: "*", unit: "parsec", description: "never"),
        ]
        let system = system(views).system
        let factory = system.metricsFactory
        Meter(label: Instruments.queueSize.name, factory: factory).set(1)
        Meter(label: "level", factory: factory).set(1)
        Gauge(label: "flat", factory: factory).record(1)
        Timer(label: "time", factory: factory).recordSeconds(1)
        Recorder(label: "size", factory: factory).record(1)
        Counter(label: "count", factory: factory).increment()
        FloatingPointCounter(label: "cost", factory: factory).increment()
        let metrics = system.collectMetrics()
        let expected = [
            Instruments.queueSize.name: "up and down", "level": "last value", "flat": "last value", "time": "seconds",
            "size": "", "count": "counted", "cost": "counted", SDKInstruments.logCreated.name: "own",
            SDKInstruments.spanLive.name: "up and down", SDKInstruments.readerCollectionDuration.name: "seconds",
        ]
        for (name, description) in expected { #expect(metrics[name]?.description == description, "\(name)") }
    }

    @Test func viewRenamesAndDescribesAMetric() throws {
        let system = system([MetricView(name: "old", rename: "new", description: "better")]).system
        Counter(label: "old", dimensions: [("a", "1")], factory: system.metricsFactory).increment(by: 2)
        let metrics = system.collectMetrics()
        #expect(metrics["old"] == nil)
        let new = try #require(metrics["new"])
        #expect(new.description == "better" && new.kind == .sum(monotonic: true))
        #expect(metrics.value("new", ["a": "1"]) == .int(2))
    }

    @Test func seriesThatDifferOnlyInRemovedAttributesAreMerged() async throws {
        let only = system([MetricView(name: "c", attributes: .only(["a"]))]).system
        let except = system([MetricView(name: "c", attributes: .except(["b", "d"]))]).system
        for system in [only, except] {
            for (a, b) in [("1", "x"), ("1", "y"), ("2", "x")] {
                Counter(label: "c", dimensions: [("b", b), ("a", a)], factory: system.metricsFactory)
                    .increment(by: 10)
            }
            let metrics = system.collectMetrics()
            #expect(metrics["c"]?.points.count == 2)
            #expect(metrics.value("c", ["a": "1"]) == .int(20))
            #expect(metrics.value("c", ["a": "2"]) == .int(10))
        }
    }

    @Test func viewAggregationReplacesTheDefault() throws {
        let system = system([
            MetricView(name: "time", aggregation: .histogram(bounds: [1, 2])),
            MetricView(name: "size", aggregation: .sum), MetricView(name: "wait", aggregation: .sum),
            MetricView(name: "spent", aggregation: .histogram(bounds: [])),
            MetricView(name: "burst", aggregation: .histogram(bounds: [5])),
            MetricView(name: "last*", aggregation: .lastValue),
        ]).system
        let factory = system.metricsFactory
        let time = Timer(label: "time", factory: factory)
        for seconds in [0.5, 1.5, 1.75, 9] { time.recordNanoseconds(Int64(seconds * 1e9)) }
        let size = Recorder(label: "size", factory: factory)
        size.record(3)
        size.record(0.5)
        Timer(label: "wait", factory: factory).recordMilliseconds(1_500)
        FloatingPointCounter(label: "spent", factory: factory).increment(by: 2.5)
        let burst = Counter(label: "burst", factory: factory)
        burst.increment(by: 7)
        burst.increment(by: 5)
        let count = Counter(label: "last.count", factory: factory)
        count.increment(by: 7)
        count.increment(by: 3)
        Timer(label: "last.time", factory: factory).recordMilliseconds(250)
        Recorder(label: "last.size", factory: factory).record(2)
        let metrics = system.collectMetrics()
        #expect(metrics["time"]?.kind == .histogram(bounds: [1, 2]))
        #expect(metrics.value("time") == .histogram(count: 4, sum: 12.75, min: 0.5, max: 9, buckets: [1, 2, 1]))
        #expect(metrics["size"]?.kind == .sum(monotonic: true))
        #expect(metrics.value("size") == .double(3.5))
        #expect(metrics.value("wait") == .double(1.5) && metrics["wait"]?.unit == "s")
        #expect(metrics.value("spent") == .histogram(count: 1, sum: 2.5, min: 2.5, max: 2.5, buckets: [1]))
        #expect(metrics.value("burst") == .histogram(count: 2, sum: 12, min: 5, max: 7, buckets: [1, 1]))
        #expect(metrics["last.count"]?.kind == .gauge)
        #expect(metrics.value("last.count") == .double(3))
        #expect(metrics.value("last.time") == .double(0.25))
        #expect(metrics.value("last.size") == .double(2))
    }

    @Test func droppedInstrumentsRecordNothingWithoutWarnings() {
        let (system, warnings) = system([
            MetricView(name: "noise.*", aggregation: .drop), MetricView(name: "otel.sdk.*", aggregation: .drop),
        ])
        let factory = system.metricsFactory
        Counter(label: "noise.a", factory: factory).increment()
        Meter(label: "noise.b", factory: factory).set(1)
        Timer(label: "noise.c", factory: factory).recordSeconds(1)
        Gauge(label: "noise.d", factory: factory).record(1)
        FloatingPointCounter(label: "noise.e", factory: factory).increment(by: 0.5)
        Counter(label: "signal", factory: factory).increment()
        system.tracer.startSpan("span", context: .topLevel).end()
        #expect(system.collectMetrics().map(\.name) == ["signal"])
        #expect(warnings.all == [])
    }

    @Test func everyMatchingViewMakesAMetric() {
        let (system, warnings) = system([
            MetricView(name: "time", rename: "time.by_agent", attributes: .only(["agent"])),
            MetricView(name: "time", rename: "time.total", attributes: .only([]), aggregation: .sum),
            MetricView(name: "level", rename: "level.copy"), MetricView(kind: .gauge),
        ])
        for agent in ["a", "b"] {
            Timer(label: "time", dimensions: [("agent", agent), ("x", "y")], factory: system.metricsFactory)
                .recordSeconds(2)
        }
        let level = Meter(label: "level", factory: system.metricsFactory)
        level.set(5)
        level.decrement(by: 2)
        let metrics = system.collectMetrics()
        #expect(metrics["time"] == nil)
        #expect(metrics["time.by_agent"]?.points.count == 2)
        #expect(metrics.value("time.total") == .double(4))
        #expect(metrics.value("level") == .double(3) && metrics.value("level.copy") == .double(3))
        #expect(warnings.all == [])
    }

    @Test func viewHasItsOwnCardinalityLimit() throws {
        let system = system([MetricView(name: "narrow", cardinalityLimit: 3)]).system
        for name in ["narrow", "wide"] {
            for index in 0..<10 {
                Counter(label: name, dimensions: [("id", "\(index)")], factory: system.metricsFactory).increment()
            }
        }
        let metrics = system.collectMetrics()
        #expect(metrics["narrow"]?.points.count == 3)
        #expect(metrics.value("narrow", ["otel.metric.overflow": "true"]) == .int(8))
        #expect(metrics["wide"]?.points.count == 10)
    }

    @Test(arguments: [
        MetricView(name: "c*", rename: "new"), MetricView(rename: "new"), MetricView(name: "c", rename: ""),
        MetricView(name: "c", aggregation: .histogram(bounds: [2, 1])),
        MetricView(name: "c", aggregation: .histogram(bounds: [1, 1])),
        MetricView(name: "c", aggregation: .histogram(bounds: [1, .infinity])),
    ])
    func invalidViewIsReportedOnceAndIgnored(view: MetricView) {
        let (system, warnings) = system([view])
        Counter(label: "c", factory: system.metricsFactory).increment()
        #expect(system.collectMetrics().value("c") == .int(1))
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("is not applied: ") == true)
    }

    @Test func incompatibleAggregationKeepsTheDefaultWithAWarning() {
        let (system, warnings) = system([
            MetricView(name: "level", aggregation: .sum),
            MetricView(name: "level.two", aggregation: .histogram(bounds: [1])),
        ])
        for name in ["level", "level.two"] {
            for _ in 0..<3 { Meter(label: name, factory: system.metricsFactory).set(4) }
        }
        let metrics = system.collectMetrics()
        #expect(metrics["level"]?.kind == .gauge && metrics["level.two"]?.kind == .gauge)
        #expect(warnings.all.count == 2)
        #expect(warnings.all.allSatisfy { $0.contains("does not fit level") })
    }

    @Test func viewCannotGiveTwoMetricsOneName() {
        let (system, warnings) = system([MetricView(name: "a", rename: "b")])
        Timer(label: "b", factory: system.metricsFactory).recordSeconds(1)
        for _ in 0..<2 { Counter(label: "a", factory: system.metricsFactory).increment() }
        let metrics = system.collectMetrics()
        #expect(metrics.filter { $0.name == "b" }.count == 1)
        #expect(metrics["b"]?.unit == "s")
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("a view makes b of a") == true)
    }

    @Test func viewsApplyToDeltaExports() async throws {
        let exporter = RecordingExporter()
        var configuration = TelemetryConfiguration()
        configuration.views = [
            MetricView(name: "c", rename: "d", attributes: .only([])), MetricView(name: "otel.*", aggregation: .drop),
        ]
        configuration.temporality = .delta
        configuration.metricInterval = .seconds(3600)
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [exporter], warn: { _ in })
        let counters = ["x", "y"].map { Counter(label: "c", dimensions: [("k", $0)], factory: system.metricsFactory) }
        for counter in counters { counter.increment(by: 2) }
        _ = await system.flush(within: longWait)
        for counter in counters { counter.increment(by: 3) }
        _ = await system.shutdown(within: longWait)
        #expect(exporter.metricCollections.map { $0.map(\.name) } == [["d"], ["d"]])
        #expect(exporter.metricCollections.map { $0.value("d") } == [.int(4), .int(6)])
    }

    @Test func exemplarFilterSelectsTheMeasurements() throws {
        let system = recordingSystem { $0.exemplarFilter = .alwaysOn }.system
        Counter(label: "outside", factory: system.metricsFactory).increment(by: 3)
        let span = system.tracer.withSpan("measured") { span in
            Counter(label: "inside", factory: system.metricsFactory).increment(by: 4)
            return span.spanContext
        }
        let metrics = system.collectMetrics()
        let outside = try #require(metrics["outside"]?.points.first?.exemplars.first)
        #expect(outside.value == 3 && outside.traceID == nil && outside.spanID == nil)
        let inside = try #require(metrics["inside"]?.points.first?.exemplars.first)
        #expect(inside.value == 4 && inside.spanID == span.spanID)
    }
}
