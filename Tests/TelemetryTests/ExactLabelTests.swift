import Metrics
import Telemetry
import Testing

@Suite struct ExactLabels {
    @Test func seriesWhoseLabelsAreCanonicallyEquivalentAreTwo() {
        let system = recordingSystem().system
        for (value, count) in [("caf\u{E9}", 1), ("cafe\u{301}", 2)] {
            Counter(label: "hits", dimensions: [("name", value)], factory: system.metricsFactory).increment(by: count)
            Counter(label: "keys", dimensions: [(value, "x")], factory: system.metricsFactory).increment(by: count)
        }
        let metrics = system.collectMetrics()
        for name in ["hits", "keys"] {
            let points = metrics.first { $0.name == name }?.points ?? []
            #expect(points.map(\.value) == [.int(2), .int(1)], "\(name): \(points)")
        }
    }

    @Test func attributesAreEqualWhenTheirBytesAre() {
        #expect(Attribute("\u{E9}", .int(1)) != Attribute("e\u{301}", .int(1)))
        #expect(AttributeValue.array([.string("\u{E9}")]) != .array([.string("e\u{301}")]))
        #expect(Set([AttributeValue.string("\u{E9}"), .string("e\u{301}"), .string("\u{E9}")]).count == 2)
    }
}
