/// A source of agents that come and go while jobs run: a folder of manifests, a service that lists agents, a bus on
/// which they announce themselves.
///
/// ```swift
/// struct ServiceDirectory: AgentSource {
///     let directory: Directory
///
///     func publish(to registry: AgentRegistry) async throws {
///         for try await service in directory.services {
///             registry.register(.init(service.name, source: "directory", agent: ServiceAgent(service)))
///         }
///     }
/// }
/// ```
public protocol AgentSource: Sendable {
    /// Registers the agents that it finds, and removes those that have gone, until the task is cancelled.
    ///
    /// An agent that another source registered under the same name is left alone: ``AgentRegistry/Entry/source`` names
    /// the source of an entry.
    ///
    /// - Throws: when the source cannot be watched any more; what it registered stays.
    func publish(to registry: AgentRegistry) async throws
}
