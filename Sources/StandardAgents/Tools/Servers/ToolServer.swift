import MCPClient

/// A server whose tools an agent may call.
package struct ToolServer: Sendable {
    /// The server.
    package var server: MCPServer
    /// The tools that may be called; `nil` for all.
    package var allow: [String]?
    /// Which tools are declared to have effects, or not to; all others have.
    package var effects: [String: Bool]

    package init(server: MCPServer, allow: [String]? = nil, effects: [String: Bool] = [:]) {
        self.server = server
        self.allow = allow
        self.effects = effects
    }
}
