import Coordinator

/// What is known where a job is to run, and decides with the job's file whether it can start there.
///
/// Whoever runs jobs gives it to ``JobFileReader``, so that a file that cannot run is refused as it is read, with the
/// location of what is wrong.
public struct JobSurroundings: Sendable {
    /// The role that an agent whose file gives it none will have, by what it is and its name in the job; `nil` for an agent
    /// that is not known, whose writes are compared with those of no other.
    public var role: @Sendable (AgentSpecification.Implementation, _ agent: String) -> Role?
    /// Why a job may not ask language models, in a sentence with what to do, by their names; none for those it may. The
    /// names are those of one job, each once, in the order of its file.
    public var modelFaults: @Sendable ([String]) -> [String: String]
    /// Why a job may not declare resources, in a sentence with what to do, by their names; none for those it may.
    public var resourceFaults: @Sendable ([String: ResourceLimits]) -> [String: String]

    /// Why an agent cannot be confined as the job's file says, in a sentence with what to do; `nil` where it can.
    public var sandboxFault: @Sendable (AgentSpecification.Implementation, SandboxPolicy) -> String?
    /// Why an agent made of a model cannot run that names none, in a sentence with what to do; `nil` where it can.
    public var missingModel: String?
    /// Why a JSON Schema cannot be used for a model's answer, after the place in it, such as `#/properties/a: …`; `nil` where
    /// it can.
    public var schemaFault: @Sendable (JSONValue) -> String?
    /// Where the files are that the job file names beside itself.
    public var folder: JobFolder
    /// The folder that `~` stands for; `nil` where there is none, so that such paths are refused.
    public var home: String?

    /// The variables among these that the environment does not have, or that are empty.
    public var missingVariables: @Sendable ([String]) -> Set<String>

    /// Says what is known; by default the roles of the agents that ship.
    public init(
        role: @escaping @Sendable (AgentSpecification.Implementation, _ agent: String) -> Role? = { uses, _ in
            Self.shippedRole(uses)
        },
        modelFaults: @escaping @Sendable ([String]) -> [String: String] = { _ in [:] },
        resourceFaults: @escaping @Sendable ([String: ResourceLimits]) -> [String: String] = { _ in [:] },
        missingVariables: @escaping @Sendable ([String]) -> Set<String> = { _ in [] },
        sandboxFault: @escaping @Sendable (AgentSpecification.Implementation, SandboxPolicy) -> String? = { _, _ in nil
        },
        missingModel: String? = nil, schemaFault: @escaping @Sendable (JSONValue) -> String? = { _ in nil },
        folder: JobFolder = .unread, home: String? = nil
    ) {
        self.role = role
        self.modelFaults = modelFaults
        self.resourceFaults = resourceFaults
        self.missingVariables = missingVariables
        self.sandboxFault = sandboxFault
        self.missingModel = missingModel
        self.schemaFault = schemaFault
        self.folder = folder
        self.home = home
    }

    /// The role of an agent that ships; `nil` for any other.
    @Sendable public static func shippedRole(_ implementation: AgentSpecification.Implementation) -> Role? {
        guard case .standard(let name) = implementation else { return nil }
        return Role.standard(named: name)
    }
}
