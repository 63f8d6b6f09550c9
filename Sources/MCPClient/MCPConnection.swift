import Coordinator
import CurlClient
import Logging
import Processes
import Support

/// A connection to a server of tools for the time of one attempt: the server is started or asked at the first use, and
/// started once more when it has died.
package final class MCPConnection: Sendable {
    /// The server.
    package let server: MCPServer

    /// - Parameters:
    ///   - client: the HTTP client for a server that is a service.
    ///   - runner: starts a server that is a program.
    ///   - logger: gets what the server writes to its standard error.
    package init(
        _ server: MCPServer, client: @escaping @Sendable () throws -> HTTPClient, runner: ProgramRunner, logger: Logger
    ) {
        self.server = server
    }

    /// The server's tools.
    package func tools(until deadline: ContinuousClock.Instant) async throws(MCPError) -> [MCPTool] {
        throw MCPError(.unavailable, "no server can be reached")
    }

    /// Calls a tool.
    ///
    /// - Parameters:
    ///   - reply: what a person answered to the question that this call asked before.
    ///   - report: gets what the server says about its progress.
    package func call(
        _ tool: String, _ arguments: JSONObject, reply: MCPReply? = nil, until deadline: ContinuousClock.Instant,
        reporting report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MCPError) -> MCPAnswer {
        throw MCPError(.unavailable, "no server can be reached")
    }

    /// Ends the server where it is a program, and the session where it is a service.
    package func close() async {}
}
