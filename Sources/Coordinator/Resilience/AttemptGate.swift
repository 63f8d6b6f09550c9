import Logging
import TelemetryCatalog

/// What an attempt must pass before it may call the agent: the resource's rate, then the circuit breakers.
struct AttemptGate: Sendable {
    /// Permission for one call, to be given back with how it went.
    struct Pass: Sendable {
        fileprivate let permits: [(breaker: CircuitBreaker, permit: CircuitBreakerStateMachine.Permit)]
    }

    let run: AgentRun
    let span: JobTracing.ActiveSpan
    private var job: JobRun { run.job }
    private var runtime: CoordinatorRuntime { run.job.runtime }

    /// Waits for the rate, then asks every breaker.
    ///
    /// - Returns: a pass, or why there is none.
    func enter(total: (due: Duration, interruption: Interruption)?) async -> Result<Pass, Refusal> {
        if let interruption = await waitForRate(total: total) { return .failure(Refusal(interruption)) }
        var permits: [(breaker: CircuitBreaker, permit: CircuitBreakerStateMachine.Permit)] = []
        for breaker in run.breakers {
            switch breaker.acquire(at: runtime.now) {
            case .permitted(let permit, let changed):
                if let changed { announce(breaker, changed) }
                permits.append((breaker, permit))
            case .rejected(let retryAfter):
                leave(Pass(permits: permits), .cancelled)
                return .failure(Refusal(breaker, retryAfter: retryAfter))
            }
        }
        return .success(Pass(permits: permits))
    }

    /// Gives a pass back.
    func leave(_ pass: Pass, _ outcome: AgentOutcome) {
        let report: CircuitBreakerStateMachine.Report =
            switch outcome {
            case .succeeded: .success
            case .failed, .timeout: .failure
            case .cancelled, .rejected, .skipped: .cancelled
            }
        for (breaker, permit) in pass.permits {
            if let changed = breaker.report(report, for: permit, at: runtime.now) { announce(breaker, changed) }
        }
        if report != .cancelled { runtime.retryBudget?.report(succeeded: report == .success) }
    }

    /// Why an attempt may not be made.
    struct Refusal: Error {
        let outcome: AgentOutcome
        let failure: Failure

        init(_ interruption: Interruption) {
            outcome = interruption.outcome
            failure = interruption.failure
        }

        init(_ breaker: CircuitBreaker, retryAfter: Duration) {
            outcome = .rejected
            failure = Failure(
                failureClass: .permanent, errorType: ErrorType.circuitOpen,
                message: "the circuit breaker of '\(breaker.subject.name)' is \(breaker.state.rawValue); "
                    + "it lets a probe through in \(Interruption.text(retryAfter))")
        }
    }

    private func waitForRate(total: (due: Duration, interruption: Interruption)?) async -> Interruption? {
        guard let rate = run.resource?.rate else { return nil }
        guard let due = rate.reserve(at: runtime.now, before: total?.due) else { return total?.interruption }
        return due > runtime.now ? await job.pause(until: due) : nil
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
            from: .init(agent: run.task.name, trace: span.reference), at: runtime.timestamp(at: runtime.now))
        job.logger.warning(
            "\(EventName.breakerStateChanged)",
            metadata: [
                breaker.subject.dimension.0: "\(breaker.subject.name)",
                AttributeKey.breakerTo: "\(changed.to.rawValue)",
            ])
    }
}

extension JobRun {
    /// Waits until an instant; why it ended earlier, if it did.
    func pause(until due: Duration) async -> Interruption? {
        let done = OneShot<Interruption?>()
        let timer = runtime.timers.schedule(at: due) { done.set(nil) }
        let forget = cancellation.onCancel { done.set($0) }
        let interruption = await done.value
        timer.cancel()
        forget()
        return interruption
    }
}
