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
        var attemptsStarted = 0
        var abandonedSince: [String: Duration] = [:]
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Duration

    init(agents: [String], now: @escaping @Sendable () -> Duration) {
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

    func used(_ usage: Contribution.Usage) {
        state.withLock { state in
            state.usage.inputTokens += usage.inputTokens
            state.usage.outputTokens += usage.outputTokens
            state.usage.costUSD += usage.costUSD
        }
    }

    /// Takes one attempt from the budget; why not, if it does not cover one.
    func reserveAttempt(_ budget: JobLimits.Budget) -> String? {
        state.withLock { state in
            if let limit = budget.attempts, state.attemptsStarted >= limit {
                return "the job's budget of \(limit) attempts is spent"
            }
            let tokens = state.usage.inputTokens + state.usage.outputTokens
            if let limit = budget.tokens, tokens >= limit {
                return "the job's budget of \(limit) tokens is spent (\(tokens) used)"
            }
            if let limit = budget.costUSD, state.usage.costUSD >= limit {
                return "the job's budget of \(limit) USD is spent (\(state.usage.costUSD) used)"
            }
            state.attemptsStarted += 1
            return nil
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
        return state.withLock { state in
            var job = state.job
            if let started = state.started { job.durationMS = ((state.ended ?? instant) - started).inMilliseconds }
            return JobMetrics(
                job: job,
                agents: state.entries.mapValues { entry in
                    JobMetrics.Agent(
                        outcomes: Dictionary(entry.attempts.map { ($0.outcome, 1) }, uniquingKeysWith: +),
                        durationsMS: entry.attempts.map(\.durationMS), queueMS: entry.queueMS,
                        retries: max(0, entry.attempts.count - 1),
                        oldestAttemptAgeMS: entry.runningSince.map { (instant - $0).inMilliseconds })
                })
        }
    }
}
