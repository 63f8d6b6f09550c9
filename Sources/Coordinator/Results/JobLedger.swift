import Synchronization

/// What has been recorded of a job so far: the one source of `metrics()` and of the result.
final class JobLedger: Sendable {
    private struct Entry {
        var attempts: [AttemptRecord] = []
        var queueMS: Double = 0
        var runningSince: Duration?
    }

    private struct State {
        var entries: [String: Entry]
        var started: Duration?
        var ended: Duration?
        var running = 0
        var job = JobMetrics.Job()
        var usage = Contribution.Usage()
        var reserved = Contribution.Usage()
        var attemptsStarted = 0
        var abandonedSince: [String: Duration] = [:]
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Duration
    private let breakerStates: @Sendable () -> [String: String]

    /// - Parameters:
    ///   - now: time since the runtime's start.
    ///   - breakerStates: the state of each agent's own circuit breaker, by agent.
    init(
        agents: [String], now: @escaping @Sendable () -> Duration,
        breakerStates: @escaping @Sendable () -> [String: String] = { [:] }
    ) {
        self.breakerStates = breakerStates
        state = Mutex(State(entries: Dictionary(agents.map { ($0, Entry()) }, uniquingKeysWith: { first, _ in first })))
        self.now = now
    }

    func jobStarted(at instant: Duration) { state.withLock { $0.started = instant } }
    func jobEnded(at instant: Duration) { state.withLock { $0.ended = instant } }
    func queued(_ agent: String, milliseconds: Double) { state.withLock { $0.entries[agent]?.queueMS = milliseconds } }
    func lateWrite() { state.withLock { $0.job.lateWrites += 1 } }
    func abandonedBegan(_ agent: String, attempt: Int, at instant: Duration) {
        state.withLock { state in
            state.abandonedSince["\(agent)/\(attempt)"] = instant
            state.job.abandoned += 1
        }
    }

    /// - Returns: how long the code had run on.
    func abandonedEnded(_ agent: String, attempt: Int, at instant: Duration) -> Duration {
        state.withLock { state in
            guard let since = state.abandonedSince.removeValue(forKey: "\(agent)/\(attempt)") else { return .zero }
            state.job.abandoned -= 1
            return instant - since
        }
    }

    func committed() { state.withLock { $0.job.commits += 1 } }

    /// Takes one attempt from the budget; why not, if it does not cover one.
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
            // What is neither used nor reserved must cover the attempt, and something must be left for it.
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

    /// Turns an attempt's reservation into what it used.
    ///
    /// - Parameter usage: what the agent said; `nil` when it did not get to say it: then all that was reserved counts
    ///   as used, since a call that timed out was paid for all the same.
    func settle(_ reservation: Contribution.Usage, usage: Contribution.Usage?) {
        state.withLock { state in
            state.reserved -= reservation
            state.usage += usage ?? reservation
        }
    }

    func attemptStarted(_ agent: String, at instant: Duration) {
        state.withLock { state in
            state.entries[agent]?.runningSince = instant
            state.running += 1
            state.job.maxParallel = max(state.job.maxParallel, state.running)
        }
    }

    func attemptEnded(_ agent: String, _ record: AttemptRecord) {
        state.withLock { state in
            state.entries[agent]?.runningSince = nil
            state.entries[agent]?.attempts.append(record)
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
            return JobMetrics(
                job: job,
                agents: state.entries.mapEach { name, entry in
                    JobMetrics.Agent(
                        outcomes: Dictionary(entry.attempts.map { ($0.outcome, 1) }, uniquingKeysWith: +),
                        durationsMS: entry.attempts.map(\.durationMS), queueMS: entry.queueMS,
                        retries: max(0, entry.attempts.count - 1),
                        breakerState: breakers[name],
                        oldestAttemptAgeMS: entry.runningSince.map { (instant - $0).inMilliseconds })
                })
        }
    }
}

extension Dictionary {
    fileprivate func mapEach<Result>(_ transform: (Key, Value) -> Result) -> [Key: Result] {
        Dictionary<Key, Result>(uniqueKeysWithValues: map { ($0, transform($0, $1)) })
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
