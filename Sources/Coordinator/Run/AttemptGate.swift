import Support
import TelemetryCatalog

/// The conditions of an attempt before it may call the agent: the resource's rate, then the circuit breakers.
struct AttemptGate: Sendable {
    /// Permission for one call, to be given back with how it went.
    struct Pass: Sendable {
        fileprivate let permits: [(breaker: CircuitBreaker, permit: CircuitBreakerStateMachine.Permit)]
        fileprivate let reservation: RateLimiterState.Reservation?
    }

    let run: AgentRun
    private var job: JobRun { run.job }
    private var step: JobPlan.Step { run.step }
    private var runtime: CoordinatorRuntime { run.job.runtime }

    /// Waits for the rate, then asks every breaker.
    ///
    /// - Parameters:
    ///   - total: the run's deadline.
    ///   - queue: the deadline of the wait for the first attempt.
    /// - Returns: a pass, or why there is none.
    nonisolated(nonsending) func enter(total: Limit?, queue: Limit? = nil) async -> Result<Pass, Failure> {
        // Breakers are asked before the rate too, so that an attempt that will be rejected takes no start from others
        // and does not wait.
        for breaker in run.breakers {
            if let retryAfter = breaker.refusal(at: runtime.now) {
                return .failure(rejection(by: breaker, retryAfter: retryAfter))
            }
        }
        let reservation: RateLimiterState.Reservation?
        switch await waitForRate(before: Limit.earlier(total, queue)) {
        case .success(let given): reservation = given
        case .failure(let refusal): return .failure(refusal)
        }
        var permits: [(breaker: CircuitBreaker, permit: CircuitBreakerStateMachine.Permit)] = []
        for breaker in run.breakers {
            switch breaker.acquire(at: runtime.now) {
            case .permitted(let permit, let changed):
                if let changed { announce(breaker, changed) }
                permits.append((breaker, permit))
            case .rejected(let retryAfter):
                giveBack(Pass(permits: permits, reservation: reservation))
                return .failure(rejection(by: breaker, retryAfter: retryAfter))
            }
        }
        return .success(Pass(permits: permits, reservation: reservation))
    }

    /// Why an attempt after this pause is sure to be rejected, if so: an open breaker does not close before its time.
    func refusal(after pause: Duration) -> Failure? {
        for breaker in run.breakers where breaker.state == .open {
            if breaker.refusal(at: runtime.now + pause) != nil, let retryAfter = breaker.refusal(at: runtime.now) {
                return rejection(by: breaker, retryAfter: retryAfter)
            }
        }
        return nil
    }

    /// Gives back a pass that was not used for a call.
    func giveBack(_ pass: Pass?) {
        guard let pass else { return }
        if let reservation = pass.reservation { run.resource?.rate?.giveBack(reservation) }
        report(pass, elapsed: .zero, .cancelled)
    }

    /// How long callers are told to wait by the breaker that holds them up longest.
    var longestRefusal: Duration { run.breakers.compactMap { $0.refusal(at: runtime.now) }.max() ?? .zero }

    /// Gives back the pass of a call whose attempt is suspended, which says nothing about the other side. The start
    /// that it took of the rate was made.
    func leave(_ pass: Pass) { report(pass, elapsed: .zero, .cancelled) }

    /// Reports how a pass's call went.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func leave(_ pass: Pass, _ record: AttemptRecord, _ failure: Failure?) {
        let waited = (record.suspendedMS ?? 0) + (record.storeMS ?? 0)
        let elapsed = Duration.bounded(milliseconds: record.durationMS - waited)
        report(pass, elapsed: elapsed, record.outcome)
        switch record.outcome {
        case .succeeded: runtime.retryBudget?.report(succeeded: true)
        // A permanent failure says nothing about how loaded the other side is.
        case .failed, .timeout:
            if failure?.failureClass != .permanent || record.outcome == .timeout {
                runtime.retryBudget?.report(succeeded: false)
            }
        case .cancelled, .rejected, .skipped: break
        }
    }

    private func report(_ pass: Pass, elapsed: Duration, _ outcome: AgentOutcome) {
        for (breaker, permit) in pass.permits {
            let slow = breaker.slowCallDuration.map { elapsed >= $0 } ?? false
            let report: CircuitBreakerStateMachine.Report =
                switch outcome {
                case .succeeded: slow ? .slowSuccess : .success
                case .failed, .timeout: slow ? .slowFailure : .failure
                case .cancelled, .rejected, .skipped: .cancelled
                }
            if let changed = breaker.report(report, for: permit, at: runtime.now) { announce(breaker, changed) }
        }
    }

    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func rejection(by breaker: CircuitBreaker, retryAfter: Duration) -> Failure {
        Failure(
            failureClass: .permanent, errorType: ErrorType.circuitOpen,
            message: "the circuit breaker of '\(breaker.subject.name)' is \(breaker.state.rawValue); "
                + "it lets a probe through in \(Interruption.text(retryAfter))", outcome: .rejected)
    }

    nonisolated(nonsending) private func waitForRate(before deadline: Limit?) async -> Result<
        RateLimiterState.Reservation?, Failure
    > {
        guard let rate = run.resource?.rate else { return .success(nil) }
        guard let reservation = rate.reserve(at: runtime.now, before: deadline?.due) else {
            // Without a deadline a start is never refused.
            return .failure((deadline?.interruption ?? .cancelled("the job was cancelled")).failure)
        }
        guard reservation.start > runtime.now else { return .success(reservation) }
        let began = runtime.now
        let interruption = await job.pause(until: reservation.start)
        run.waitedForRate(runtime.now - began)
        guard let interruption else { return .success(reservation) }
        rate.giveBack(reservation)
        return .failure(interruption.failure)
    }

    private func announce(
        _ breaker: CircuitBreaker,
        _ changed: (from: CircuitBreakerStateMachine.State, to: CircuitBreakerStateMachine.State)
    ) {
        var agent: String?
        var resource: String?
        switch breaker.subject {
        case .agent(let name): agent = name
        case .resource(let name): resource = name
        }
        job.context.post(
            .breakerStateChanged(
                .init(agent: agent, resource: resource, from: changed.from.rawValue, to: changed.to.rawValue)),
            from: run.origin, at: runtime.timestamp(at: runtime.now))
        job.logger.warning(
            "\(EventName.breakerStateChanged)",
            metadata: [
                breaker.subject.dimension.0: "\(breaker.subject.name)",
                AttributeKey.breakerTo: "\(changed.to.rawValue)",
            ])
    }
}

extension JobRun {
    /// Waits until an instant; returns why the wait ended earlier, if it did.
    nonisolated(nonsending) func pause(until due: Duration) async -> Interruption? {
        let done = OneShot<Interruption?>()
        let timer = runtime.timers.schedule(at: due) { done.set(nil) }
        let handler = cancellation.onCancel { done.set($0) }
        let interruption = await done.value
        timer.cancel()
        cancellation.forget(handler)
        return interruption
    }
}
