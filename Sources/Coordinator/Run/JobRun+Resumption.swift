import TelemetryCatalog
import Tracing

// How a job goes on that another process began.

extension JobRun {
    /// What happened to a run before, if it had begun and had not ended.
    func past(_ run: RunIdentity) -> PastRun? {
        guard let history, let past = history.runs[run], past.end == nil, past.hasBegun else { return nil }
        return PastRun(past)
    }

    /// Takes the job over from the owner that its journal names.
    ///
    /// - Throws: ``CoordinatorError``; then nothing has changed, but that a job whose resumptions end their process is marked
    ///   as suspended.
    func takeOver(_ history: JobHistory, force: Bool) async throws(CoordinatorError) {
        if history.summary.status(isOwned: false) == .suspended, !force { throw suspended(history) }
        do throws(JournalConnection.StartRefusal) {
            try await context.takeOver(history, session)
        } catch {
            switch error {
            case .exists(let reason), .notKept(let reason):
                throw CoordinatorError(.storeUnavailable, "the job cannot go on: \(reason)")
            }
        }
        guard history.isToBeSuspended, !force else { return }
        let reason =
            "the process ended \(JobHistory.mostCrashedResumptions) times in a row after the job was resumed, before an agent "
            + "had finished"
        _ = await context.keep(
            .jobSuspended(.init(reason: reason)), from: .init(), at: runtime.timestamp(at: runtime.now))
        await context.connection?.release()
        context.finish()
        throw suspended(history)
    }

    private func suspended(_ history: JobHistory) -> CoordinatorError {
        CoordinatorError(
            .jobSuspended,
            "job '\(context.id)' is suspended: \(JobHistory.mostCrashedResumptions) resumptions in a row ended their process "
                + "before an agent had finished; find out what ends it, then force the resumption")
    }

    /// How often the job was taken up, this time included.
    var resumptions: Int {
        guard let history else { return 0 }
        return history.summary.resumptions + (history.hasStarted ? 1 : 0)
    }

    /// Says that the job goes on here, and counts what happened before.
    func goOn(_ history: JobHistory, from origin: JobContext.Origin, at: Timestamp) async {
        counts.restore(past(history), commits: history.commits, maxParallel: history.maxParallel)
        let resumed = JobEvent.JobResumed(
            number: resumptions, changes: resumption.changes, forced: resumption.force)
        // What the journal does not keep has not happened: the run learns of it and stops.
        if history.hasStarted, await context.keep(.jobResumed(resumed), from: origin, at: at) == nil {
            instruments.jobResumed()
        }
        if let request = history.cancellation { cancellation.cancel(.cancelled(request.reason)) }
    }

    private func past(_ history: JobHistory) -> [Int: JobCounts.Past] {
        let indices = Dictionary(
            plan.steps.map { ($0.task.name, $0.index) }, uniquingKeysWith: { first, _ in first })
        var past: [Int: JobCounts.Past] = [:]
        for (run, known) in history.runs.sorted(by: { Self.precedes($0.key, $1.key) }) {
            guard let index = indices[run.agent] else { continue }
            past[index, default: JobCounts.Past()].add(known)
        }
        return past
    }

    private static func precedes(_ left: RunIdentity, _ right: RunIdentity) -> Bool {
        (left.round ?? 0, left.item ?? 0) < (right.round ?? 0, right.item ?? 0)
    }

    /// Starts the job's span; that of a job that goes on is a child of the same span as the one before, in the same trace.
    func startSpan(at: Timestamp) -> StartedSpan {
        let name = "\(SpanName.workflow) \(workflow)"
        guard let history else { return tracing.start(name, context: .current ?? .topLevel, at: at) }
        let before = history.trace.map { "00-\($0.traceID)-\($0.spanID)-01" }
        let parent = (history.submission.traceparent ?? before).map(tracing.context(traceparent:))
        let span = tracing.start(name, context: parent ?? .current ?? .topLevel, at: at)
        if let before { span.span.addLink(SpanLink(context: tracing.context(traceparent: before), attributes: [:])) }
        return span
    }

    /// The end of an agent's run that is kept of another process; `nil` for one that had not ended.
    func keptEnd(of step: JobPlan.Step, round: Int? = nil, replaces: RunEnds.Replacement) -> AgentRunOutcome? {
        let identity = RunIdentity(agent: step.task.name, round: round)
        guard let history, let past = history.runs[identity], let end = past.end else { return nil }
        let event = end.event
        let items = items(of: step, identity, past)
        let queueMS = step.task.forEach == nil ? event.queueMS : itemsQueueMS(identity)
        let result = AgentResult(
            name: step.task.name, role: step.task.role.name, required: step.task.required, outcome: event.outcome,
            errorType: event.errorType, error: event.error, fallbackOf: replaces.name, startedAt: past.startedAt,
            durationMS: event.durationMS, queueMS: queueMS, spanID: end.spanID, attempts: past.attempts, items: items)
        return AgentRunOutcome(
            result: result, isNeutral: event.outcome == .skipped && event.errorType == nil,
            callsForFallback: event.outcome == .rejected || event.rejectedRetry == true)
    }

    /// When a run was ready that is kept of another process, on the clock of the job's owners.
    func keptReadiness(of step: JobPlan.Step, round: Int) -> Duration {
        history?.runs[RunIdentity(agent: step.task.name, round: round)]?.ready ?? .zero
    }

    private func itemsQueueMS(_ run: RunIdentity) -> Double {
        guard let history else { return 0 }
        return (history.items[run] ?? []).reduce(0) { sum, index in
            let item = RunIdentity(agent: run.agent, round: run.round, item: index)
            return sum + (history.runs[item]?.end?.event.queueMS ?? 0)
        }
    }

    private func items(of step: JobPlan.Step, _ run: RunIdentity, _ past: RunHistory) -> [ItemResult] {
        guard let history, let each = step.task.forEach, let list = past.list else { return [] }
        let source = try? ItemSource(each, in: list.snapshot)
        return (history.items[run] ?? []).sorted().compactMap { index in
            let identity = RunIdentity(agent: run.agent, round: run.round, item: index)
            let key = source.flatMap { index < $0.count ? $0.key(of: index) : nil }
            return history.runs[identity].flatMap { ItemResult($0, identity, key: key) }
        }
    }
}

extension ItemResult {
    /// The result of a run for an element that has ended; `nil` for one that has not.
    init?(_ past: RunHistory, _ run: RunIdentity, key: String?) {
        guard let end = past.end?.event, let item = run.item else { return nil }
        self.init(
            index: item, key: key, round: run.round, outcome: end.outcome, errorType: end.errorType, error: end.error,
            attempts: past.attempts)
    }
}

extension JobCounts.Past {
    fileprivate mutating func add(_ run: RunHistory) {
        attempts += run.attempts
        queueMS += run.end?.event.queueMS ?? 0
        started += run.attempts.count
        used = run.attempts.reduce(used) { $0 + ($1.usage ?? Contribution.Usage()) }
        guard let open = run.open else { return }
        started += 1
        used += open.used
        // What waits has given back what it had reserved.
        if open.wait == nil { used += open.reserved }
    }
}
