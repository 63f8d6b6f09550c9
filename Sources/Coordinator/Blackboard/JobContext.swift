import Support

/// The blackboard of one job: the single source of truth its agents share.
///
/// It holds `task`, `artifacts`, `constraints`, `decisions`, `agents` (their states) and further fields. Every change
/// raises the version by one and is an event. Only commits and ``updateAgentState(_:)`` change it.
public final class JobContext: Sendable {
    /// The job's id.
    public let id: String
    let journal: EventJournal
    private let state: Locked<ContextState>
    private let backend: CommitQueue?
    private let reducers: ReducerCalls
    private let clock = Locked<@Sendable () -> Timestamp>({ WallClock.now })

    /// How long a commit waits for a backend unless said otherwise.
    public static let defaultBackendTimeout = Duration.seconds(30)

    /// How long the reducers of a commit may take unless said otherwise.
    public static let defaultReducerTimeout = Duration.seconds(5)

    /// How many events a context keeps unless said otherwise, at some 300 bytes each beside what they carry.
    public static let defaultEventLimit = 262_144

    /// Makes a blackboard.
    ///
    /// - Parameters:
    ///   - id: names the job in traces, logs and files.
    ///   - task: the job's task.
    ///   - artifacts: inputs by name, such as `code`.
    ///   - constraints: the rules that agents must keep to.
    ///   - decisions: the decisions made so far.
    ///   - fields: further fields and their merge rules; a field without one has a single writer.
    ///   - backend: keeps each commit before it becomes visible; `nil` for memory alone.
    ///   - backendTimeout: how long a commit may wait for its turn, and then for the backend. A commit that the backend
    ///     did not answer in that time fails, as do all after it, since the backend's contents are then unknown.
    ///   - reducerTimeout: how long a commit may wait for its turn with reducers, and then for its reducers.
    ///   - eventLimit: how many of the latest events are kept for readers of ``events(from:)`` and
    ///     ``changes(since:)``, at least.
    public init(
        id: String, task: JobTask = JobTask(), artifacts: JSONObject = [:], constraints: [String] = [],
        decisions: [JSONValue] = [], fields: [FieldDeclaration] = [], backend: (any ContextBackend)? = nil,
        backendTimeout: Duration = JobContext.defaultBackendTimeout,
        reducerTimeout: Duration = JobContext.defaultReducerTimeout,
        eventLimit: Int = JobContext.defaultEventLimit
    ) {
        self.id = id
        journal = EventJournal(limit: eventLimit)
        let taskValue: JSONValue = [
            "description": .string(task.description),
            "requirements": .array(task.requirements.map(\.contextValue)),
            "validation": task.validation.contextValue,
        ]
        let root: JSONValue = [
            "task": taskValue, "artifacts": .object(artifacts),
            "constraints": .array(constraints.map { .string($0) }), "decisions": .array(decisions),
            "agents": .object([:]),
        ]
        state = Locked(ContextState(root: root, table: FieldTable(fields)))
        self.backend = backend.map { CommitQueue($0, timeout: backendTimeout) }
        reducers = ReducerCalls(timeout: reducerTimeout)
    }

    /// Stamps events from now on by this clock, as a job's runtime does all others. Until then it is the system's.
    func stampEvents(by clock: @escaping @Sendable () -> Timestamp) { self.clock.withLock { $0 = clock } }

    private var now: Timestamp { clock.withLock { $0 }() }

    /// The blackboard as it is now.
    public var snapshot: ContextSnapshot {
        state.withLock { ContextSnapshot(jobID: id, version: $0.version, root: $0.root) }
    }

    /// The blackboard as it is now, limited to what a role may read.
    ///
    /// - Throws: ``ContextError`` when a redaction of the role is no regular expression.
    public func agentContext(for role: Role) throws -> RoleView {
        try view(for: role, of: snapshot, from: Origin()) { _ in }
    }

    /// Sets an agent's state at `agents.<name>`; raises the version.
    public func updateAgentState(_ agentState: AgentState) {
        record(agentState, at: now, trace: nil)
    }

    /// Every event from the one with this number on; ends with the job.
    public func events(from sequence: Int = 1) -> JobEvents {
        JobEvents(journal) { _ in max(0, sequence - 1) }
    }

    /// The events that changed the blackboard after this version, without gaps; ends with the job.
    public func changes(since version: Int) -> JobEvents {
        JobEvents(journal) {
            $0.position(after: version)
        } where: { event in
            switch event.payload {
            case .contextCommitted, .agentStateChanged: event.version > version
            default: false
            }
        }
    }

    /// The attempts that wrote at a path, above it or below it, latest first.
    public func provenance(of path: ContextPath) -> [WriteRecord] {
        state.withLock { $0.provenance(of: path) }
    }

    /// The values that agents wrote below `artifacts`.
    var writtenArtifacts: JSONObject { state.withLock { $0 }.writtenArtifacts }

    var table: FieldTable { state.withLock { $0.table } }
}

// MARK: The coordinator's operations

extension JobContext {
    /// The agent, attempt and span that an event belongs to.
    struct Origin: Sendable {
        var agent: String?
        var attempt: Int?
        var trace: TraceReference?
    }

    /// A view whose refusals become events.
    func view(
        for role: Role, of snapshot: ContextSnapshot, from origin: Origin,
        onDenied: @escaping @Sendable (ContextError) -> Void
    ) throws -> RoleView {
        try RoleView(snapshot, role: role) { error in
            self.post(
                .accessDenied(.init(paths: error.paths, message: error.message)), from: origin, at: self.now)
            onDenied(error)
        }
    }

    /// Appends the job's first event: the blackboard that the job starts with, at one version.
    func postStart(workflow: String, agents: [JobEvent.RegisteredAgent], from origin: Origin, at: Timestamp) {
        state.withLock { state in
            publish(
                .jobStarted(.init(workflow: workflow, agents: agents, context: state.root.json)), from: origin, at: at,
                version: state.version)
        }
    }

    func post(_ payload: JobEvent.Payload, from origin: Origin, at: Timestamp) {
        state.withLock { state in publish(payload, from: origin, at: at, version: state.version) }
    }

    /// Records a conflict: the contribution that was refused, the values on the blackboard, and the names of both
    /// writers.
    func postConflict(_ refusal: ContextError?, _ refused: Contribution, from origin: Origin, at: Timestamp) {
        state.withLock { state in
            let paths = refusal?.paths ?? []
            var writers = paths.flatMap { state.provenance(of: $0).map(\.agent) }
            writers.append(origin.agent ?? "")
            let kept = paths.compactMap { path in
                state.root.value(at: path.segments).map { (ExactString(path.description), $0) }
            }
            publish(
                .contextConflict(
                    .init(
                        paths: paths, kept: Dictionary(kept, uniquingKeysWith: { first, _ in first }),
                        writers: writers, refused: refused, message: refusal?.message ?? "")),
                from: origin, at: at, version: state.version)
        }
    }

    func record(_ agentState: AgentState, at: Timestamp, trace: TraceReference?) {
        state.withLock { state in
            state.record(agentState)
            let origin = Origin(agent: agentState.name, attempt: agentState.attempt, trace: trace)
            publish(.agentStateChanged(agentState), from: origin, at: at, version: state.version)
        }
    }

    /// Merges a contribution and appends its event, all or nothing. A backend must have stored the contribution before.
    ///
    /// - Throws: ``ContextError``, or the backend's error.
    func commit(
        _ contribution: Contribution, by role: Role, order: WriteOrder, from origin: Origin, at: Timestamp,
        timers: any TimerService, reducersOn environment: ReducerCalls.Environment
    ) async throws -> CommitReceipt {
        let forbidden = contribution.paths.filter { !role.mayWrite($0) }
        guard forbidden.isEmpty else { throw ContextError.denied("write", forbidden, role: role) }
        guard try state.withLock({ $0 }).needsReducer(contribution) else {
            return try await keep(contribution, [:], order: order, from: origin, at: at, timers: timers)
        }
        // One at a time: no other contribution may change a field with a reducer until this one is stored.
        return try await reducers.inTurn(environment) {
            let state = self.state.withLock { $0 }
            let reduced = try await reducers.call(on: environment) {
                try state.reduced(contribution, order: order) { Self.writeRecord(origin, $0) }
            }
            return try await keep(contribution, reduced, order: order, from: origin, at: at, timers: timers)
        }
    }

    private func keep(
        _ contribution: Contribution, _ reduced: [ContextPath: JSONValue], order: WriteOrder, from origin: Origin,
        at: Timestamp, timers: any TimerService
    ) async throws -> CommitReceipt {
        guard let backend else { return try apply(contribution, reduced, order: order, from: origin, at: at) }
        return try await backend.commit(timers: timers) { number in
            CommitRecord(
                jobID: id, number: number, agent: origin.agent ?? "", attempt: origin.attempt ?? 0, at: at,
                stage: order.stage, registration: order.registration, contribution: contribution)
        } check: {
            // Checked on a copy. Until the contribution is applied agents' states may change, but fields may not.
            var copy = state.withLock { $0 }
            _ = try copy.commit(contribution, order: order, reduced: reduced) { Self.writeRecord(origin, $0) }
        } apply: {
            try apply(contribution, reduced, order: order, from: origin, at: at)
        }
    }

    private func apply(
        _ contribution: Contribution, _ reduced: [ContextPath: JSONValue], order: WriteOrder, from origin: Origin,
        at: Timestamp
    ) throws -> CommitReceipt {
        let change = JobEvent.ContextCommitted(
            contribution: contribution, stage: order.stage, registration: order.registration)
        return try state.withLock { state in
            let from = state.version
            let paths = try state.commit(contribution, order: order, reduced: reduced) { Self.writeRecord(origin, $0) }
            if !paths.isEmpty { publish(.contextCommitted(change), from: origin, at: at, version: state.version) }
            return CommitReceipt(from: from, to: state.version, changed: paths.count)
        }
    }

    private static func writeRecord(_ origin: Origin, _ version: Int) -> WriteRecord {
        WriteRecord(
            agent: origin.agent ?? "", attempt: origin.attempt ?? 0, version: version, traceID: origin.trace?.traceID,
            spanID: origin.trace?.spanID)
    }

    private func publish(_ payload: JobEvent.Payload, from origin: Origin, at: Timestamp, version: Int) {
        journal.append(at: at) { sequence, at in
            JobEvent(
                sequence: sequence, at: at, jobID: id, version: version, agent: origin.agent,
                attempt: origin.attempt, traceID: origin.trace?.traceID, spanID: origin.trace?.spanID,
                payload: payload)
        }
    }
}

/// The versions before and after a commit, and the number of paths it changed.
struct CommitReceipt: Sendable {
    let from: Int
    let to: Int
    let changed: Int
}

/// A span as text, for events and results.
struct TraceReference: Sendable, Hashable {
    let traceID: String
    let spanID: String
}
