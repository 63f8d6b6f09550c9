/// Rebuilds a blackboard from the events of its job, exactly: the same values, the same version, the same provenance,
/// the same states of agents. Events of kinds that it does not know change nothing.
///
/// Feed it every event in order, from the first; it may be read after any of them.
///
/// ```swift
/// let replay = try ContextReplay(try await journal.allEvents(of: "job-1"))
/// let patch = replay.snapshot.value(at: "artifacts.patch")
/// ```
public struct ContextReplay: Sendable {
    private var jobID = ""
    private var sequence = 0
    private var state: ContextState
    private(set) var states = AgentStates()
    private var hasStarted = false

    /// Starts before the first event.
    ///
    /// - Parameter fields: the declarations the job's ``JobContext`` had. They are needed for logs of version 1 alone:
    ///   later ones hold them, and the values that reducers in code gave.
    public init(fields: [FieldDeclaration] = []) {
        state = ContextState(root: .object([:]), table: FieldTable(fields))
    }

    /// Rebuilds from a whole log.
    ///
    /// - Throws: as ``apply(_:)`` does.
    public init(_ events: some Sequence<JobEvent>, fields: [FieldDeclaration] = []) throws {
        self.init(fields: fields)
        for event in events { try apply(event) }
    }

    /// The tree after the events so far, for commits under these declarations.
    func state(over table: FieldTable) -> ContextState { state.over(table) }

    /// The blackboard after the events so far.
    public var snapshot: ContextSnapshot {
        ContextSnapshot(
            jobID: jobID, version: state.version, fields: ContextContent(tree: state.root, states: states))
    }

    /// The attempts that wrote at a path, above it or below it, latest first.
    public func provenance(of path: ContextPath) -> [WriteRecord] { state.provenance(of: path, upTo: state.version) }

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
        let version = version(after: event)
        guard version == event.version else {
            throw Self.broken(
                "event \(event.sequence) names version \(event.version), but leads to version \(version)")
        }
        // In place: a copy of the tree's writes for each event would cost as much as all events before it.
        switch event.payload {
        case .jobSubmitted(let submission):
            state = ContextState(
                root: state.root.json, table: FieldTable(submission.fields.map(\.declaration)), version: state.version)
        case .jobStarted(let start):
            state = ContextState(root: start.context, table: state.table, version: event.version)
        case .agentStateChanged(let agentState):
            if event.schemaVersion == 1, hasStarted { state.replace(agentState) }
            state.raiseVersion()
        case .contextCommitted(let change):
            try state.commit(change.contribution, order: change.order, reduced: change.reduced) { version in
                WriteRecord(
                    agent: event.agent ?? "", attempt: event.attempt ?? 0, version: version, traceID: event.traceID,
                    spanID: event.spanID, by: change.by)
            }
        default: break
        }
        if case .jobStarted = event.payload { hasStarted = true }
        // In version 1 agents' states were members of the tree, and no other event changed them.
        if event.schemaVersion > 1 { states.apply(event) }
        jobID = event.jobID
        sequence = event.sequence
    }

    /// The version to which an event leads: what changes the blackboard raises it by one.
    private func version(after event: JobEvent) -> Int {
        switch event.payload {
        case .jobStarted: event.version
        case .agentStateChanged, .contextCommitted: state.version + 1
        default: state.version
        }
    }

    private static func broken(_ message: String) -> ContextError { ContextError(.brokenLog, [], message) }
}

extension JobEvent.DeclaredField {
    /// The declaration as far as a replay needs it: what a reducer in code gave stands in the log.
    var declaration: FieldDeclaration {
        let rule = MergeRule.named.first { $0.name == merge }
        let name = merge
        return FieldDeclaration(
            pattern,
            merge: rule
                ?? .custom(
                    MergeRule.Reducer(name: name) { _, _ in
                        throw ContextError(
                            .brokenLog, [], "the log holds no value for a field whose reducer is '\(name)'")
                    }))
    }
}
