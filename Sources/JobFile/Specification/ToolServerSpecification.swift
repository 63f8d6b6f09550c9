import Coordinator

/// A server of tools that speaks the Model Context Protocol, as a file describes it.
public struct ToolServerSpecification: Sendable, Hashable {
    /// How it is reached.
    public var transport: Transport
    /// Which of its tools are declared to have effects, or to have none; all others are taken to have some.
    public var effects: [String: Bool]

    /// How a server is reached.
    public enum Transport: Sendable, Hashable {
        /// A program that is started and spoken to over its standard streams, with the names of the variables that it gets
        /// beside `PATH`, `HOME` and the like; never handed to a shell. Without a sandbox it is trusted like this process.
        case command([String], variables: [String], sandbox: SandboxPolicy?)
        /// A service, and the name of the variable that holds the token it asks for; `nil` for none.
        case url(String, tokenVariable: String?)
    }

    /// The most servers of a job. 20.
    public static let most = 20
    /// The longest name of a tool, in bytes. 128.
    public static let longestToolName = 128

    /// Describes a server.
    public init(_ transport: Transport, effects: [String: Bool] = [:]) {
        self.transport = transport
        self.effects = effects
    }

    /// The variable that holds a service's token.
    package var tokenVariable: String? {
        if case .url(_, let variable) = transport { variable } else { nil }
    }
}
