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

    /// The name that job files use it by.
    public var name: String
    /// The version, as its author counts; shown, never compared.
    public var version: String
    /// What it is for, in a sentence.
    public var description: String
    /// What it can do, in words that job files select by.
    public var capabilities: Set<String>
    /// What it is.
    public var implementation: Implementation
    /// Names of environment variables that a program gets beside the harmless ones.
    public var variables: [String]
    /// What holds for it where a job says nothing.
    public var defaults: AgentDefaults
    /// What its users may expect.
    public var objective: ServiceLevelObjective?

    /// Describes an agent.
    public init(
        name: String, version: String, description: String = "", capabilities: Set<String> = [],
        implementation: Implementation, variables: [String] = [], defaults: AgentDefaults = AgentDefaults(),
        objective: ServiceLevelObjective? = nil
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.capabilities = capabilities
        self.implementation = implementation
        self.variables = variables
        self.defaults = defaults
        self.objective = objective
    }
}
