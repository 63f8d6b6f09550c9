/// Rebuilds a blackboard from the events of its job, exactly: the same values, the same version, the same provenance.
///
/// Feed it every event in order, from the first; it may be read after any of them.
public struct ContextReplay: Sendable {
    private let table: FieldTable
    private var jobID = ""
    private var sequence = 0
    private var state: ContextState

    /// Starts before the first event.
    ///
    /// - Parameter fields: the declarations the job's ``JobContext`` had. Merge rules may be code, so no event holds
    ///   them.
    public init(fields: [FieldDeclaration] = []) {
        table = FieldTable(fields)
        state = ContextState(root: .object([:]), table: table)
    }

    /// Rebuilds from a whole log.
    ///
    /// - Throws: as ``apply(_:)`` does.
    public init(_ events: some Sequence<JobEvent>, fields: [FieldDeclaration] = []) throws {
        self.init(fields: fields)
        for event in events { try apply(event) }
    }

    /// The blackboard after the events so far.
    public var snapshot: ContextSnapshot {
        ContextSnapshot(jobID: jobID, version: state.version, root: state.root)
    }

    /// The attempts that wrote at a path, above it or below it, latest first.
    public func provenance(of path: ContextPath) -> [WriteRecord] { state.provenance(of: path) }

    /// Adds the next event.
    ///
    /// - Throws: ``ContextError`` with code `brokenLog` when the event is not the next one of the same job, or does not
    ///   lead to the version it names; the state stays as it was.
    public mutating func apply(_ event: JobEvent) throws {
        guard sequence == 0 || event.jobID == jobID else {
            throw Self.broken("event \(event.sequence) belongs to job '\(event.jobID)', not to '\(jobID)'")
        }
        guard event.sequence == sequence + 1 else {
            throw Self.broken("event \(event.sequence) follows event \(sequence); one is missing or stands twice")
        }
        var next = state
        switch event.payload {
        case .jobStarted(let start):
            next = ContextState(root: start.context, table: table, version: event.version)
        // An agent's state from before the start is part of the context that the job started with.
        case .agentStateChanged where state.version == 0 && !hasStarted: next.skip(to: event.version)
        case .agentStateChanged(let agentState): next.record(agentState)
        case .contextCommitted(let change):
            _ = try next.commit(
                change.contribution, order: WriteOrder(stage: change.stage, registration: change.registration)
            ) { version in
                WriteRecord(
                    agent: event.agent ?? "", attempt: event.attempt ?? 0, version: version, traceID: event.traceID,
                    spanID: event.spanID)
            }
        default: break
        }
        guard next.version == event.version else {
            throw Self.broken(
                "event \(event.sequence) names version \(event.version), but leads to version \(next.version)")
        }
        if case .jobStarted = event.payload { hasStarted = true }
        state = next
        jobID = event.jobID
        sequence = event.sequence
    }

    private var hasStarted = false

    private static func broken(_ message: String) -> ContextError { ContextError(.brokenLog, [], message) }
}
