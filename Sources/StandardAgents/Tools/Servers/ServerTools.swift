import Coordinator
import CurlClient
import MCPClient
import Processes
import Support

/// The tools of servers, for the time of one attempt.
struct ServerTools: ToolSource {
    /// How long a server may take to say what tools it has. 60 s.
    static let listingTime = Duration.seconds(60)
    /// The most tools that one agent may call. 200.
    static let limit = 200

    let servers: [ToolServer]
    let client: @Sendable () throws -> HTTPClient
    let runner: ProgramRunner

    func open(_ view: RoleView, _ attempt: AttemptContext) async throws -> any OpenTools {
        var opened = OpenServerTools(attempt: attempt)
        do {
            for server in servers {
                let connection = MCPConnection(server.server, client: client, runner: runner, logger: attempt.logger)
                opened.connections.append(connection)
                opened.tools += try await tools(server, connection, attempt)
            }
            guard opened.tools.count <= Self.limit else {
                throw AgentError(
                    .permanent,
                    "'\(attempt.agent)' may call \(opened.tools.count) tools of servers, and may be given \(Self.limit): name "
                        + "those that it needs under allow")
            }
        } catch {
            await opened.close()
            throw error
        }
        return opened
    }

    private func tools(
        _ server: ToolServer, _ connection: MCPConnection, _ attempt: AttemptContext
    ) async throws -> [any AgentTool] {
        let name = server.server.name
        attempt.progress("asking the server '\(name)' for its tools")
        let limit = attempt.remaining.map { min($0, Self.listingTime) } ?? Self.listingTime
        let known: [MCPTool]
        do {
            known = try await connection.tools(until: .now + limit)
        } catch {
            throw error.failure(name)
        }
        for missing in server.allow ?? [] where !known.contains(where: { $0.name.hasBytes(of: missing) }) {
            attempt.progress("the server '\(name)' has no tool '\(ForeignText.line(missing, atMost: 80))'")
        }
        let usable = known.filter { tool in server.allow.map { $0.contains { $0.hasBytes(of: tool.name) } } ?? true }
        await tellChanges(usable, of: name, attempt)
        return usable.map {
            ServerTool(connection: connection, tool: $0, hasEffects: server.effects[$0.name] ?? true)
        }
    }

    /// Says which tools are described otherwise than when a job used them last; the run goes on.
    private func tellChanges(_ tools: [MCPTool], of server: String, _ attempt: AttemptContext) async {
        let digests = Dictionary(
            tools.prefix(Self.limit).map { ("\(server).\($0.name)", $0.digest) },
            uniquingKeysWith: { first, _ in first })
        for (name, before) in await attempt.pin(digests).sorted(by: { $0.key < $1.key }) {
            let words = "\(ForeignText.line(name, atMost: 120)): its description changed since \(before.jobID)"
            attempt.progress(words)
            // Progress is gone with the run; whoever looks for the cause of another behaviour reads logs.
            attempt.logger.warning("\(words)")
        }
    }
}

/// Connections to servers, and their tools.
struct OpenServerTools: OpenTools {
    let attempt: AttemptContext
    var connections: [MCPConnection] = []
    var tools: [any AgentTool] = []

    func contribution() async throws -> Contribution { Contribution() }

    func close() async {
        for connection in connections {
            await connection.close()
            if let report = connection.confinement { attempt.ran(report, writtenBy: .person) }
        }
    }
}
