import Telemetry
import TestSupport
import Testing
import Tracing

/// The spool in a whole system, in front of a server that behaves as told.
@Suite("Spool and server", .timeLimit(.minutes(3))) struct SpoolTransportTests {
    private func exported(_ system: TelemetrySystem, _ errorType: String?) -> Int64 {
        let points = system.collectMetrics().first { $0.name == "otel.sdk.exporter.span.exported" }?.points ?? []
        return points.reduce(0) { sum, point in
            let type = point.attributes.first { $0.key == "error.type" }?.value
            guard type == errorType.map({ .string($0) }), case .int(let number) = point.value else { return sum }
            return sum + number
        }
    }

    @Test func overloadAndLostConnectionsAreRetriedUntilDelivered() async throws {
        let answers = [429, 502, 503, 504].map { ScriptedAnswer($0) } + [.act(.reset), .act(.cut), ScriptedAnswer()]
        let server = try await ScriptedServer(answers: answers)
        let system = try spooledSystem(server.url("/v1/traces"))
        for _ in 0..<7 { system.tracer.startSpan("work", context: .topLevel).end() }
        #expect(await system.shutdown(within: .seconds(600)).outcome == .ok)
        #expect(exported(system, nil) == 7)
        #expect(exported(system, "503") == 0)
        let requests = try server.requests()
        #expect(requests.count >= answers.count, "libcurl may add attempts of its own")
        #expect(Set(requests.map(\.bodyBytes)).count == 1)
    }

    @Test func rejectedBatchDoesNotBlockTheNext() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(400), ScriptedAnswer())
        let system = try spooledSystem(server.url("/v1/traces"))
        system.tracer.startSpan("bad", context: .topLevel).end()
        let failed = await system.flush(within: .seconds(600))
        #expect(failed.outcome == .failed && failed.lost.spans == 1)
        #expect(failed.message.contains("answered 400"))
        system.tracer.startSpan("good", context: .topLevel).end()
        #expect(await system.flush(within: .seconds(600)).outcome == .ok)
        #expect(exported(system, nil) == 1 && exported(system, "400") == 1)
        #expect(try server.requests().count == 2)
        _ = await system.shutdown(within: .seconds(600))
    }

    @Test func flushDoesNotShortenARetryAfter() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(503, headers: [("Retry-After", "3600")]))
        let system = try spooledSystem(server.url("/v1/traces"))
        system.tracer.startSpan("work", context: .topLevel).end()
        #expect(await system.flush(within: .milliseconds(500)).outcome == .timedOut)
        #expect(await system.flush(within: .milliseconds(100)).outcome == .timedOut)
        #expect(try server.requests().count == 1)
        let result = await system.shutdown(within: .milliseconds(50))
        #expect(result.outcome == .timedOut && result.lost.spans == 1)
        #expect(result.keptSpans == 0)
    }

    /// A batch whose time has run out stays, and is tried again.
    @Test func timedOutBatchIsRetried() async throws {
        let server = try await ScriptedServer(.act(.hang), ScriptedAnswer())
        let system = try spooledSystem(server.url("/v1/traces"), timeout: .milliseconds(300))
        system.tracer.startSpan("work", context: .topLevel).end()
        #expect(await system.shutdown(within: .seconds(600)).outcome == .ok)
        #expect(try server.requests().count == 2)
    }
}
