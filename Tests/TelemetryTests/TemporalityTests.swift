import Metrics
import Telemetry
import TelemetryCatalog
import Testing

@Suite(.timeLimit(.minutes(10))) struct TemporalityTests {
    func points(_ collections: [[MetricRecord]], _ name: String) -> [MetricPoint.Value] {
        collections.compactMap { $0[name]?.points.first?.value }
    }

    @Test func cumulativeExportsGrow() async {
        let (system, exporter) = recordingSystem()
        let counter = Counter(label: "c", factory: system.metricsFactory)
        for amount in [1, 2] {
            counter.increment(by: amount)
            _ = await system.flush(within: longWait)
        }
        _ = await system.shutdown(within: longWait)
        #expect(points(exporter.metricCollections, "c") == [.int(1), .int(3), .int(3)])
        #expect(exporter.metricCollections.allSatisfy { $0["c"]?.temporality == .cumulative })
    }

    /// A sum that has stopped grows by nothing.
    @Test func deltasOfSumsThatStoppedAreZero() async {
        let (system, exporter) = recordingSystem { $0.temporality = .delta }
        let counter = Counter(label: "c", factory: system.metricsFactory)
        let cost = FloatingPointCounter(label: "d", factory: system.metricsFactory)
        for _ in 0..<3 {
            counter.increment(by: Int64.max)
            cost.increment(by: 1e308)
            _ = await system.flush(within: longWait)
        }
        _ = await system.shutdown(within: longWait)
        #expect(points(exporter.metricCollections, "c") == [.int(.max)])
        #expect(points(exporter.metricCollections, "d").count == 2)
    }

    @Test func deltasSumToTheTotalAndTheSnapshotStaysCumulative() async throws {
        let (system, exporter) = recordingSystem { $0.temporality = .delta }
        let counter = Counter(label: "c", factory: system.metricsFactory)
        let level = Meter(label: Instruments.agentActive.name, factory: system.metricsFactory)
        let recorder = Recorder(label: Instruments.agentDuration.name, factory: system.metricsFactory)
        _ = await system.flush(within: longWait)
        for step in 1...3 {
            counter.increment(by: step)
            level.increment()
            recorder.record(Double(step))
            _ = await system.flush(within: longWait)
            _ = system.collectMetrics()
        }
        // Nothing has changed since, so the last push has no point of them.
        _ = await system.shutdown(within: longWait)
        let collections = exporter.metricCollections
        #expect(points(collections, "c") == [.int(0), .int(1), .int(2), .int(3)])
        #expect(collections.last?["c"] == nil)
        #expect(collections.compactMap { $0["c"]?.temporality }.allSatisfy { $0 == .delta })
        #expect(points(collections, Instruments.agentActive.name).last == .int(3))
        #expect(collections.last?[Instruments.agentActive.name]?.temporality == .cumulative)
        let histograms = points(collections, Instruments.agentDuration.name)
        let expected: [(UInt64, Double, Double, Double)] = [(0, 0, 0, 0), (1, 1, 1, 1), (1, 2, 2, 2), (1, 3, 3, 3)]
        #expect(histograms.count == expected.count)
        for (value, (count, sum, min, max)) in zip(histograms, expected) {
            guard case .histogram(count, sum, min, max, let buckets) = value else {
                Issue.record("unexpected \(value)")
                continue
            }
            #expect(buckets.reduce(0, +) == count)
        }
        #expect(system.collectMetrics().value("c") == .int(6))
        // The intervals meet without gap or overlap.
        let times = collections.compactMap { $0["c"]?.points.first }
        for (earlier, later) in zip(times, times.dropFirst()) { #expect(later.startTime == earlier.time) }
    }

    @Test func concurrentDeltasAreNeitherLostNorDuplicated() async {
        let (system, exporter) = recordingSystem { $0.temporality = .delta }
        let counter = Counter(label: "c", factory: system.metricsFactory)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<20_000 { counter.increment() } } }
            group.addTask { for _ in 0..<10 { _ = await system.flush(within: longWait) } }
        }
        async let first = system.shutdown(within: longWait)
        async let second = system.shutdown(within: longWait)
        _ = await (first, second)
        let total = points(exporter.metricCollections, "c").reduce(Int64(0)) { sum, value in
            if case .int(let value) = value { sum + value } else { sum }
        }
        #expect(total == 80_000)
    }

    @Test func resetStartsANewSum() async {
        let (system, exporter) = recordingSystem { $0.temporality = .delta }
        let counter = Counter(label: "c", factory: system.metricsFactory)
        counter.increment(by: 5)
        _ = await system.flush(within: longWait)
        counter.reset()
        counter.increment(by: 2)
        _ = await system.shutdown(within: longWait)
        #expect(points(exporter.metricCollections, "c") == [.int(5), .int(2)])
        #expect(system.collectMetrics().value("c") == .int(2))
    }
}
