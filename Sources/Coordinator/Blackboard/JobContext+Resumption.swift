// The blackboard of a job that goes on.

extension JobContext {
    /// The blackboard of a job as its journal has it, for a ``JobCoordinator`` that goes on with the job.
    ///
    /// - Parameters:
    ///   - history: what the journal keeps of the job.
    ///   - fields: the declarations that the job had; reducers in code are not kept.
    ///   - journal: where the history was read, and what happens from now on is kept.
    ///   - task: the task of a job that was submitted and has not begun; later the journal has it.
    ///   - artifacts: inputs by name, of such a job.
    ///   - constraints: the rules that agents must keep to, of such a job.
    ///   - decisions: the decisions made so far, of such a job.
    ///   - journalTimeout: how long the journal may take for one append.
    ///   - journalQueueLimit: how many things may wait for the journal's answer.
    ///   - journalBatchBytes: about how many bytes of events the journal gets with one append at most.
    ///   - reducerTimeout: how long a commit may wait for its turn with reducers, and then for its reducers.
    ///   - eventLimit: how many of the latest events are kept for readers, at least.
    public convenience init(
        resuming history: JobHistory, fields: [FieldDeclaration] = [], journal: any JobJournal,
        task: JobTask = JobTask(), artifacts: JSONObject = [:], constraints: [String] = [],
        decisions: [JSONValue] = [],
        journalTimeout: Duration = JobContext.defaultJournalTimeout,
        journalQueueLimit: Int = JobContext.defaultJournalQueueLimit,
        journalBatchBytes: Int = JobContext.defaultJournalBatchBytes,
        reducerTimeout: Duration = JobContext.defaultReducerTimeout,
        eventLimit: Int = JobContext.defaultEventLimit
    ) {
        self.init(
            resuming: history,
            root: Self.root(task: task, artifacts: artifacts, constraints: constraints, decisions: decisions),
            fields: fields, journal: journal,
            bounds: Bounds(
                journalTimeout: journalTimeout, journalQueueLimit: journalQueueLimit,
                journalBatchBytes: journalBatchBytes, reducerTimeout: reducerTimeout, eventLimit: eventLimit))
    }

    /// - Parameter root: what the blackboard holds of a job that has not begun.
    convenience init(
        resuming history: JobHistory, root: JSONValue, fields: [FieldDeclaration], journal: any JobJournal,
        bounds: Bounds = Bounds()
    ) {
        let table = FieldTable(fields)
        let state = history.replay.state(over: table)
        let began =
            history.hasStarted
            ? state : ContextState(root: state.withSignals(root), table: table, version: state.version)
        self.init(
            id: history.summary.jobID, state: began, table: table, journal: journal, bounds: bounds, history: history)
        stream.append(history.events)
        heads.withLock { heads in
            heads.goOn(after: history.events.last, states: history.replay.states)
        }
    }

    /// Makes this run the job's owner.
    ///
    /// - Throws: why it is not; then nothing has changed.
    nonisolated(nonsending) func takeOver(
        _ history: JobHistory, _ session: JournalConnection.Session
    ) async throws(JournalConnection.StartRefusal) {
        stream.reopen()
        connection?.begin(session)
        do throws(JournalConnection.StartRefusal) {
            try await connection?.claim(after: history.epoch, last: history.summary.lastSequence)
        } catch {
            finish()
            throw error
        }
        obey(heads.withLock { $0.begun(with: 0) })
    }

    /// Says last that the job is given up, and lets go of it once that is kept. Whatever happens meanwhile is lost.
    nonisolated(nonsending) func giveUp(
        _ interrupted: JobEvent.JobInterrupted, as reason: Interruption, from origin: Origin, at: Timestamp
    ) async {
        guard let connection else { return }
        let payload = JobEvent.Payload.jobInterrupted(interrupted)
        let keeping = Keeping(in: connection)
        // What cannot be kept any more learns this.
        guard connection.close(reason) else { return }
        hand(payload.estimatedBytes, keeping.kept) { $0.add(payload, of: id, from: origin, at: at) }
        if await keeping.refusal() == nil { connection.closed() }
        connection.tellStopped()
        await connection.release()
    }
}
