import Coordinator

/// An agent as its manifest describes it: `agents/NAME.yaml`.
public struct AgentManifest: Sendable, Hashable {
    /// What the agent is.
    public enum Implementation: Sendable, Hashable {
        /// A program, as an argument list; never handed to a shell.
        case command([String])
        /// A service that takes the view by POST.
        case http(url: String)
    }

    /// The name by which job files use the agent.
    public var name: String
    /// The version in its author's own scheme; shown, never compared.
    public var version: String
    /// What the agent is for, in a sentence.
    public var description: String
    /// What the agent can do, in words by which job files select it.
    public var capabilities: Set<String>
    /// What the agent is: a program or a service.
    public var implementation: Implementation
    /// Names of environment variables that a program gets in addition to `PATH`, `HOME` and the like.
    public var variables: [String]
    /// How its program is confined; `nil` for one that is trusted like this process.
    public var sandbox: SandboxPolicy?
    /// The policies and the role that hold where a job states none.
    public var defaults: AgentDefaults
    /// What the agent's users may expect.
    public var objective: ServiceLevelObjective?

    /// Describes an agent.
    public init(
        name: String, version: String, description: String = "", capabilities: Set<String> = [],
        implementation: Implementation, variables: [String] = [], sandbox: SandboxPolicy? = nil,
        defaults: AgentDefaults = AgentDefaults(),
        objective: ServiceLevelObjective? = nil
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.capabilities = capabilities
        self.implementation = implementation
        self.variables = variables
        self.sandbox = sandbox
        self.defaults = defaults
        self.objective = objective
    }
}
