import OTLPExporter
import Telemetry
import Testing

@Suite("Metrics on the wire, read by the official messages", .timeLimit(.minutes(10)))
struct MetricEncodingTests {
    private let exemplar = Exemplar(value: 0, time: 9, traceID: TraceID(high: 1, low: 2), spanID: SpanID(3))

    private func metric(
        _ kind: MetricRecord.Kind, _ temporality: MetricRecord.Temporality, _ values: MetricPoint.Value...
    ) -> MetricRecord {
        MetricRecord(
            name: "name", description: "what it counts", unit: "{run}", kind: kind, temporality: temporality,
            scope: anyScope,
            points: values.map {
                MetricPoint(
                    attributes: [Attribute("a", .string("b"))], startTime: 1, time: 2, value: $0, exemplars: [exemplar])
            })
    }

    private func decoded(_ metric: MetricRecord) async throws -> ExactJSON {
        let message = try await decodedOfficially(.metrics([metric]))
        let scope = message["resource_metrics"][0]["scope_metrics"][0]
        #expect(scope["scope"]["name"] == "scope")
        return scope["metrics"][0]
    }

    private var expectedExemplar: ExactJSON {
        .object([
            "as_double": .number(0), "time_unix_nano": "9", "trace_id": "00000000000000010000000000000002",
            "span_id": "0000000000000003",
        ])
    }

    private func expectedPoint(_ members: [String: ExactJSON]) -> ExactJSON {
        let common: [String: ExactJSON] = [
            "attributes": .array([expected(Attribute("a", .string("b")))]), "start_time_unix_nano": "1",
            "time_unix_nano": "2", "exemplars": .array([expectedExemplar]),
        ]
        return .object(common.merging(members) { $1 })
    }

    @Test func sumsKeepExtremesMonotonicityAndTemporality() async throws {
        let json = try await decoded(
            metric(.sum(monotonic: true), .cumulative, .int(0), .int(.min), .int(.max), .double(0), .double(0.1)))
        #expect(
            json
                == .object([
                    "name": "name", "description": "what it counts", "unit": "{run}",
                    "sum": .object([
                        "aggregation_temporality": "AGGREGATION_TEMPORALITY_CUMULATIVE", "is_monotonic": true,
                        "data_points": .array([
                            expectedPoint(["as_int": "0"]), expectedPoint(["as_int": "-9223372036854775808"]),
                            expectedPoint(["as_int": "9223372036854775807"]), expectedPoint(["as_double": .number(0)]),
                            expectedPoint(["as_double": .number(0.1)]),
                        ]),
                    ]),
                ]))
    }

    @Test func upDownCountersAreNotMonotonic() async throws {
        let json = try await decoded(metric(.sum(monotonic: false), .delta, .int(-3)))
        #expect(json["sum"]["is_monotonic"] == .null)
        #expect(json["sum"]["aggregation_temporality"] == "AGGREGATION_TEMPORALITY_DELTA")
    }

    @Test func gaugesHaveNoTemporality() async throws {
        let json = try await decoded(metric(.gauge, .cumulative, .double(2.5)))
        #expect(json["gauge"] == .object(["data_points": .array([expectedPoint(["as_double": .number(2.5)])])]))
    }

    @Test func histogramsKeepBoundsCountsAndZeroSums() async throws {
        let json = try await decoded(
            metric(
                .histogram(bounds: [0, 0.5, 10]), .delta,
                .histogram(count: 2, sum: 0, min: 0, max: 0, buckets: [2, 0, 0, 0]),
                .histogram(count: 0, sum: 0, min: .infinity, max: -.infinity, buckets: [0, 0, 0, 0])))
        let bounds = ExactJSON.array([.number(0), .number(0.5), .number(10)])
        #expect(
            json["histogram"]
                == .object([
                    "aggregation_temporality": "AGGREGATION_TEMPORALITY_DELTA",
                    "data_points": .array([
                        expectedPoint([
                            "count": "2", "sum": .number(0), "min": .number(0), "max": .number(0),
                            "bucket_counts": ["2", "0", "0", "0"], "explicit_bounds": bounds,
                        ]),
                        expectedPoint([
                            "sum": .number(0), "bucket_counts": ["0", "0", "0", "0"], "explicit_bounds": bounds,
                        ]),
                    ]),
                ]), "an empty histogram has a sum, but nothing smallest or largest")
    }

    @Test func metricsAreGroupedByScopeWithoutEmptyOnes() async throws {
        var other = anyMetric(points: 1)
        other.scope = InstrumentationScope(name: "other")
        let message = try await decodedOfficially(
            .metrics([anyMetric(points: 1), other, anyMetric(points: 0), anyMetric(points: 2)]))
        let scopes = message["resource_metrics"][0]["scope_metrics"].elements
        #expect(scopes.map { $0["scope"]["name"].string } == ["scope", "other"])
        #expect(scopes.map { $0["metrics"].elements.count } == [2, 1])
    }

    @Test func pointsOfTheWrongKindAreRejectedAndCounted() async throws {
        let sink = try await OTLPSink()
        let exporter = try OTLPHTTPExporter(configuration: sink.configuration())
        let odd = metric(
            .histogram(bounds: [1]), .delta, .int(1), .histogram(count: 1, sum: 1, min: 1, max: 1, buckets: [1]),
            .histogram(count: 1, sum: 1, min: 1, max: 1, buckets: [1, 0]))
        let result = await exporter.export(
            .metrics([odd, metric(.gauge, .cumulative, .histogram(count: 0, sum: 0, min: 0, max: 0, buckets: []))]),
            resource: anyResource, deadline: .now + .seconds(600))
        guard case .delivered(rejected: 3, let message, _) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("do not suit"))
        let metrics = try sink.lines()[0]["message"]["resource_metrics"][0]["scope_metrics"][0]["metrics"].elements
        #expect(metrics.count == 1)
        #expect(metrics.first?["histogram"]["data_points"].elements.count == 1)
    }
}

extension ExactJSON: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: ExactJSON...) { self = .array(elements) }
}
