import Coordinator

/// What is known where a job is to run, and decides with the job's file whether it can start there.
///
/// Whoever runs jobs gives it to ``JobFileReader``, so that a file that cannot run is refused as it is read, with the
/// location of what is wrong.
public struct JobSurroundings: Sendable {
    /// The role of an agent whose file gives it none; `nil` for an agent that is not known, whose writes are compared with
    /// those of no other.
    public var role: @Sendable (AgentSpecification.Implementation) -> Role?
    /// Why the language model of this name cannot be asked, in a sentence with what to do; `nil` when it can.
    public var modelFault: @Sendable (String) -> String?
    /// Why a job may not declare resources, in a sentence with what to do, by their names; none for those it may.
    public var resourceFaults: @Sendable ([String: ResourceLimits]) -> [String: String]

    /// Says what is known; by default the roles of the agents that ship.
    public init(
        role: @escaping @Sendable (AgentSpecification.Implementation) -> Role? = Self.shippedRole,
        modelFault: @escaping @Sendable (String) -> String? = { _ in nil },
        resourceFaults: @escaping @Sendable ([String: ResourceLimits]) -> [String: String] = { _ in [:] }
    ) {
        self.role = role
        self.modelFault = modelFault
        self.resourceFaults = resourceFaults
    }

    /// The role of an agent that ships; `nil` for any other.
    @Sendable public static func shippedRole(_ implementation: AgentSpecification.Implementation) -> Role? {
        guard case .standard(let name) = implementation else { return nil }
        return Role.standard.first { $0.name == name }
    }
}
