import Foundation
import TestSupport
import Testing

/// What `coordinator run` says of telemetry that did not arrive: everything on standard error is compared.
@Suite("Lost telemetry", .timeLimit(.minutes(10))) struct LossTests {
    /// Runs a job of three agents that log nothing; what it prints on standard error.
    private func run(_ environment: [String: String]) async throws -> String {
        let files = try JobFiles(
            """
            workflow: test
            task: {description: answer}
            agents:
              - {name: first, uses: command, command: [echo, '{}']}
              - {name: second, uses: command, command: [echo, '{}'], needs: [first]}
              - {name: third, uses: command, command: [echo, '{}'], needs: [second]}
            """)
        let output = try await CoordinatorProgram.run(
            "run", files.job, "--out", files.out, "--no-progress", environment: environment, in: files.folder.url)
        #expect(output.status == 0, "\(output.output)")
        return output.standardError
    }

    private static let names = (traces: "TRACES", metrics: "METRICS", logs: "LOGS")

    /// One signal to one address, the others nowhere.
    private func only(_ signal: String, to url: String) -> [String: String] {
        var environment = ["OTEL_EXPORTER_OTLP_\(signal)_ENDPOINT": url]
        for other in ["TRACES", "METRICS", "LOGS"] where other != signal {
            environment["OTEL_\(other)_EXPORTER"] = "none"
        }
        return environment
    }

    @Test(
        arguments: [
            ScriptedAnswer(), ScriptedAnswer(202), ScriptedAnswer(204),
            ScriptedAnswer(200, headers: [("Content-Type", "application/json")], body: "{\"partialSuccess\":{}}"),
            ScriptedAnswer(200, headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, 0x00]),
        ])
    func nothingIsSaidOfWhatArrived(answer: ScriptedAnswer) async throws {
        let server = try await ScriptedServer(answer)
        #expect(try await run(["OTEL_EXPORTER_OTLP_ENDPOINT": server.url("")]) == "")
        #expect(Set(try server.requests().map(\.path)) == ["/v1/traces", "/v1/metrics"])
    }

    @Test func retriedRequestsThatArriveAreNotMentioned() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(503), ScriptedAnswer(429), ScriptedAnswer())
        #expect(try await run(["OTEL_EXPORTER_OTLP_ENDPOINT": server.url("")]) == "")
    }

    @Test(
        arguments: [
            (ScriptedAnswer(200, headers: [("Content-Type", "text/html")], body: "<!doctype html>hi"), "an HTML page"),
            (ScriptedAnswer(200, body: "<html>captive portal</html>"), "an HTML page"),
            (
                ScriptedAnswer(200, headers: [("Content-Type", "application/json")], body: "{\"ok\":true}"),
                "application/json that is no answer of OTLP"
            ),
        ])
    func addressThatSpeaksNoOTLPIsOneWarning(answer: ScriptedAnswer, kind: String) async throws {
        let server = try await ScriptedServer(answer)
        let said = try await run(["OTEL_EXPORTER_OTLP_ENDPOINT": server.url("")])
        let words = "warning: telemetry: \(server.url("")) answered 200 with \(kind): nothing there speaks OTLP; "
        #expect(said.hasPrefix(words), "\(said)")
        let rest = said.dropFirst(words.count)
        #expect(
            rest.wholeMatch(
                of: /check the endpoint's host, port and path; sent there: 7 spans and \d+ metric points\n/) != nil,
            "\(said)")
    }

    @Test func lossesAtTheBeginningAreToldAtTheEnd() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(400), ScriptedAnswer(400), ScriptedAnswer())
        let url = server.url("/v1/traces")
        var environment = only("TRACES", to: url)
        // Each span is a batch, which is sent as soon as it ends.
        environment["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "1"
        let words = "\(url) answered 400: it refused the data for good; its own log says why"
        #expect(try await run(environment) == "warning: telemetry: 2 spans were lost: \(words)\n")
        #expect(try server.requests().count == 7)
    }

    @Test func statusIsTheCauseWhenTimeRanOut() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(503))
        let said = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:s3cr3t@127.0.0.1:\(server.port)",
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=s3cr3t",
        ])
        let start = try #require(
            said.wholeMatch(of: /warning: telemetry: 7 spans and \d+ metric points were lost (.*)\n/), "\(said)")
        #expect(
            start.1
                == "(not everything was taken within 5 s): \(server.url("/v1/traces")) answered 503: it is overloaded or down"
        )
    }

    @Test func eachAddressHasItsOwnCause() async throws {
        let portal = try await ScriptedServer(
            ScriptedAnswer(302, headers: [("Location", "http://login.invalid/?t=s3cr3t")]))
        let forbidden = try await ScriptedServer(
            ScriptedAnswer(403, headers: [("Content-Type", "text/plain")], body: "no\u{1B}[2J such key: s3cr3t"))
        let said = try await run([
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": portal.url("/v1/traces"),
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": forbidden.url("/m?key=s3cr3t"),
            "OTEL_EXPORTER_OTLP_METRICS_HEADERS": "api-key=s3cr3t", "OTEL_LOGS_EXPORTER": "none",
        ])
        let lines = said.split(separator: "\n")
        #expect(lines.count == 2, "\(said)")
        #expect(
            lines.contains {
                $0
                    == "warning: telemetry: 7 spans were lost: \(portal.url("/v1/traces")) answered 302: redirects are not "
                    + "followed; set the endpoint to the final address, here http://login.invalid/"
            }, "\(said)")
        #expect(
            lines.contains {
                $0.hasPrefix("warning: telemetry: ")
                    && $0.hasSuffix(
                        " metric points were lost: \(forbidden.url("/m")) answered 403 (no [2J such key: …): check the "
                            + "credentials in OTEL_EXPORTER_OTLP_HEADERS")
            }, "\(said)")
    }

    @Test(arguments: ["TRACES", "METRICS"]) func partialSuccessIsToldOnce(signal: String) async throws {
        let message = Array("quota of \u{1B}[31mtenant exceeded".utf8)
        let inner: [UInt8] = [0x08, 2, 0x12, UInt8(message.count)] + message
        let server = try await ScriptedServer(
            ScriptedAnswer(
                200, headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, UInt8(inner.count)] + inner))
        var environment = only(signal, to: server.url("/v1/x"))
        // One batch, at the end, however slow the machine is.
        environment["OTEL_BSP_SCHEDULE_DELAY"] = "600000"
        environment["OTEL_METRIC_EXPORT_INTERVAL"] = "600000"
        let said = try await run(environment)
        let what = signal == "TRACES" ? "2 spans" : "2 metric points"
        let words = "\(server.url("/v1/x")) rejected them: quota of  [31mtenant exceeded"
        #expect(said == "warning: telemetry: \(what) were lost: \(words)\n")
    }

    @Test func warningOfACollectorIsToldOnceWithoutALoss() async throws {
        let message = Array("deprecated".utf8)
        let inner: [UInt8] = [0x12, UInt8(message.count)] + message
        let server = try await ScriptedServer(
            ScriptedAnswer(
                200, headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, UInt8(inner.count)] + inner))
        #expect(
            try await run(["OTEL_EXPORTER_OTLP_ENDPOINT": server.url("")])
                == "warning: telemetry: \(server.url("")) took everything and warns: deprecated\n")
    }

    @Test func refusedConnectionAndSilenceAreTheCausesWhenTimeRanOut() async throws {
        let refusing = try SilentPort(.refusing)
        let silent = try await ScriptedServer(.act(.hang))
        let said = try await run([
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:\(refusing.port)/v1/traces",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": silent.url("/v1/metrics"), "OTEL_LOGS_EXPORTER": "none",
        ])
        let late = " (not everything was taken within 5 s): "
        let refused =
            "connection refused at http://127.0.0.1:\(refusing.port)/v1/traces: is a collector listening there?"
        let mute = "no answer from \(silent.url("/v1/metrics")); is it overloaded?"
        let first = "warning: telemetry: 7 spans were lost\(late)\(refused)\n"
        #expect(said.hasPrefix(first), "\(said)")
        let second = said.dropFirst(first.count)
        #expect(second.wholeMatch(of: /warning: telemetry: \d+ metric points were lost .*\n/) != nil, "\(said)")
        #expect(second.hasSuffix(" metric points were lost\(late)\(mute)\n"), "\(said)")
        withExtendedLifetime(refusing) {}
    }
}

#if Server
    /// A server runs for weeks: it tells of a cause when it first occurs, and sums up at its end.
    @Suite("Lost telemetry of a server", .timeLimit(.minutes(5))) struct ServerLossTests {
        @Test func causeIsToldWhenItFirstOccursAndSummedUpAtTheEnd() async throws {
            let collector = try await ScriptedServer(ScriptedAnswer(404))
            let server = try await ServerProcess(
                ["serve", "--port", "0"],
                environment: [
                    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": collector.url("/v1/metrics"),
                    "OTEL_METRIC_EXPORT_INTERVAL": "50",
                ])
            for _ in 0..<4 { #expect(await collector.waitForRequest()) }
            let (status, said) = try await server.end()
            #expect(status == 0)
            let lines = said.split(separator: "\n").filter { $0.contains("warning: telemetry:") }
            #expect(lines.count == 2, "\(said)")
            #expect(
                lines.first?.hasPrefix(
                    "warning: telemetry: metric points are being lost: \(collector.url("/v1/metrics")) answered 404: ")
                    == true)
            #expect(
                lines.last?.contains(" metric points were lost: \(collector.url("/v1/metrics")) answered 404: ") == true
            )
        }
    }
#endif
