import Support
import TelemetryCatalog

// An attempt that waits for somebody, between two calls of its agent.

extension AttemptLoop {
    /// How long an attempt that goes on waits at least before it asks a breaker again that has let enough probes through.
    private static let probeWait = Duration.milliseconds(100)

    /// Calls the agent, and again after each suspension, until the attempt has ended.
    ///
    /// - Parameter held: the attempt's pass; `nil` once the attempt has ended after it gave pass and slots back.
    nonisolated(nonsending) func execute(
        _ first: SupervisedAttempt, _ gate: AttemptGate, _ held: inout AttemptGate.Pass?
    ) async -> AttemptEnd {
        var attempt = first
        while true {
            let suspended: SuspendedAttempt
            switch await attempt.execute() {
            case .ended(let end): return end
            case .suspended(let waits): suspended = waits
            case .handedOver(let success):
                if let pass = held { gate.leave(pass, success.success.attempt, nil) }
                held = nil
                run.releaseSlots()
                return await attempt.settle(success)
            }
            if let pass = held { gate.leave(pass) }
            held = nil
            run.withdraw()
            switch await goOn(suspended, gate, &held) {
            case .success(let next): attempt = next
            case .failure(let failure): return attempt.end(suspended, failure)
            }
        }
    }

    /// Lets an attempt go on that was suspended by another process, and holds nothing.
    nonisolated(nonsending) func execute(
        suspended: SuspendedAttempt, _ gate: AttemptGate, _ held: inout AttemptGate.Pass?
    ) async -> AttemptEnd {
        switch await goOn(suspended, gate, &held) {
        case .success(let attempt): await execute(attempt, gate, &held)
        case .failure(let failure): suspended.attempt.end(suspended, failure)
        }
    }

    /// Waits, and takes again what the attempt gave back.
    ///
    /// - Returns: the attempt for the next call of its agent; or why there will be none, with nothing held.
    nonisolated(nonsending) func goOn(
        _ suspended: SuspendedAttempt, _ gate: AttemptGate, _ held: inout AttemptGate.Pass?
    ) async -> Result<SupervisedAttempt, Failure> {
        let value: JSONValue?
        switch await wait(suspended) {
        case .answered(let answer): value = answer
        case .timedOut, .resolved, .callsResolved: value = nil
        case .interrupted(let interruption): return .failure(interruption.failure.final)
        }
        let woken = runtime.now
        let queued: Duration
        switch await takeAgain(gate) {
        case .success(let taken): (held, queued) = taken
        case .failure(let failure): return .failure(failure.final)
        }
        if let failure = refusal() {
            gate.giveBack(held)
            held = nil
            run.withdraw()
            return .failure(failure.final)
        }
        let resumption = AttemptResumption(
            Resumption(state: suspended.suspension.state, value: value, at: runtime.timestamp(at: woken)),
            suspended: woken - suspended.since,
            queued: queued, figures: suspended.figures)
        return .success(SupervisedAttempt(suspended, total: total, goesOn: resumption))
    }

    /// Waits until somebody answers, until the suspension's timeout, or until a deadline or the job's end.
    nonisolated(nonsending) private func wait(_ suspended: SuspendedAttempt) async -> SuspendedRuns.Wakeup {
        if let wakeup = suspended.kept?.wakeup { return wakeup }
        let origin = suspended.attempt.origin
        let at = suspended.kept?.at ?? runtime.timestamp(at: suspended.since)
        let waiting = SuspendedRuns.Waiting(
            SuspendedRun(
                run: run.identity, attempt: suspended.attempt.number, reason: suspended.suspension.reason, since: at,
                kind: .suspended, state: suspended.suspension.state),
            origin: origin, quiet: quiet)
        // Before readers learn of it: whoever reads the event may answer at once.
        job.suspended.add(waiting)
        if suspended.kept == nil,
            let stop = await job.context.keep(.attemptSuspended(suspended.event), from: origin, at: at)
        {
            job.suspended.end(waiting, .interrupted(stop))
        }
        waiting.announced.set(())
        return await wait(waiting, due: suspended.due)
    }

    /// What is told of a wait while the job looks whether anything else is left.
    var quiet: SuspendedRuns.Quiet? { job.quiet.map { SuspendedRuns.Quiet($0, agent: step.index) } }

    /// Waits until somebody answers, until the wait's own end, or until a deadline or the job's end.
    nonisolated(nonsending) func wait(_ waiting: SuspendedRuns.Waiting, due: Duration?) async -> SuspendedRuns.Wakeup {
        let runs = job.suspended
        let timer = due.map { due in runtime.timers.schedule(at: due) { runs.end(waiting, .timedOut) } }
        let deadline = total.map { total in
            runtime.timers.schedule(at: total.due) { runs.end(waiting, .interrupted(total.interruption)) }
        }
        let handler = job.cancellation.onCancel { runs.end(waiting, .interrupted($0)) }
        // Not for a wait that is over: its timer is about to say so.
        let now = runtime.now
        if due.map({ $0 > now }) ?? true, total.map({ $0.due > now }) ?? true { job.quiet?.check() }
        let wakeup = await waiting.wait()
        timer?.cancel()
        deadline?.cancel()
        job.cancellation.forget(handler)
        return wakeup
    }

    /// Takes slots and passes the gate once more. A breaker that is open is waited for, and without slots, which others can
    /// use: what somebody has answered is not thrown away because a service is down for the moment.
    ///
    /// - Returns: the pass, and how long the run waited for slots; or why it goes on no more, with nothing held.
    nonisolated(nonsending) private func takeAgain(
        _ gate: AttemptGate
    ) async -> Result<(AttemptGate.Pass, Duration), Failure> {
        var queued = Duration.zero
        while true {
            switch await run.comeBack(total: total) {
            case .success(let wait): queued += wait
            case .failure(let refusal): return .failure(refusal.failure)
            }
            switch await gate.enter(total: total) {
            case .success(let pass): return .success((pass, queued))
            case .failure(let failure):
                run.withdraw()
                let due = runtime.now + max(Self.probeWait, gate.longestRefusal)
                let isTooLate = total.map { due >= $0.due } ?? false
                guard failure.outcome == .rejected, !isTooLate else { return .failure(failure) }
                if let interruption = await job.pause(until: due) { return .failure(interruption.failure) }
            }
        }
    }

    /// Why the agent is not called again although there is room for it; reserves what the call may use otherwise.
    private func refusal() -> Failure? {
        if let interruption = job.cancellation.interruption { return interruption.failure }
        if let total, runtime.now >= total.due { return total.interruption.failure }
        let elapsed = runtime.now - run.timeFrame.started
        return job.counts.reserveResumption(job.limits.budget, step.task.reservation, elapsed: elapsed).map {
            Failure(failureClass: .permanent, errorType: ErrorType.budgetExceeded, message: $0)
        }
    }
}

extension Failure {
    /// The failure of an attempt that had begun before, and holds nothing with which another could be made.
    fileprivate var final: Failure {
        Failure(
            failureClass: .permanent, errorType: errorType, message: message,
            outcome: outcome == .rejected ? .failed : outcome)
    }
}
