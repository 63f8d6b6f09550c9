/// The figures of one job, readable while it runs; the same as its spans, metrics and result carry.
///
/// ```swift
/// let metrics = job.metrics()
/// print(metrics.job.maxParallel, metrics.agents["collector"]?.totalLatency ?? .zero)
/// ```
public struct JobMetrics: Sendable, Hashable, Codable {
    /// The job's own figures.
    public var job: Job
    /// Each agent's figures, by name.
    public var agents: [String: Agent]

    /// Figures of the job.
    public struct Job: Sendable, Hashable, Codable {
        /// How long it has run, in milliseconds; final once it ended.
        public var durationMS: Double
        /// The most attempts that ran at one time.
        public var maxParallel: Int
        /// Attempts in the whole job.
        public var attempts: Int
        /// Commits to the blackboard.
        public var commits: Int
        /// Contributions dropped since their attempt had already ended.
        public var lateWrites: Int
        /// Ended attempts whose code still runs.
        public var abandoned: Int
        /// What the ended attempts count as having used of the budget: what they reported and what their calls used, the
        /// reservation where neither is known.
        public var usage: Contribution.Usage

        /// No figures yet.
        public init() {
            durationMS = 0
            maxParallel = 0
            attempts = 0
            commits = 0
            lateWrites = 0
            abandoned = 0
            usage = Contribution.Usage()
        }

        enum CodingKeys: String, CodingKey {
            case durationMS = "duration_ms"
            case maxParallel = "max_parallel"
            case attempts, commits
            case lateWrites = "late_writes"
            case abandoned, usage
        }

        /// Reads figures; those that were written before there was a usage have none.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            durationMS = try container.decode(Double.self, forKey: .durationMS)
            maxParallel = try container.decode(Int.self, forKey: .maxParallel)
            attempts = try container.decode(Int.self, forKey: .attempts)
            commits = try container.decode(Int.self, forKey: .commits)
            lateWrites = try container.decode(Int.self, forKey: .lateWrites)
            abandoned = try container.decode(Int.self, forKey: .abandoned)
            usage = try container.decodeIfPresent(Contribution.Usage.self, forKey: .usage) ?? Contribution.Usage()
        }
    }

    /// Figures of one agent.
    public struct Agent: Sendable, Hashable, Codable {
        /// Calls that reached the agent and ended.
        public var attempts: Int
        /// How those calls ended.
        public var outcomes: [String: Int]
        /// Successful attempts over attempts; `nil` before the first ended.
        public var successRate: Double?
        /// The attempts' durations summed, in milliseconds.
        public var totalLatencyMS: Double
        /// The median duration of an attempt, in milliseconds; nearest rank.
        public var p50MS: Double?
        /// The 95th percentile, in milliseconds; nearest rank.
        public var p95MS: Double?
        /// The 99th percentile, in milliseconds; nearest rank.
        public var p99MS: Double?
        /// The time the run waited for a slot, in milliseconds.
        public var queueMS: Double
        /// Attempts after the first.
        public var retries: Int
        /// The agent's circuit breaker: `closed`, `open` or `half_open`; `nil` before the job started.
        public var breakerState: String?
        /// Age of the oldest attempt whose code runs, abandoned code too, in milliseconds; `nil` when none does.
        public var oldestAttemptAgeMS: Double?

        /// The attempts' durations summed.
        public var totalLatency: Duration { .bounded(milliseconds: totalLatencyMS) }

        /// The figures of attempts that took these times.
        ///
        /// - Parameters:
        ///   - outcomes: how many ended how, by ``AgentOutcome``'s raw values.
        ///   - durationsMS: one duration an attempt, in milliseconds, in any order.
        ///   - queueMS: the time the run waited for a slot, in milliseconds.
        ///   - retries: attempts after the first.
        ///   - breakerState: `closed`, `open` or `half_open`; `nil` before the job started.
        ///   - oldestAttemptAgeMS: the age of the running attempt, in milliseconds, if one runs.
        public init(
            outcomes: [String: Int], durationsMS: [Double], queueMS: Double, retries: Int,
            breakerState: String? = nil, oldestAttemptAgeMS: Double? = nil
        ) {
            let sorted = durationsMS.count > 1 ? durationsMS.sorted() : durationsMS
            // Nearest rank: the smallest value with at least that share of the values at or below it.
            func percentile(_ share: Double) -> Double? {
                sorted.isEmpty ? nil : sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
            }
            attempts = sorted.count
            self.outcomes = outcomes
            successRate =
                sorted.isEmpty ? nil : Double(outcomes[AgentOutcome.succeeded.rawValue] ?? 0) / Double(sorted.count)
            totalLatencyMS = durationsMS.reduce(0, +)
            p50MS = percentile(0.5)
            p95MS = percentile(0.95)
            p99MS = percentile(0.99)
            self.queueMS = queueMS
            self.retries = retries
            self.breakerState = breakerState
            self.oldestAttemptAgeMS = oldestAttemptAgeMS
        }

        enum CodingKeys: String, CodingKey {
            case attempts, outcomes, retries
            case successRate = "success_rate"
            case totalLatencyMS = "total_latency_ms"
            case p50MS = "p50_ms"
            case p95MS = "p95_ms"
            case p99MS = "p99_ms"
            case queueMS = "queue_ms"
            case breakerState = "breaker_state"
            case oldestAttemptAgeMS = "oldest_attempt_age_ms"
        }
    }

    /// Gathers figures.
    public init(job: Job = Job(), agents: [String: Agent] = [:]) {
        self.job = job
        self.agents = agents
    }
}
