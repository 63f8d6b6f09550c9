import Support

/// The records of a job so far: the only source of `metrics()` and of the result.
final class JobCounts: Sendable {
    private struct Entry {
        var attempts: [AttemptRecord] = []
        var queueMS: Double = 0
        var running: (any StartedAttempt)?
        /// Finished attempts whose code still runs, by their numbers.
        var abandoned: [Int: any StartedAttempt] = [:]

        private var outcomes: [String: Int] {
            // Most runs are one successful attempt: they share a dictionary.
            if attempts.count == 1, attempts[0].outcome == .succeeded { return Self.oneSuccess }
            return attempts.reduce(into: [:]) { $0[$1.outcome.rawValue, default: 0] += 1 }
        }

        private static let oneSuccess = [AgentOutcome.succeeded.rawValue: 1]

        func figures(at instant: Duration, breaker: String?) -> JobMetrics.Agent {
            var oldest = running?.started
            if !abandoned.isEmpty {
                oldest = abandoned.values.reduce(oldest) { min($0 ?? $1.started, $1.started) }
            }
            return JobMetrics.Agent(
                outcomes: outcomes,
                durationsMS: attempts.map(\.durationMS), queueMS: queueMS, retries: max(0, attempts.count - 1),
                breakerState: breaker, oldestAttemptAgeMS: oldest.map { (instant - $0).inMilliseconds })
        }
    }

    private struct Attempt: Hashable {
        let agent: Int
        let number: Int
    }

    private struct State {
        /// By the agents' indices in the plan.
        var entries: [Entry]
        var started: Duration?
        var ended: Duration?
        var running = 0
        var job = JobMetrics.Job()
        var usage = Contribution.Usage()
        var reserved = Contribution.Usage()
        var attemptsStarted = 0
        var abandonedSince: [Attempt: Duration] = [:]
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

    func jobStarted(at instant: Duration) { state.withLock { $0.started = instant } }
    func jobEnded(at instant: Duration) { state.withLock { $0.ended = instant } }
    func queued(_ agent: Int, milliseconds: Double) { state.withLock { $0.entries[agent].queueMS = milliseconds } }
    func lateWrite() { state.withLock { $0.job.lateWrites += 1 } }
    func abandonedBegan(_ agent: Int, attempt: Int, at instant: Duration) {
        state.withLock { state in
            state.abandonedSince[Attempt(agent: agent, number: attempt)] = instant
            // Until the attempt's end is recorded, `running` still refers to it.
            state.entries[agent].abandoned[attempt] = state.entries[agent].running
            state.job.abandoned += 1
        }
    }

    /// - Returns: how long the code ran on after the attempt was abandoned.
    func abandonedEnded(_ agent: Int, attempt: Int, at instant: Duration) -> Duration {
        let (overrun, waiting): (Duration, [OneShot<Bool>]) = state.withLock { state in
            guard let since = state.abandonedSince.removeValue(forKey: Attempt(agent: agent, number: attempt)) else {
                return (.zero, [])
            }
            state.entries[agent].abandoned.removeValue(forKey: attempt)
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
        state.withLock { state in
            if let limit = budget.attempts, state.attemptsStarted >= limit {
                return "the job's budget of \(limit) attempts is spent"
            }
            if let limit = budget.wallTime, elapsed >= limit {
                return "the job's budget of \(Interruption.text(limit)) is spent"
            }
            // The amount neither used nor reserved must cover the attempt, and must not be zero.
            let tokens = state.usage.tokens + state.reserved.tokens
            if let limit = budget.tokens, tokens + max(1, reservation.tokens) > limit {
                return "the job's budget of \(limit) tokens does not cover another attempt"
                    + Self.shares(state.usage.tokens, state.reserved.tokens, reservation.tokens)
            }
            let cost = state.usage.costUSD + state.reserved.costUSD
            if let limit = budget.costUSD, cost >= limit || cost + reservation.costUSD > limit {
                return "the job's budget of \(limit) USD does not cover another attempt"
                    + Self.shares(state.usage.costUSD, state.reserved.costUSD, reservation.costUSD)
            }
            state.attemptsStarted += 1
            state.reserved += reservation
            return nil
        }
    }

    private static func shares<Amount>(_ used: Amount, _ reserved: Amount, _ needed: Amount) -> String {
        " (\(used) used, \(reserved) reserved by running attempts, \(needed) needed)"
    }

    /// Gives back an attempt's reservation and counts what it used.
    ///
    /// - Parameter usage: the usage that the agent reported; `nil` when it reported none: then the whole reservation
    ///   counts as used, since a call that timed out was paid for all the same.
    func release(_ reservation: Contribution.Usage, used usage: Contribution.Usage?) {
        state.withLock { state in
            state.reserved -= reservation
            state.usage += usage ?? reservation
        }
    }

    func attemptStarted(_ agent: Int, _ attempt: any StartedAttempt) {
        state.withLock { state in
            state.entries[agent].running = attempt
            state.running += 1
            state.job.maxParallel = max(state.job.maxParallel, state.running)
        }
    }

    func attemptEnded(_ agent: Int, _ record: AttemptRecord) {
        state.withLock { state in
            state.entries[agent].running = nil
            state.entries[agent].attempts.append(record)
            state.running -= 1
            state.job.attempts += 1
        }
    }

    var metrics: JobMetrics {
        let instant = now()
        let breakers = breakerStates()
        return state.withLock { state in
            var job = state.job
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

extension Contribution.Usage {
    fileprivate var tokens: Int { inputTokens + outputTokens }

    fileprivate static func += (left: inout Self, right: Self) {
        left.inputTokens += right.inputTokens
        left.outputTokens += right.outputTokens
        left.costUSD += right.costUSD
    }

    fileprivate static func -= (left: inout Self, right: Self) {
        left.inputTokens -= right.inputTokens
        left.outputTokens -= right.outputTokens
        left.costUSD -= right.costUSD
    }
}
