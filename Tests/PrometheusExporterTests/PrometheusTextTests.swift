import PrometheusExporter
import Telemetry
import Testing

@Suite(.timeLimit(.minutes(10))) struct PrometheusTextTests {
    @Test func collectionHasOneTextForm() async throws {
        let records = [
            histogram("b.duration", buckets: [1, 2, 3], sum: 4.5, ["gen_ai.agent.name": "drafter"]),
            counter("a.runs", 3, ["coordinator.outcome": "failed"]),
            gauge("c.oldest_age", 0.25),
            record("d.active", .sum(monotonic: false), unit: "{attempt}", .int(-2), [:], "Going up\nand \\down."),
        ]
        let text = PrometheusText.render(records, resource: resource)
        #expect(
            text == #"""
                # HELP target_info What produced the metrics.
                # TYPE target_info gauge
                target_info{process_pid="7",service_name="coordinator"} 1
                # HELP a_runs_total Things counted.
                # TYPE a_runs_total counter
                a_runs_total{coordinator_outcome="failed",otel_scope_name="coordinator",otel_scope_version="1.0"} 3
                # HELP b_duration_seconds A distribution.
                # TYPE b_duration_seconds histogram
                b_duration_seconds_bucket{gen_ai_agent_name="drafter",otel_scope_name="coordinator",otel_scope_version="1.0",le="0.1"} 1
                b_duration_seconds_bucket{gen_ai_agent_name="drafter",otel_scope_name="coordinator",otel_scope_version="1.0",le="1"} 3
                b_duration_seconds_bucket{gen_ai_agent_name="drafter",otel_scope_name="coordinator",otel_scope_version="1.0",le="+Inf"} 6
                b_duration_seconds_sum{gen_ai_agent_name="drafter",otel_scope_name="coordinator",otel_scope_version="1.0"} 4.5
                b_duration_seconds_count{gen_ai_agent_name="drafter",otel_scope_name="coordinator",otel_scope_version="1.0"} 6
                # HELP c_oldest_age_seconds A level.
                # TYPE c_oldest_age_seconds gauge
                c_oldest_age_seconds{otel_scope_name="coordinator",otel_scope_version="1.0"} 0.25
                # HELP d_active Going up\nand \\down.
                # TYPE d_active gauge
                d_active{otel_scope_name="coordinator",otel_scope_version="1.0"} -2

                """#)
        let complaints = try await Promtool.complaints(about: text)
        #expect(complaints == "")
    }

    @Test(arguments: [
        ("a.b", "{run}", "a_b_total"), ("a.b", "s", "a_b_seconds_total"), ("a.b", "By", "a_b_bytes_total"),
        ("a.b", "By/s", "a_b_bytes_per_second_total"), ("a.b", "{token}/s", "a_b_per_second_total"),
        ("a.b_total", "1", "a_b_total"), ("a.seconds", "s", "a_seconds_total"), ("a.b", "", "a_b_total"),
        ("coordinator.cost", "USD", "coordinator_cost_USD_total"), ("a--b..c", "", "a_b_c_total"),
        ("1st", "", "_1st_total"), ("zähler", "", "z_hler_total"), ("a:b", "ms", "a:b_milliseconds_total"),
        ("a.b", "{a}By{c}", "a_b_bytes_total"), ("a", "1/h", "a_per_hour_total"),
    ])
    func namesFollowTheCompatibilityRules(_ name: String, _ unit: String, _ expected: String) {
        let text = PrometheusText.render(
            [counter(name, 1, unit: unit)], resource: TelemetryResource([]), scopeLabels: false)
        #expect(text.hasSuffix("\n\(expected) 1\n"), "\(text)")
    }

    @Test func onlyAGaugeOfUnitOneIsARatio() {
        let level = record("state", .sum(monotonic: false), unit: "1", .int(1), [:], "A state.")
        let text = PrometheusText.render(
            [gauge("share", 0.5, unit: "1"), level], resource: TelemetryResource([]), scopeLabels: false)
        #expect(text.contains("\nshare_ratio 0.5\n"))
        #expect(text.contains("\nstate 1\n"))
    }

    @Test(arguments: [
        (0.1, "0.1"), (1, "1"), (-0.0, "0"), (51.2, "51.2"), (1e21, "1e+21"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (.nan, "NaN"), (2.5e-300, "2.5e-300"),
        (-0x1p63, "-9.223372036854776e+18"), (0x1p63, "9.223372036854776e+18"),
    ])
    func numbersUseTheirShortestForm(_ value: Double, _ expected: String) async throws {
        let text = PrometheusText.render(
            [gauge("g", value, unit: "")], resource: TelemetryResource([]), scopeLabels: false)
        #expect(text.hasSuffix("\ng \(expected)\n"))
        let complaints = try await Promtool.complaints(about: text)
        #expect(complaints == "")
    }

    @Test func conflictingKindOfAMetricIsDropped() async throws {
        let text = PrometheusText.render(
            [
                counter("a", 1, unit: ""), gauge("a.total", 2, unit: ""), histogram("h", buckets: [0, 0, 1], sum: 2),
                gauge("h.seconds.sum", 3, unit: ""), gauge("h", 4),
            ], resource: TelemetryResource([]), scopeLabels: false)
        let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(types == ["# TYPE a_total counter", "# TYPE h_seconds histogram"])
        #expect(!text.contains("h_seconds_sum 3") && !text.contains("h_seconds 4"))
        let complaints = try await Promtool.complaints(about: text)
        #expect(complaints == "")
    }

    @Test func collidingLabelKeysAreJoined() {
        let text = PrometheusText.render(
            [counter("c", 1, ["a.b": "x", "a_b": "y", "le": "no bound"])], resource: TelemetryResource([]),
            scopeLabels: false)
        #expect(text.contains(#"c_total{a_b="x;y",key_le="no bound"} 1"#))
    }

    @Test func scopesAreDistinguishedByLabels() async throws {
        let other = InstrumentationScope(name: "other")
        let records = [
            counter("c", 1), record("c", .sum(monotonic: true), unit: "{run}", .int(2), [:], "", scope: other),
        ]
        let text = PrometheusText.render(records, resource: resource)
        #expect(text.contains(#"c_total{otel_scope_name="other"} 2"#))
        #expect(text.components(separatedBy: "# TYPE c_total").count == 2)
        let complaints = try await Promtool.complaints(about: text)
        #expect(complaints == "")
    }

    @Test(
        arguments: [
            (nil, .text), ("", .text), ("*/*", .text), ("text/plain", .text), ("text/html,*/*;q=0.8", .text),
            ("application/openmetrics-text", .openMetrics),
            ("application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetrics),
            ("application/openmetrics-text;version=\"1.0.0\"", .openMetrics),
            ("application/openmetrics-text;version=0.0.1", .text),
            ("application/openmetrics-text;version=2.0.0,text/plain", .text),
            ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=x", .text),
            ("text/plain;q=0.9, application/openmetrics-text;q=0.5", .text),
            ("text/plain;q=0.5, application/openmetrics-text;q=0.5", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
        ] as [(String?, PrometheusText.Format)])
    func acceptHeaderSelectsTheFormat(accept: String?, format: PrometheusText.Format) {
        #expect(PrometheusText.Format(accept: accept) == format)
    }

    @Test func openMetricsHasUnitsExemplarsAndAnEnd() {
        let exemplar = Exemplar(
            value: 0.5, time: 1_700_000_000_000_000_042, traceID: TraceID(high: 1, low: 2), spanID: SpanID(3))
        var runs = counter("a.runs", 3)
        runs.points[0].exemplars = [exemplar]
        var duration = histogram("b.duration", buckets: [1, 2, 0], sum: 1.5)
        duration.points[0].exemplars = [exemplar]
        let text = PrometheusText.render(
            [runs, duration], resource: resource, scopeLabels: false, format: .openMetrics)
        let trace =
            #"# {trace_id="00000000000000010000000000000002",span_id="0000000000000003"} 0.5 1700000000.000000042"#
        #expect(
            text == """
                # HELP target What produced the metrics.
                # TYPE target info
                target_info{process_pid="7",service_name="coordinator"} 1
                # HELP a_runs Things counted.
                # TYPE a_runs counter
                a_runs_total 3 \(trace)
                # HELP b_duration_seconds A distribution.
                # TYPE b_duration_seconds histogram
                # UNIT b_duration_seconds seconds
                b_duration_seconds_bucket{le="0.1"} 1
                b_duration_seconds_bucket{le="1.0"} 3 \(trace)
                b_duration_seconds_bucket{le="+Inf"} 3
                b_duration_seconds_sum 1.5
                b_duration_seconds_count 3
                # EOF

                """)
        #expect(PrometheusText.Format.openMetrics.contentType.hasPrefix("application/openmetrics-text"))
    }
}
