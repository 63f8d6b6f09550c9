import Coordinator

/// The versions of the protocol that are spoken here. Between the two everything changed that is around a call: sessions,
/// how versions are agreed on, how people are asked.
enum MCPVersion: String, Sendable, Hashable, CaseIterable {
    /// Each request stands for itself and says all that the server needs to know of the client.
    case stateless = "2026-07-28"
    /// A session begins with `initialize`.
    case session = "2025-11-25"

    /// The earlier versions whose lists and calls of tools are those of ``session``: servers may choose one of them in
    /// their answer to `initialize`.
    static let compatible: Set<String> = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
}

/// What requests say of this client.
enum ClientIdentity {
    static let info: JSONValue = ["name": "coordinator", "version": "1"]
    /// People are asked by forms. Nothing else is offered: no folders, no models, no addresses to open.
    static let capabilities: JSONValue = ["elicitation": ["form": [:]]]

    /// What stands in the `_meta` of each request of ``MCPVersion/stateless``.
    static let meta: JSONObject = [
        "io.modelcontextprotocol/protocolVersion": .string(MCPVersion.stateless.rawValue),
        "io.modelcontextprotocol/clientInfo": info, "io.modelcontextprotocol/clientCapabilities": capabilities,
    ]

    /// The parameters of `initialize`.
    static let initialize: JSONObject = [
        "protocolVersion": .string(MCPVersion.session.rawValue), "capabilities": capabilities, "clientInfo": info,
    ]
}
