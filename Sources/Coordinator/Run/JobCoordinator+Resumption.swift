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

    /// Says what an attempt has done that was running when its process ended, of an agent that is not idempotent or has left
    /// calls with effects open.
    ///
    /// ```swift
    /// for doubt in job.suspendedRuns where doubt.kind == .inDoubt {
    ///     try await job.resolve(doubt.run, as: .retry, by: "ada")
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - run: the run, as ``suspendedRuns`` has it.
    ///   - resolution: what it has done. `retry` calls the agent again, with the same idempotency key; it goes on from the
    ///     steps that it has kept, and makes its open calls again.
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

    /// Says what a single call has done that was open when its process ended. The run goes on from its steps once that is
    /// said of each of its calls in doubt.
    ///
    /// ```swift
    /// for doubt in job.suspendedRuns {
    ///     for call in doubt.calls {
    ///         try await job.resolve(doubt.run, call: call.call, as: .succeeded, result: "issue 12", by: "ada")
    ///     }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - run: the run, as ``suspendedRuns`` has it.
    ///   - call: the call's name, as ``SuspendedRun/calls`` has it.
    ///   - resolution: what it has done. Of one that has failed the model is told so; with `retry` the call is made again.
    ///   - result: what a call that has succeeded has come to, for the model; at most ``Suspension/largestValue`` bytes of
    ///     JSON.
    ///   - by: who says so, for the journal.
    /// - Throws: ``CoordinatorError`` when the call is not in doubt, the result is too large, or the job's journal does not
    ///   keep what was said.
    public func resolve(
        _ run: RunIdentity, call: String, as resolution: JobEvent.DoubtResolved.Resolution, result: JSONValue = .null,
        by: String
    ) async throws {
        if let fault = Suspension.fault(result, "the call's result") { throw CoordinatorError(.unusableAnswer, fault) }
        let by = Self.bounded(by)
        guard
            let taken = waits?.takeCall(
                call, of: run, { ConversationStep.ToolEnd(of: $0, as: resolution, result: result, by: by) })
        else {
            let calls = suspendedRuns.first { $0.run == run }?.calls ?? []
            throw CoordinatorError.noCallInDoubt(call, of: run, among: calls, jobID: context.id)
        }
        let payloads = taken.start.resolved(as: resolution, result: result, remaining: taken.remaining, by: by)
        await taken.waiting.announced.value
        let refusal = await context.keep(
            payloads, from: taken.waiting.origin, at: runtime.timestamp(at: runtime.now))
        if taken.remaining == 0 { taken.waiting.wake(refusal.map { .interrupted($0) } ?? .callsResolved) }
        if let refusal { throw CoordinatorError(.storeUnavailable, refusal.failure.message) }
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
