import Support
import Telemetry
import TestSupport
import Testing

@testable import OTLPExporter

/// Generated records of all signals: what the official messages decode is what was recorded.
@Suite("Generated records, read by the official messages", .timeLimit(.minutes(10))) struct GeneratedRecordsTests {
    /// The records of each scope in order, scopes in the order of their first record.
    private func expectedGroups<Record>(
        _ records: [Record], _ scope: (Record) -> InstrumentationScope, _ expected: (Record) -> ExactJSON
    ) -> [(scope: ExactJSON, records: [ExactJSON])] {
        var scopes: [InstrumentationScope] = []
        for record in records where !scopes.contains(scope(record)) { scopes.append(scope(record)) }
        return scopes.map { each in
            (OTLPExporterTests.expected(each), records.filter { scope($0) == each }.map(expected))
        }
    }

    private func compare(
        _ received: ExactJSON, _ field: String, _ expected: [(scope: ExactJSON, records: [ExactJSON])], _ seed: UInt64
    ) throws {
        try #require(received.elements.count == expected.count, "seed \(seed)")
        for (group, wanted) in zip(received.elements, expected) {
            // A scope without name and version is an empty message, which JSON shows as an empty object.
            #expect(group["scope"] == wanted.scope, "seed \(seed)")
            try #require(group[field].elements.count == wanted.records.count, "seed \(seed)")
            for (json, record) in zip(group[field].elements, wanted.records) {
                try #require(json == record, "seed \(seed)")
            }
        }
    }

    /// Sends generated records and compares what the official messages read with what is expected of them.
    private func expectArrival<Record>(
        of count: Int, _ record: (inout RandomRecords) -> Record, _ batch: ([Record]) -> SignalBatch, signal: String,
        field: String, as expectedGroups: ([Record]) -> [(scope: ExactJSON, records: [ExactJSON])]
    ) async throws {
        let seed = SeededGenerator.announced().seed
        var generator = RandomRecords(seed: seed)
        let resource = generator.resource()
        let records = (0..<count).map { _ in record(&generator) }
        let group = try await decodedOfficially(batch(records), resource: resource)["resource_\(signal)"][0]
        #expect(group["resource"] == .object(present: ["attributes": list(resource.attributes.map(expected))]))
        try compare(group["scope_\(signal)"], field, expectedGroups(records), seed)
    }

    @Test func metricsArriveAsTheyWereRecorded() async throws {
        try await expectArrival(
            of: 150, { $0.metric() }, SignalBatch.metrics, signal: "metrics", field: "metrics"
        ) { metrics in
            expectedGroups(metrics.filter { !$0.points.isEmpty }, \.scope, { expected($0) })
        }
    }

    @Test func logLinesArriveAsTheyWereRecorded() async throws {
        try await expectArrival(
            of: 200, { $0.log() }, SignalBatch.logs, signal: "logs", field: "log_records"
        ) { logs in
            expectedGroups(logs, \.scope, { expected($0) })
        }
    }

    /// Ten thousand attributes, and one that is nested as deeply as official readers go.
    private func extremes(_ seed: UInt64) -> [Attribute] {
        var records = RandomRecords(seed: seed)
        let resource = records.resource()
        let nested = (0..<40).reduce(AttributeValue.int(.min)) { value, _ in .array([value, .string("")]) }
        return (0..<10_000).map { index in
            Attribute("key \(index)", resource.attributes.isEmpty ? .int(Int64(index)) : resource.attributes[0].value)
        } + [Attribute("nested", nested), Attribute("long", .string(String(repeating: "ü", count: 100_000)))]
    }

    @Test func tenThousandAttributesAndDeepNestingArrive() async throws {
        let seed = SeededGenerator.announced().seed
        let attributes = extremes(seed)
        let wanted = list(attributes.map(expected))
        let spans = try await decodedOfficially(.spans([anySpan(attributes: attributes)], scope: anyScope))
        // Compared outside of the expectation, which would print them all.
        let areSpansRight = spans["resource_spans"][0]["scope_spans"][0]["spans"][0]["attributes"] == wanted
        #expect(areSpansRight, "seed \(seed)")
        var log = anyLog()
        log.attributes = attributes
        let logs = try await decodedOfficially(.logs([log]))
        let areLogsRight = logs["resource_logs"][0]["scope_logs"][0]["log_records"][0]["attributes"] == wanted
        #expect(areLogsRight, "seed \(seed)")
        var metric = anyMetric(points: 1)
        metric.points[0].attributes = attributes
        let resource = TelemetryResource(attributes)
        let metrics = try await decodedOfficially(.metrics([metric]), resource: resource)["resource_metrics"][0]
        let point = metrics["scope_metrics"][0]["metrics"][0]["sum"]["data_points"][0]
        let arePointsRight = point["attributes"] == wanted
        #expect(arePointsRight, "seed \(seed)")
        let isResourceRight = metrics["resource"]["attributes"] == list(resource.attributes.map(expected))
        #expect(isResourceRight && resource.attributes.count == attributes.count, "seed \(seed)")
    }

    /// Spans are written without protobuf-c, from the last byte to the first.
    @Test func spanWriterMatchesProtobufCByteByByte() throws {
        let seed = SeededGenerator.announced().seed
        var records = RandomRecords(seed: seed)
        let pool = WriterPool()
        var spans = (0..<3_000).map { _ in records.span() }
        // Larger than any memory that a writer begins with or keeps, and small ones after it.
        spans.insert(anySpan(attributes: extremes(seed)), at: 1_000)
        spans.insert(anySpan(attributes: extremes(seed)), at: 2_000)
        for (index, span) in spans.enumerated() {
            let isSame = pool.withBytes(of: span) { $0.array } == MessageArena().packed(span).array
            try #require(isSame, "seed \(seed), span \(index)")
        }
    }

    /// The spool writes lengths and tags itself: its requests are the encoder's, byte for byte.
    @Test(arguments: [false, true]) func spoolRequestsMatchProtobufCByteByByte(isInFile: Bool) throws {
        let seed = SeededGenerator.announced().seed
        var records = RandomRecords(seed: seed)
        for round in 0..<40 {
            let rig = try SpoolRig()
            let (resource, scope) = (records.resource(), records.scope())
            let spans = (0..<[1, 2, 30][round % 3]).map { _ in records.span() }
            let spool = rig.spool(
                SpoolConfiguration(directory: isInFile ? rig.directory : nil), batchSize: 100, resource: resource
            ).spool
            for span in spans { _ = spool.append(span, scope: scope) }
            _ = spool.requestDrain()
            let batch = try #require(spool.take())
            let encoded = MessageArena().request(spans: spans, scope: scope, resource: resource)
            try #require(batch.request?.body == encoded, "seed \(seed), round \(round)")
            spool.finish(batch)
        }
    }

    /// Spans of several scopes: what goes through the spool is what goes past it, in groups.
    @Test func spoolGroupsSpansByScope() throws {
        let seed = SeededGenerator.announced().seed
        var records = RandomRecords(seed: seed)
        let rig = try SpoolRig()
        let resource = records.resource()
        let spool = rig.spool(SpoolConfiguration(), batchSize: 1_000, resource: resource).spool
        let recorded = (0..<200).map { _ in (span: records.span(), scope: records.scope()) }
        for each in recorded { _ = spool.append(each.span, scope: each.scope) }
        _ = spool.requestDrain()
        let sent = SentSpan.all(in: try #require(spool.take()?.request?.body))
        var scopes: [InstrumentationScope] = []
        for each in recorded where !scopes.contains(each.scope) { scopes.append(each.scope) }
        let wanted = scopes.flatMap { scope in
            recorded.filter { $0.scope == scope }.map { each in
                SentSpan(
                    resource: MessageArena().packed(resource).array, scope: MessageArena().packed(scope).array,
                    bytes: MessageArena().packed(each.span).array)
            }
        }
        #expect(sent == wanted, "seed \(seed)")
    }
}
