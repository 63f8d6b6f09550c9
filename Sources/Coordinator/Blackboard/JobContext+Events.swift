import Support

// What happens in a job, on its way to readers.

extension JobContext {
    /// The run, the attempt and the span that an event belongs to.
    struct Origin: Sendable {
        var agent: String?
        var round: Int?
        var item: Int?
        var attempt: Int?
        var trace: TraceReference?

        init(
            agent: String? = nil, round: Int? = nil, item: Int? = nil, attempt: Int? = nil,
            trace: TraceReference? = nil
        ) {
            self.agent = agent
            self.round = round
            self.item = item
            self.attempt = attempt
            self.trace = trace
        }

        init(_ run: RunIdentity, attempt: Int? = nil, trace: TraceReference?) {
            self.init(agent: run.agent, round: run.round, item: run.item, attempt: attempt, trace: trace)
        }

        var run: RunIdentity? { agent.map { RunIdentity(agent: $0, round: round, item: item) } }
    }

    /// Hands an event over; nobody waits until it is kept.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func post(_ payload: JobEvent.Payload, from origin: Origin, at: Timestamp) {
        hand(payload.estimatedBytes) { heads in heads.add(payload, of: id, from: origin, at: at) }
    }

    /// Hands over that an agent begins with a list, and returns the blackboard from which a replay will read that list.
    ///
    /// - Parameter count: the number of elements; `nil` for a list that cannot be worked on, of which nothing is said.
    func startItems(from origin: Origin, at: Timestamp, count: (ContextSnapshot) -> Int?) -> ContextSnapshot {
        hand(JobEvent.Payload.itemsStarted(.init(count: 0)).estimatedBytes) { heads in
            let snapshot = heads.pendingSnapshot(jobID: id)
            if let count = count(snapshot) {
                heads.add(.itemsStarted(.init(count: count)), of: id, from: origin, at: at)
            }
            return snapshot
        }
    }

    /// Shows what an attempt says about its progress; see ``ContextHeads/say(_:in:from:at:)``.
    func postProgress(_ message: String, from origin: Origin, at: Timestamp) {
        heads.withLock { $0.say(.init(message: message), in: id, from: origin, at: at) }
    }

    /// Hands an event over and waits until it is kept.
    ///
    /// - Returns: why it never will be; `nil` once it is kept.
    nonisolated(nonsending) func keep(
        _ payload: JobEvent.Payload, from origin: Origin, at: Timestamp
    ) async -> Interruption? {
        await handOver(payload, from: origin, at: at).refusal()
    }

    /// Hands events of one moment over, all or none, and waits until they are kept.
    ///
    /// - Returns: why they never will be; `nil` once they are kept.
    nonisolated(nonsending) func keep(
        _ payloads: [JobEvent.Payload], from origin: Origin, at: Timestamp
    ) async -> Interruption? {
        let keeping = Keeping(in: connection)
        hand(payloads.reduce(0) { $0 + $1.estimatedBytes }, keeping.kept) { heads in
            for payload in payloads { heads.add(payload, of: id, from: origin, at: at) }
        }
        return await keeping.refusal()
    }

    /// Hands an event over, for a caller that waits later until it is kept.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func handOver(_ payload: JobEvent.Payload, from origin: Origin, at: Timestamp) -> Keeping {
        let keeping = Keeping(in: connection)
        hand(payload.estimatedBytes, keeping.kept) { heads in heads.add(payload, of: id, from: origin, at: at) }
        return keeping
    }

    /// What the job's `job_submitted` says.
    func submitted(_ submission: JobSubmission) -> JobEvent.JobSubmitted {
        let fields = table.declarations.map { JobEvent.DeclaredField(pattern: $0.pattern, merge: $0.merge.name) }
        return JobEvent.JobSubmitted(
            specification: submission.specification, fields: fields, definitions: submission.definitions,
            workspace: submission.workspace, traceparent: submission.traceparent)
    }

    /// Hands the job's start over: the blackboard that it starts with, at one version.
    func postStart(
        workflow: String, agents: [JobEvent.RegisteredAgent], repeats: [JobEvent.RegisteredRepeat] = [],
        from origin: Origin, at: Timestamp
    ) {
        // Nothing is committed before the start.
        let context = heads.withLock { $0.pending.root }.json
        let start = JobEvent.JobStarted(workflow: workflow, agents: agents, repeats: repeats, context: context)
        post(.jobStarted(start), from: origin, at: at)
    }

    /// Records a conflict: the contribution that was refused, the values on the blackboard, and the names of both
    /// writers.
    func postConflict(_ refusal: ContextError?, _ refused: Contribution, from origin: Origin, at: Timestamp) {
        let paths = refusal?.paths ?? []
        let (writers, kept) = heads.withLock { heads in
            let tree = heads.pending
            let kept = paths.compactMap { path in
                tree.root.value(at: path.segments).map { (ExactString(path.description), $0) }
            }
            return (paths.flatMap { tree.provenance(of: $0, upTo: tree.version).map(\.agent) }, kept)
        }
        let conflict = JobEvent.ContextConflict(
            paths: paths, kept: Dictionary(kept, uniquingKeysWith: { first, _ in first }),
            writers: writers + [origin.agent ?? ""], refused: refused, message: refusal?.message ?? "")
        post(.contextConflict(conflict), from: origin, at: at)
    }
}

/// What was handed over, until it is known whether it is kept.
struct Keeping: Sendable {
    /// `nil` when it is kept already: there is no journal.
    let kept: OneShot<Interruption?>?

    init(in connection: JournalConnection?) {
        kept = connection.map { _ in OneShot() }
    }

    var isDone: Bool { kept == nil }

    /// Why it never will be kept, or why nobody waits for that any more; `nil` once it is kept.
    nonisolated(nonsending) func refusal() async -> Interruption? { await kept?.value ?? nil }

    /// Ends the wait; whether it is kept shows later.
    func giveUp(_ interruption: Interruption) { kept?.set(interruption) }
}

/// A span as text, for events and results.
struct TraceReference: Sendable, Hashable {
    let traceID: String
    let spanID: String
}
