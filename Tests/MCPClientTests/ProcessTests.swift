import Coordinator
import Foundation
import Glibc
import MCPClient
import Processes
import Support
import TestSupport
import Testing

/// What is left of a server: nothing.
@Suite(.timeLimit(.minutes(3))) struct ServerProcesses {
    private func isGone(_ process: pid_t) -> Bool { kill(process, 0) != 0 && errno == ESRCH }

    /// Starts a server that leaves a process of its own behind, and answers both numbers.
    private func processes(_ server: TestServer) async throws -> [pid_t] {
        let numbers = try await server.text("echo").split(separator: " ").compactMap { pid_t($0) }
        #expect(numbers.count == 2 && !numbers.contains(where: isGone))
        return numbers
    }

    @Test(arguments: [[], ["lingers"]]) func closingEndsAllOfThem(further: [String]) async throws {
        let server = try TestServer.hostile(behaviours: ["call:spawn"] + further)
        let numbers = try await processes(server)
        await server.connection.close()
        #expect(isGone(numbers[0]))
        // The other was killed too; whoever adopted it has to see that.
        try await eventually { isGone(numbers[1]) }
    }

    @Test func releasingTheConnectionEndsAllOfThem() async throws {
        var server: TestServer? = try TestServer.hostile("call:spawn")
        let numbers = try await processes(try #require(server))
        server = nil
        try await eventually { numbers.allSatisfy(isGone) }
    }

    /// It neither reads nor ends when it is asked to.
    @Test func aDeafServerIsKilled() async throws {
        let server = try TestServer.hostile("deaf")
        let error = await server.error(within: .milliseconds(200))
        #expect(error?.code == .timeout)
        await server.connection.close()
        #expect(server.connection.protocolVersion == nil)
    }

    @Test func aServerGetsTheVariablesThatItIsGivenAndNoMore() async throws {
        setenv("MCP_TEST_SECRET", "s3cret", 1)
        let script = TestServer.scripts.appending(path: "hostile_server.py").path
        let transport = MCPServer.Transport.command(
            [try TestPython.fromPath.path, "-B", script, "call:environment"], environment: ["GIVEN": "yes"],
            folder: "/",
            sandbox: nil)
        let server = TestServer(MCPServer(name: "s", transport: transport))
        let text = try await server.text("echo")
        #expect(text.contains(#""GIVEN": "yes""#))
        #expect(!text.contains("s3cret"))
        await server.connection.close()
    }

    @Test func aSandboxStartsAServerInACopyOfItsFolder() async throws {
        let folder = try TemporaryFolder()
        for arguments in [["init", "-q"], ["config", "user.email", "a@b.c"], ["config", "user.name", "a"]] {
            _ = try await Program.run(command: "git", ["-C", folder.path] + arguments)
        }
        let script = try String(contentsOf: TestServer.scripts.appending(path: "hostile_server.py"), encoding: .utf8)
        try folder.write(script, to: "server.py")
        let transport = MCPServer.Transport.command(
            ["/usr/bin/python3", "-B", "server.py", "call:environment"], environment: ProgramVariables.passed,
            folder: folder.path, sandbox: SandboxPolicy(level: .landlock))
        let server = TestServer(MCPServer(name: "s", transport: transport))
        let text = try await server.text("echo")
        #expect(text.contains("\"PWD\"") && !text.contains(folder.path))
        await server.connection.close()
        #expect(server.connection.confinement?.level == .landlock)
    }
}
