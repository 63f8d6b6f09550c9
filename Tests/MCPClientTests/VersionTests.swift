import MCPClient
import Testing

/// How both sides agree on a version.
@Suite(.timeLimit(.minutes(3))) struct Versions {
    @Test(arguments: [
        ([], "2026-07-28"), (["session"], "2025-11-25"), (["session", "version:2024-11-05"], "2024-11-05"),
    ])
    func theServersVersionIsSpoken(behaviours: [String], version: String) async throws {
        let server = try TestServer.hostile(behaviours: behaviours)
        #expect(server.connection.protocolVersion == nil)
        #expect(try await server.text("echo", ["x": "a"]) == "a")
        #expect(server.connection.protocolVersion == version)
        await server.connection.close()
    }

    /// Servers of the era before may leave a question unanswered that comes before `initialize`.
    @Test func aServerThatSaysNothingToTheFirstQuestionIsOfTheEraBefore() async throws {
        let server = try TestServer.hostile(behaviours: ["discover-silent"], probe: .milliseconds(50))
        #expect(try await server.text("echo", ["x": "a"]) == "a")
        #expect(server.connection.protocolVersion == "2025-11-25")
        await server.connection.close()
    }

    @Test(arguments: ["future-only", "version:2031-01-01"])
    func aVersionThatNobodyKnowsIsAnError(behaviour: String) async throws {
        let server = try TestServer.hostile(behaviours: [behaviour, behaviour.hasPrefix("version") ? "session" : ""])
        let error = await server.error()
        #expect(error?.code == .unknownVersion)
        #expect(error?.message.contains("2031-01-01") == true && error?.message.contains("2025-11-25") == true)
        await server.connection.close()
    }

    /// The first call wants it sooner than a server can be there.
    @Test func aFirstCallThatTimesOutDoesNotEndTheSessionOfOthers() async throws {
        let server = try TestServer.hostile()
        #expect(await server.error(within: .zero)?.code == .timeout)
        #expect(try await server.text("echo", ["x": "b"]) == "b")
        await server.connection.close()
    }

    @Test func aFirstCallThatIsCancelledDoesNotEndTheSessionOfOthers() async throws {
        let server = try TestServer.hostile(behaviours: ["discover-silent"], probe: .milliseconds(50))
        let first = Task { await server.error() }
        let second = Task { try await server.text("echo", ["x": "b"]) }
        first.cancel()
        #expect(await first.value?.code == .cancelled)
        #expect(try await second.value == "b")
        await server.connection.close()
    }
}
