/// How a job goes on that another process began.
///
/// ```swift
/// coordinator.resumption = ResumptionOptions(changes: ["the model is another one"], acceptsChanges: true)
/// ```
public struct ResumptionOptions: Sendable, Hashable {
    /// What the job was made of and is another thing now, in sentences, for its journal.
    public var changes: [String]
    /// Whether agents may have been added, removed or changed.
    public var acceptsChanges: Bool
    /// Whether a job is taken up whose resumptions have ended their process.
    public var force: Bool

    /// Nothing is changed, accepted or forced unless said otherwise.
    public init(changes: [String] = [], acceptsChanges: Bool = false, force: Bool = false) {
        self.changes = changes
        self.acceptsChanges = acceptsChanges
        self.force = force
    }
}

/// What a run does when nothing of its job is left but waiting for somebody.
public enum WaitingPolicy: Sendable, Hashable {
    /// It waits.
    case stay
    /// It gives the job up, which goes on when it is resumed; only with a journal.
    case leave
}
