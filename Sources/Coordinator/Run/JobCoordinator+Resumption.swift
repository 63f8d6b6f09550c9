// How a job is given up, taken up, and told what its attempts have done.

extension JobCoordinator {
    /// How the job goes on, where its blackboard was made by ``JobContext/init(resuming:fields:journal:task:artifacts:constraints:decisions:journalTimeout:journalQueueLimit:journalBatchBytes:reducerTimeout:eventLimit:)``;
    /// to be set before it is executed.
    public var resumption: ResumptionOptions {
        get { state.withLock { $0.resumption } }
        set { state.withLock { $0.resumption = newValue } }
    }

    /// What the run does when nothing is left but waiting for somebody; to be set before the job is executed.
    public var whenWaiting: WaitingPolicy {
        get { state.withLock { $0.whenWaiting } }
        set { state.withLock { $0.whenWaiting = newValue } }
    }

    /// Gives the job up, in good order: its running attempts are cancelled and count as no failure, and it goes on when it is
    /// resumed. A job without a journal is cancelled.
    ///
    /// Returns once the journal keeps it; ``executeParallel()`` then returns with status ``JobStatus/interrupted``.
    ///
    /// - Parameter reason: why, in words.
    public func interrupt(reason: String = "the process ends") async {
        await giveUp(.init(cause: .shutdown, message: Self.boundedReason(reason)))
    }

    /// Nothing is left but waiting.
    func leave() {
        Task {
            // What has happened since: a job that is to end ends, and one that can go on does.
            guard cancellation.interruption == nil, state.withLock({ $0.run })?.quiet?.isStillQuiet() == true else {
                return
            }
            await giveUp(.init(cause: .waiting, message: "nothing is left but waiting for somebody"))
        }
    }

    /// Gives up a job for which that was asked before its journal knew it.
    func giveUpIfAsked() async {
        if let interrupted = state.withLock({ $0.givenUp.take() }) { await giveUp(interrupted) }
    }

    private func giveUp(_ interrupted: JobEvent.JobInterrupted) async {
        guard context.connection != nil else { return cancel(reason: interrupted.message) }
        let known: JobRun? = state.withLock { state in
            if state.run == nil { state.givenUp = interrupted }
            return state.run
        }
        guard let run = known else { return }
        let reason = Interruption.givenUp(interrupted.message, isWaiting: interrupted.cause == .waiting)
        await run.context.giveUp(interrupted, as: reason, from: .init(), at: runtime.timestamp(at: runtime.now))
    }

    /// Cancels the job once its journal keeps who asked for it, so that it ends even if this process does before. Before the
    /// job has been handed to its journal nothing is kept, and it ends as by ``cancel(reason:)``.
    ///
    /// - Parameters:
    ///   - reason: why, in words; at most ``Suspension/longestReason`` bytes of it are kept.
    ///   - by: who asks.
    /// - Throws: ``CoordinatorError``: `alreadyEnded` for a job that has ended or was given up, `storeUnavailable` when the
    ///   journal does not keep it.
    public func cancel(reason: String, by: String) async throws {
        let reason = Self.boundedReason(reason)
        if state.withLock({ $0.run }) != nil {
            if context.heads.withLock({ $0.hasEnded }) {
                throw CoordinatorError(
                    .alreadyEnded, "job '\(context.id)' has ended, or was given up, and is not cancelled")
            }
            let request = JobEvent.CancelRequested(reason: reason, by: Self.bounded(by))
            let at = runtime.timestamp(at: runtime.now)
            if let stop = await context.keep(.cancelRequested(request), from: .init(), at: at) {
                throw CoordinatorError(.storeUnavailable, stop.failure.message)
            }
        }
        cancel(reason: reason)
    }

    /// Says what an attempt has done that was running when its process ended, of an agent that is not idempotent.
    ///
    /// ```swift
    /// for doubt in job.suspendedRuns where doubt.kind == .inDoubt {
    ///     try await job.resolve(doubt.run, as: .retry, by: "ada")
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - run: the run, as ``suspendedRuns`` has it.
    ///   - resolution: what it has done. `retry` calls the agent again, with the same idempotency key.
    ///   - contribution: what it is to write, where it has succeeded.
    ///   - by: who says so, for the journal.
    /// - Throws: ``CoordinatorError`` when the run is not in doubt, or the job's journal does not keep what was said.
    public func resolve(
        _ run: RunIdentity, as resolution: JobEvent.DoubtResolved.Resolution, contribution: Contribution? = nil,
        by: String
    ) async throws {
        guard let waiting = state.withLock({ $0.suspended })?.take(run, .inDoubt) else {
            throw CoordinatorError(
                .notSuspended, "'\(run.idempotencyKey(inJob: context.id))' is not in doubt, or somebody has resolved it"
            )
        }
        let resolved = JobEvent.DoubtResolved(
            resolution: resolution, contribution: resolution == .succeeded ? contribution : nil,
            by: Self.bounded(by))
        try await wake(waiting, .resolved(resolved), with: .doubtResolved(resolved))
    }

    /// Lets a run go on once its journal keeps why.
    func wake(
        _ waiting: SuspendedRuns.Waiting, _ wakeup: SuspendedRuns.Wakeup, with payload: JobEvent.Payload
    ) async throws {
        await waiting.announced.value
        let refusal = await context.keep(payload, from: waiting.origin, at: runtime.timestamp(at: runtime.now))
        waiting.wake(refusal.map { .interrupted($0) } ?? wakeup)
        if let refusal { throw CoordinatorError(.storeUnavailable, refusal.failure.message) }
    }
}
