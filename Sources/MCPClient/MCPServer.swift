import Support

/// A server of tools that speaks the Model Context Protocol.
package struct MCPServer: Sendable {
    /// How the server is reached.
    package enum Transport: Sendable {
        /// A program that is started, and spoken to over its standard streams. Never handed to a shell.
        ///
        /// - Parameters:
        ///   - environment: all the variables that it gets.
        ///   - folder: where it starts; a sandbox starts it in a copy of it.
        ///   - sandbox: how it is confined; `nil` for a program that is trusted like this process.
        case command([String], environment: [String: String], folder: String, sandbox: SandboxPolicy?)
        /// A service, spoken to by streamable HTTP.
        ///
        /// - Parameter token: the bearer token, never printed; `nil` for none.
        case url(String, token: (@Sendable () -> String)?)
    }

    /// The server's name, by which its tools are called `server.tool`.
    package let name: String
    /// How it is reached.
    package let transport: Transport

    /// Describes a server.
    package init(name: String, transport: Transport) {
        self.name = name
        self.transport = transport
    }
}
