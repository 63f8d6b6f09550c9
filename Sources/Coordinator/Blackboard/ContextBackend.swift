/// Where a job's events are kept beside memory.
///
/// An event is handed over before it becomes visible to any agent, and becomes visible only when the backend took it.
/// Events of one job come one after the other, in sequence, without gaps; the state is rebuilt from them alone.
public protocol ContextBackend: Sendable {
    /// Keeps an event for good.
    ///
    /// - Throws: when the event could not be kept; then the commit it stands for has not happened.
    func append(_ event: JobEvent) async throws
}
