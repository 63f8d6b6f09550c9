import Coordinator
import Foundation
import MCPClient
import Support
import TestSupport
import Testing

/// Servers that break the protocol, or that are broken.
@Suite(.timeLimit(.minutes(3))) struct HostileServers {
    @Test(arguments: ["twice", "wrong-id", "batch", "garbage"])
    func whatBelongsToNoCallIsIgnored(how: String) async throws {
        let server = try TestServer.hostile("call:\(how)")
        for text in ["a", "b"] { #expect(try await server.text("echo", ["x": .string(text)]) == text) }
        await server.connection.close()
    }

    @Test func answersComeInAnyOrder() async throws {
        let server = try TestServer.hostile("call:reverse")
        // Both are open before the first is answered.
        async let first = server.text("echo", ["x": "1"])
        async let second = server.text("echo", ["x": "2"])
        #expect(try await [first, second] == ["1", "2"])
        await server.connection.close()
    }

    @Test func manyCallsAreOpenAtOnce() async throws {
        let server = try TestServer.hostile()
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<50 {
                group.addTask { (number, try await server.text("echo", ["x": .string("\(number)")])) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(texts.allSatisfy { "\($0.key)" == $0.value } && texts.count == 50)
        await server.connection.close()
    }

    /// More than a pipe holds goes through it, and more than a message may have is not sent.
    @Test func largeArgumentsArriveWhole() async throws {
        let server = try TestServer.hostile()
        let size = 3 << 20
        let text = try await server.text("echo", ["x": .string(String(repeating: "x", count: size))])
        #expect(text.hasSuffix("x\n[\(size - MCPLimits.text) more bytes were left out]"))
        let large = await server.error("echo", ["x": .string(String(repeating: "x", count: MCPLimits.message))])
        #expect(large?.code == .refused && large?.message.contains("8388608 bytes") == true)
        #expect(try await server.text("echo", ["x": "a"]) == "a")
        await server.connection.close()
    }

    @Test func aServerWithTooManyOpenCallsGetsNoMore() async throws {
        let server = try TestServer.hostile("call:hang", "log")
        let open = (0..<MCPLimits.calls).map { _ in Task { await server.error() } }
        try await eventually { server.log.lines.count { $0.contains("tools/call") } == MCPLimits.calls }
        let refused = await server.error()
        #expect(refused?.code == .unavailable && refused?.message.contains("64 open calls") == true)
        for call in open { call.cancel() }
        for call in open { #expect(await call.value?.code == .cancelled) }
        await server.connection.close()
    }

    @Test(arguments: ["flood-line", "flood-notifications", "flood-requests"])
    func aServerThatFloodsIsGivenUp(how: String) async throws {
        let server = try TestServer.hostile("call:\(how)")
        let error = await server.error()
        #expect(error?.code == .invalidAnswer, "\(error?.message ?? "no error")")
        await server.connection.close()
    }

    @Test func progressIsToldSoOftenAndNoMore() async throws {
        let server = try TestServer.hostile("call:flood-progress")
        let count = Locked(0)
        _ = try await server.connection.call("echo", [:], until: .late) { _ in count.withLock { $0 += 1 } }
        #expect(count.withLock { $0 } == MCPLimits.progress)
        await server.connection.close()
    }

    @Test func aServerThatHangsIsToldAndTheNextCallIsAnswered() async throws {
        let server = try TestServer.hostile("call:hang-once")
        #expect(try await server.text("echo", ["x": "a"]) == "a")
        let error = await server.error("echo", ["x": "hang"], within: .milliseconds(50))
        #expect(error?.code == .timeout)
        #expect(error?.message == "the server of tools \"s\" did not answer tools/call in time")
        #expect(try await server.text("echo", ["x": "b"]) == "b")
        try await eventually { server.log.contains("cancelled 3") }
        await server.connection.close()
    }

    @Test func aServerThatDiesSaysHow() async throws {
        let server = try TestServer.hostile("call:die")
        let error = await server.error()
        #expect(error?.code == .died)
        #expect(error?.message == "the server of tools \"s\" ended with exit status 3: about to fail")
        #expect(await server.error()?.code == .died)
        let last = await server.error()
        #expect(last?.code == .unavailable)
        #expect(last?.message.contains("is not started again. The last time it ended with exit status 3") == true)
        await server.connection.close()
    }

    @Test func theCallAfterADeathIsAnswered() async throws {
        let folder = try TemporaryFolder()
        let server = try TestServer.hostile("call:die-once", "marker:\(folder.file("marker").path)")
        #expect(await server.error()?.code == .died)
        for text in ["a", "b", "c"] { #expect(try await server.text("echo", ["x": .string(text)]) == text) }
        await server.connection.close()
    }

    @Test func aProgramThatEndsAtOnceIsToldByItsLastWords() async throws {
        let server = try TestServer.hostile("exits-at-once")
        let error = await server.error()
        #expect(error?.code == .died)
        #expect(error?.message.hasSuffix("ended with exit status 1: no such module") == true)
        await server.connection.close()
    }

    @Test func aProgramThatIsNotThereIsUnavailable() async throws {
        let transport = MCPServer.Transport.command(
            ["no-such-server-of-tools"], environment: [:], folder: "/", sandbox: nil)
        let server = TestServer(MCPServer(name: "s", transport: transport))
        let error = await server.error()
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("no-such-server-of-tools") == true)
        await server.connection.close()
    }

    @Test func aRefusalIsWordedHarmlessly() async throws {
        let server = try TestServer.hostile("call:refuse")
        let error = await server.error()
        #expect(error?.code == .refused)
        #expect(
            error?.message == "the server of tools \"s\" refused the call of echo (-32602): Unknown tool and ␛[31m more"
        )
        await server.connection.close()
    }

    @Test(arguments: ["no-content", "unknown-type", "wants-a-model", "again-for-ever"])
    func resultsThatAreNoneAreErrors(how: String) async throws {
        let server = try TestServer.hostile("call:\(how)")
        #expect(await server.error()?.code == .invalidAnswer)
        await server.connection.close()
    }

    @Test func aClosedConnectionStaysClosed() async throws {
        let server = try TestServer.hostile()
        #expect(try await server.text("echo", ["x": "a"]) == "a")
        await server.connection.close()
        #expect(await server.error()?.code == .unavailable)
        await server.connection.close()
    }

    @Test func openCallsFailWhenTheConnectionIsClosed() async throws {
        let server = try TestServer.hostile("call:hang", "log")
        let call = Task { await server.error() }
        try await eventually { server.log.contains("tools/call") }
        await server.connection.close()
        #expect(await call.value?.code == .cancelled)
    }

    @Test func standardErrorIsLoggedWithinALimit() async throws {
        let server = try TestServer.hostile("log")
        for _ in 0..<20 { _ = try await server.text("echo", ["x": "a\u{1B}[31m"]) }
        try await eventually { server.log.contains("tools/call") }
        #expect(!server.log.contains("\u{1B}"))
        await server.connection.close()
    }
}
