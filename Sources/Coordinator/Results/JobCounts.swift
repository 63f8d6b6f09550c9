import Support

/// The records of a job so far: the only source of `metrics()` and of the result.
final class JobCounts: Sendable {
    private struct Entry {
        var attempts: [AttemptRecord] = []
        var queueMS: Double = 0
        var running: (any StartedAttempt)?
        /// Other attempts that run, for other elements of the agent's list; kept apart, since most agents have none.
        var others: [ObjectIdentifier: any StartedAttempt] = [:]
        /// Finished attempts whose code still runs, and since when.
        var abandoned: [ObjectIdentifier: (attempt: any StartedAttempt, since: Duration)] = [:]

        mutating func begin(_ attempt: any StartedAttempt) {
            if running == nil { running = attempt } else { others[ObjectIdentifier(attempt)] = attempt }
        }

        mutating func end(_ attempt: any StartedAttempt) {
            if running === attempt { running = nil } else { others[ObjectIdentifier(attempt)] = nil }
        }

        private var outcomes: [String: Int] {
            // Most runs are one successful attempt: they share a dictionary.
            if attempts.count == 1, attempts[0].outcome == .succeeded { return Self.oneSuccess }
            return attempts.reduce(into: [:]) { $0[$1.outcome.rawValue, default: 0] += 1 }
        }

        private static let oneSuccess = [AgentOutcome.succeeded.rawValue: 1]

        func figures(at instant: Duration, breaker: String?) -> JobMetrics.Agent {
            var oldest = running?.runningSince
            for attempt in others.values { oldest = min(oldest ?? attempt.runningSince, attempt.runningSince) }
            for (attempt, _) in abandoned.values { oldest = min(oldest ?? attempt.runningSince, attempt.runningSince) }
            return JobMetrics.Agent(
                outcomes: outcomes,
                durationsMS: attempts.map(\.durationMS), queueMS: queueMS, retries: attempts.count { $0.number > 1 },
                breakerState: breaker, oldestAttemptAgeMS: oldest.map { (instant - $0).inMilliseconds })
        }
    }

    private struct State {
        /// By the agents' indices in the plan.
        var entries: [Entry]
        var started: Duration?
        var ended: Duration?
        var running = 0
        var job = JobMetrics.Job()
        var budget = BudgetCounts()
        /// Set to true once no abandoned code runs.
        var awaitingCode: [OneShot<Bool>] = []
    }

    private let agents: [String]
    private let state: Locked<State>
    private let now: @Sendable () -> Duration
    private let breakerStates: @Sendable () -> [String]

    /// - Parameters:
    ///   - agents: their names, by their indices in the plan.
    ///   - now: time since the runtime's start.
    ///   - breakerStates: the state of each agent's own circuit breaker, by index in the plan; none before the start.
    init(
        agents: [String], now: @escaping @Sendable () -> Duration,
        breakerStates: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.agents = agents
        self.breakerStates = breakerStates
        state = Locked(State(entries: [Entry](repeating: Entry(), count: agents.count)))
        self.now = now
    }

    /// What an agent's runs came to before the job's process ended.
    struct Past: Sendable {
        var attempts: [AttemptRecord] = []
        var queueMS: Double = 0
        var used = Contribution.Usage()
        var started = 0
    }

    /// Counts what happened before the job's process ended.
    func restore(_ past: [Int: Past], commits: Int, maxParallel: Int) {
        state.withLock { state in
            state.job.commits += commits
            state.job.maxParallel = max(state.job.maxParallel, maxParallel)
            for (agent, past) in past {
                state.entries[agent].attempts += past.attempts
                state.entries[agent].queueMS += past.queueMS
                state.job.attempts += past.attempts.count
                state.budget.restore(past.used, attempts: past.started)
            }
        }
    }

    func jobStarted(at instant: Duration) { state.withLock { $0.started = instant } }
    func jobEnded(at instant: Duration) { state.withLock { $0.ended = instant } }
    func queued(_ agent: Int, milliseconds: Double) { state.withLock { $0.entries[agent].queueMS += milliseconds } }
    func lateWrite() { state.withLock { $0.job.lateWrites += 1 } }
    func abandonedBegan(_ agent: Int, _ attempt: any StartedAttempt, at instant: Duration) {
        state.withLock { state in
            state.entries[agent].abandoned[ObjectIdentifier(attempt)] = (attempt, instant)
            state.job.abandoned += 1
        }
    }

    /// - Returns: how long the code ran on after the attempt was abandoned.
    func abandonedEnded(_ agent: Int, _ attempt: any StartedAttempt, at instant: Duration) -> Duration {
        let (overrun, waiting): (Duration, [OneShot<Bool>]) = state.withLock { state in
            guard let since = state.entries[agent].abandoned.removeValue(forKey: ObjectIdentifier(attempt))?.since
            else {
                return (.zero, [])
            }
            state.job.abandoned -= 1
            guard state.job.abandoned == 0 else { return (instant - since, []) }
            defer { state.awaitingCode = [] }
            return (instant - since, state.awaitingCode)
        }
        for waiter in waiting { waiter.set(true) }
        return overrun
    }

    /// Sets `done` to true once no abandoned code runs: now, or later.
    func whenNoCodeRuns(_ done: OneShot<Bool>) {
        let now = state.withLock { state in
            if state.job.abandoned > 0 { state.awaitingCode.append(done) }
            return state.job.abandoned == 0
        }
        if now { done.set(true) }
    }

    func committed() { state.withLock { $0.job.commits += 1 } }

    /// Reserves one attempt in the budget; returns why not, if the budget does not cover it.
    func reserveAttempt(
        _ budget: JobLimits.Budget, _ reservation: Contribution.Usage, elapsed: Duration
    ) -> String? {
        state.withLock { $0.budget.reserveAttempt(budget, reservation, elapsed: elapsed) }
    }

    /// Reserves what an attempt may use that goes on; returns why not, if the budget does not cover it.
    func reserveResumption(
        _ budget: JobLimits.Budget, _ reservation: Contribution.Usage, elapsed: Duration
    ) -> String? {
        state.withLock { $0.budget.reserveResumption(budget, reservation, elapsed: elapsed) }
    }

    /// Reserves one call of a running attempt; see ``BudgetCounts/reserveCall(of:_:_:held:)``.
    func reserveCall(
        of attempt: any StartedAttempt, _ most: Contribution.Usage, _ budget: JobLimits.Budget,
        held: Contribution.Usage
    ) -> Result<Int, BudgetCounts.Refusal> {
        state.withLock { state in
            // Code that runs on after its attempt's end would spend what nobody counts any more.
            guard !attempt.isCounted else {
                return .failure(BudgetCounts.Refusal(reason: "the attempt has finished; it may make no call any more"))
            }
            return state.budget.reserveCall(of: ObjectIdentifier(attempt), most, budget, held: held)
        }
    }

    func settleCall(_ number: Int, of attempt: any StartedAttempt, used: Contribution.Usage) {
        state.withLock { $0.budget.settleCall(number, of: ObjectIdentifier(attempt), used: used) }
    }

    /// Gives back what an attempt has reserved, and counts what it used; see ``BudgetCounts/release(_:_:used:)``. An
    /// attempt that goes on after a suspension is another object, which may make calls again.
    ///
    /// - Parameter kept: what is known of it for good: the turns that the journal keeps.
    func release(
        _ attempt: any StartedAttempt, _ reservation: Contribution.Usage, used usage: Contribution.Usage?,
        kept: Contribution.Usage?
    ) -> Contribution.Usage {
        state.withLock { state in
            attempt.isCounted = true
            return state.budget.release(ObjectIdentifier(attempt), reservation, used: usage, kept: kept)
        }
    }

    func attemptStarted(_ agent: Int, _ attempt: any StartedAttempt) {
        state.withLock { state in
            state.entries[agent].begin(attempt)
            state.running += 1
            state.job.maxParallel = max(state.job.maxParallel, state.running)
        }
    }

    /// An attempt gives back what it holds before it has ended.
    func attemptLeft(_ agent: Int, _ attempt: any StartedAttempt) {
        state.withLock { state in
            state.entries[agent].end(attempt)
            state.running -= 1
        }
    }

    /// - Parameter wasRunning: false for an attempt that has left already.
    func attemptEnded(_ agent: Int, _ attempt: any StartedAttempt, _ record: AttemptRecord, wasRunning: Bool) {
        state.withLock { state in
            state.entries[agent].end(attempt)
            state.entries[agent].attempts.append(record)
            if wasRunning { state.running -= 1 }
            state.job.attempts += 1
        }
    }

    var metrics: JobMetrics {
        let instant = now()
        let breakers = breakerStates()
        return state.withLock { state in
            var job = state.job
            job.usage = state.budget.usage
            if let started = state.started { job.durationMS = ((state.ended ?? instant) - started).inMilliseconds }
            var figures = [String: JobMetrics.Agent](minimumCapacity: agents.count)
            for (index, name) in agents.enumerated() {
                let breaker = breakers.isEmpty ? nil : breakers[index]
                figures[name] = state.entries[index].figures(at: instant, breaker: breaker)
            }
            return JobMetrics(job: job, agents: figures)
        }
    }
}
