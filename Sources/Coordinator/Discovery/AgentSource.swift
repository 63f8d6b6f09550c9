/// Where agents are found while jobs run: a folder of manifests, a service that lists agents, a bus on which they announce
/// themselves.
public protocol AgentSource: Sendable {
    /// Registers what is found, and removes what has gone, until the task is cancelled.
    ///
    /// What another source registered under a name is left alone: ``AgentRegistry/Entry/source`` tells whose an entry is.
    ///
    /// - Throws: when the source cannot be watched any more; what it registered stays.
    func publish(to registry: AgentRegistry) async throws
}
