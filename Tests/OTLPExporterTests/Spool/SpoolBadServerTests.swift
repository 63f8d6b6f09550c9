import Telemetry
import TestSupport
import Testing
import Tracing

/// What waits in the spool while a server misbehaves: sent again as it was, or counted and let go.
@Suite("Spool and bad server", .timeLimit(.minutes(3))) struct SpoolBadServerTests {
    private func record(_ count: Int, in system: TelemetrySystem) {
        for _ in 0..<count { system.tracer.startSpan("work", context: .topLevel).end() }
    }

    /// The points of an instrument by their `error.type`, empty when they have none; those at zero are left out.
    private func counts(_ instrument: String, _ system: TelemetrySystem) -> [String: Int] {
        let points = system.collectMetrics().first { $0.name == instrument }?.points ?? []
        return points.reduce(into: [:]) { counts, point in
            let type = point.attributes.first { $0.key == "error.type" }?.value
            let key = if case .string(let text) = type { text } else { "" }
            switch point.value {
            case .int(let number) where number != 0: counts[key, default: 0] += Int(number)
            case .histogram(let count, _, _, _, _) where count != 0: counts[key, default: 0] += Int(count)
            default: break
            }
        }
    }

    private func exported(_ system: TelemetrySystem) -> [String: Int] {
        counts("otel.sdk.exporter.span.exported", system)
    }

    /// A system that has three spans for a server with these answers.
    private func threeSpans(for answers: ScriptedAnswer...) async throws -> (ScriptedServer, TelemetrySystem) {
        let server = try await ScriptedServer(answers: answers)
        let system = try spooledSystem(server.url("/v1/traces"))
        record(3, in: system)
        return (server, system)
    }

    @Test(arguments: BadAnswer.passing) func transientFailureIsRetriedWithTheSameBytes(_ bad: BadAnswer) async throws {
        let (server, system) = try await threeSpans(for: bad.answer, ScriptedAnswer())
        let result = await system.flush(within: .seconds(600))
        #expect(result.outcome == .ok && result.lost.total == 0)
        #expect(exported(system) == ["": 3])
        let requests = try server.requests()
        #expect(requests.count >= 2)
        #expect(Set(requests.map(\.bodyBytes)).count == 1)
        if requests.count == 2 {
            #expect(counts("otel.sdk.exporter.operation.duration", system)[bad.errorType] == 1)
        }
        _ = await system.shutdown(within: .seconds(600))
    }

    @Test(arguments: BadAnswer.demanding) func longRetryAfterKeepsSpansForTheNextProcess(_ bad: BadAnswer) async throws
    {
        let folder = try TemporaryFolder()
        let server = try await ScriptedServer(bad.answer)
        let system = try spooledSystem(server.url("/v1/traces"), directory: folder.url.path)
        record(3, in: system)
        let flushed = Task { await system.flush(within: .milliseconds(300)) }
        #expect(await server.waitForRequest())
        #expect(await flushed.value.outcome == .timedOut)
        let ended = await system.shutdown(within: .milliseconds(50))
        #expect(ended.outcome == .timedOut && ended.lost.total == 0 && ended.keptSpans == 3)
        #expect(ended.message.contains(bad.says), "\(ended.message)")
        #expect(exported(system) == [:], "nothing is finished")
        #expect(try server.requests().count == 1)

        let good = try await ScriptedServer(ScriptedAnswer())
        let next = try spooledSystem(good.url("/v1/traces"), directory: folder.url.path)
        #expect(await next.shutdown(within: .seconds(600)).outcome == .ok)
        #expect(exported(next) == ["": 3])
        #expect(try good.requests().map(\.bodyBytes) == server.requests().map(\.bodyBytes))
    }

    @Test(arguments: BadAnswer.final) func permanentFailureIsCountedAndTheNextBatchIsSent(_ bad: BadAnswer) async throws
    {
        let (server, system) = try await threeSpans(for: bad.answer, ScriptedAnswer())
        let failed = await system.flush(within: .seconds(600))
        #expect(failed.outcome == .failed && failed.lost.spans == 3)
        #expect(failed.message.contains(bad.says), "\(failed.message)")
        record(1, in: system)
        #expect(await system.flush(within: .seconds(600)).outcome == .ok)
        #expect(exported(system) == ["": 1, bad.errorType: 3])
        #expect(counts("otel.sdk.exporter.operation.duration", system) == ["": 1, bad.errorType: 1])
        let bodies = try server.requests().map(\.bodyBytes)
        #expect(bodies.count == 2 && Set(bodies).count == 2)
        _ = await system.shutdown(within: .seconds(600))
    }

    @Test func untrustedCertificateIsAPermanentFailure() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(), tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        let system = try spooledSystem("https://127.0.0.1:\(server.port)/v1/traces")
        record(2, in: system)
        let result = await system.shutdown(within: .seconds(600))
        #expect(result.outcome == .failed && result.lost.spans == 2)
        #expect(result.message.contains("certificate"), "\(result.message)")
        #expect(exported(system) == ["tls_error": 2])
    }

    @Test(arguments: [(rejected: 2, said: "too old"), (rejected: 0, said: "slow down"), (rejected: 9, said: "all")])
    func partialSuccessIsCountedAndNeverSentAgain(rejected: Int, said: String) async throws {
        let server = try await ScriptedServer(BadAnswer.partialSuccess(rejected: UInt8(rejected), said))
        let system = try spooledSystem(server.url("/v1/traces"))
        record(3, in: system)
        let result = await system.flush(within: .seconds(600))
        let lost = min(rejected, 3)
        #expect(result.outcome == (lost > 0 ? .failed : .ok) && result.lost.spans == lost)
        if lost > 0 { #expect(result.message.contains(said)) }
        #expect(exported(system) == ["": 3 - lost, "rejected": lost].filter { $0.value > 0 })
        #expect(await system.shutdown(within: .seconds(600)).outcome == .ok, "nothing is left to send")
        #expect(try server.requests().count == 1)
    }

    /// Whatever it says: the receiver took it.
    @Test(arguments: [[0xFF, 0xFF, 0xFF], Array("<html>welcome</html>".utf8)] as [[UInt8]])
    func successWithANonOTLPBodyIsDelivered(body: [UInt8]) async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, bytes: body))
        let system = try spooledSystem(server.url("/v1/traces"))
        record(3, in: system)
        let result = await system.shutdown(within: .seconds(600))
        #expect(result.outcome == .ok && result.lost.total == 0)
        #expect(result.problems.map(\.kind) == [.unacknowledged] && result.problems.map(\.records.spans) == [3])
        #expect(exported(system) == ["": 3])
        #expect(try server.requests().count == 1)
    }

    @Test func drippingResponseIsRetriedAfterTheTimeout() async throws {
        let server = try await ScriptedServer(.act(.drip), ScriptedAnswer())
        let system = try spooledSystem(server.url("/v1/traces"), timeout: .milliseconds(300))
        record(3, in: system)
        #expect(await system.shutdown(within: .seconds(600)).outcome == .ok)
        #expect(exported(system) == ["": 3])
        let requests = try server.requests()
        #expect(requests.count >= 2 && Set(requests.map(\.bodyBytes)).count == 1)
    }
}
