import Support

/// The blackboard of one job: the single source of truth its agents share.
///
/// It holds `task`, `artifacts`, `constraints`, `decisions` and further fields, and shows at `agents` what each agent is
/// doing. Commits and ``updateAgentState(_:)`` raise the version by one each; everything else that happens is an event,
/// too (of progress a journal gets only the last word before an attempt's end or suspension), and changes at most what is
/// shown at `agents`.
///
/// A ``Job`` makes its own. Made by hand, it is given to a ``JobCoordinator``:
/// ```swift
/// let context = JobContext(id: "job-123", task: JobTask(requirements: ["feature_x"]), fields: [findings.field])
/// let coordinator = JobCoordinator(context)
/// ```
public final class JobContext: Sendable {
    /// The job's id.
    public let id: String
    let table: FieldTable
    let stream: EventStream
    let heads: Locked<ContextHeads>
    /// `nil` when events are kept in memory alone.
    let connection: JournalConnection?
    let reducers: ReducerCalls
    /// What happened to the job before; `nil` for a new one.
    let history: JobHistory?
    private let clock = Locked<@Sendable () -> Timestamp>({ WallClock.now })

    /// How long a job waits for an answer of its journal unless said otherwise: half of the time for which a process
    /// holds a job without a sign of life.
    public static let defaultJournalTimeout = Duration.milliseconds(7_500)

    /// How many things may wait for a journal's answer unless said otherwise; an agent's success is one.
    public static let defaultJournalQueueLimit = 65_536

    /// About how many bytes a journal gets at once at most, unless said otherwise.
    public static let defaultJournalBatchBytes = 4 << 20

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
    ///   - journal: keeps what happens before it becomes visible; `nil` for memory alone.
    ///   - journalTimeout: how long the journal may take for one append. A job whose journal fails, or does not answer in
    ///     that time, stops as `store_unavailable`, since nobody knows then what is kept.
    ///   - journalQueueLimit: how many things may wait for the journal's answer. A job with one more stops as
    ///     `store_unavailable`, since none may be lost.
    ///   - journalBatchBytes: about how many bytes of events, as JSON, the journal gets with one append at most; what happens
    ///     together goes together, whatever its size, and so does what the job begins with.
    ///   - reducerTimeout: how long a commit may wait for its turn with reducers, and then for its reducers.
    ///   - eventLimit: how many of the latest events are kept for readers of ``events(from:)`` and
    ///     ``changes(since:)``, at least.
    public convenience init(
        id: String, task: JobTask = JobTask(), artifacts: JSONObject = [:], constraints: [String] = [],
        decisions: [JSONValue] = [], fields: [FieldDeclaration] = [], journal: (any JobJournal)? = nil,
        journalTimeout: Duration = JobContext.defaultJournalTimeout,
        journalQueueLimit: Int = JobContext.defaultJournalQueueLimit,
        journalBatchBytes: Int = JobContext.defaultJournalBatchBytes,
        reducerTimeout: Duration = JobContext.defaultReducerTimeout,
        eventLimit: Int = JobContext.defaultEventLimit
    ) {
        self.init(
            id: id,
            root: Self.root(task: task, artifacts: artifacts, constraints: constraints, decisions: decisions),
            fields: fields, journal: journal,
            bounds: Bounds(
                journalTimeout: journalTimeout, journalQueueLimit: journalQueueLimit,
                journalBatchBytes: journalBatchBytes, reducerTimeout: reducerTimeout, eventLimit: eventLimit))
    }

    /// The fields that every blackboard has.
    static func root(
        task: JobTask, artifacts: JSONObject = [:], constraints: [String] = [], decisions: [JSONValue] = []
    ) -> JSONValue {
        let taskValue: JSONValue = [
            "description": .string(task.description),
            "requirements": .array(task.requirements.map(\.contextValue)),
            "validation": task.validation.contextValue,
        ]
        return [
            "task": taskValue, "artifacts": .object(artifacts),
            "constraints": .array(constraints.map { .string($0) }), "decisions": .array(decisions),
            "agents": .object([:]),
        ]
    }

    /// Makes a blackboard that holds whatever its root does.
    convenience init(
        id: String, root: JSONValue, fields: [FieldDeclaration], journal: (any JobJournal)?, bounds: Bounds = Bounds()
    ) {
        let table = FieldTable(fields)
        self.init(
            id: id, state: ContextState(root: root, table: table), table: table, journal: journal, bounds: bounds,
            history: nil)
    }

    /// What the public initialisers bound.
    struct Bounds: Sendable {
        var journalTimeout = defaultJournalTimeout
        var journalQueueLimit = defaultJournalQueueLimit
        var journalBatchBytes = defaultJournalBatchBytes
        var reducerTimeout = defaultReducerTimeout
        var eventLimit = defaultEventLimit
    }

    init(
        id: String, state: ContextState, table: FieldTable, journal: (any JobJournal)?, bounds: Bounds,
        history: JobHistory?
    ) {
        self.id = id
        self.table = table
        self.history = history
        stream = EventStream(limit: bounds.eventLimit)
        heads = Locked(
            ContextHeads(
                state, stream: stream,
                limits: journal.map { _ in
                    .init(waiting: bounds.journalQueueLimit, batchBytes: bounds.journalBatchBytes)
                }))
        connection = journal.map {
            JournalConnection($0, jobID: id, timeout: bounds.journalTimeout)
        }
        reducers = ReducerCalls(timeout: bounds.reducerTimeout)
    }

    /// Stamps events from now on by this clock, as a job's runtime does all others. Until then it is the system's.
    func stampEvents(by clock: @escaping @Sendable () -> Timestamp) { self.clock.withLock { $0 = clock } }

    private var now: Timestamp { clock.withLock { $0 }() }

    /// The blackboard as it is now.
    public var snapshot: ContextSnapshot {
        heads.withLock { $0.snapshot(jobID: id) }
    }

    /// The blackboard as it is now, limited to what a role may read.
    ///
    /// - Throws: ``ContextError`` when a redaction of the role is no regular expression, or its path a literal that is none.
    public func agentContext(for role: Role) throws -> RoleView {
        try view(for: role, of: snapshot, from: Origin()) { _ in }
    }

    /// Sets an agent's state at `agents.<name>`; raises the version. It is shown until the agent does something else.
    ///
    /// With a journal it is shown once it is kept, which nobody waits for here. After the job's end it changes nothing.
    public func updateAgentState(_ agentState: AgentState) {
        let at = now
        let origin = Origin(agent: agentState.name, attempt: agentState.attempt)
        let payload = JobEvent.Payload.agentStateChanged(agentState)
        hand(payload.estimatedBytes) { heads in
            if heads.hasEnded { return }
            heads.change { $0.raiseVersion() }
            heads.add(payload, of: id, from: origin, at: at)
        }
    }

    /// Every event from the one with this number on; ends with the job.
    public func events(from sequence: Int = 1) -> JobEvents {
        JobEvents(stream) { _ in max(0, sequence - 1) }
    }

    /// The events that changed the blackboard after this version, without gaps; ends with the job.
    public func changes(since version: Int) -> JobEvents {
        JobEvents(stream) {
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
        heads.withLock { $0.provenance(of: path) }
    }

    /// The values that agents wrote below `artifacts`.
    var writtenArtifacts: JSONObject { heads.withLock { $0.writtenArtifacts } }
}

extension JobContext {
    /// A view whose refusals become events.
    func view(
        for role: Role, of snapshot: ContextSnapshot, element: RoleView.Element? = nil, from origin: Origin,
        onDenied: @escaping @Sendable (ContextError) -> Void
    ) throws -> RoleView {
        try RoleView(snapshot, role: role, element: element) { error in
            self.post(
                .accessDenied(.init(paths: error.paths, message: error.message)), from: origin, at: self.now)
            onDenied(error)
        }
    }
}
