import Coordinator

/// `limits:` of the job.
enum LimitKeys {
    static let concurrency = Key(
        "concurrency", .integer(in: 1...100_000), "Agents that may run at once; the others wait in order.",
        default: .integer(Int64(JobLimits.defaultConcurrency)), otherNames: ["parallelism", "max_concurrency"])
    static let timeout = Key("timeout", .duration(), "How long the whole job may take. No limit without it.")
    static let budget = Key("budget", BudgetKeys.form, "What the attempts of all agents may consume together.")
    static let failFast = Key(
        "fail_fast", .boolean, "Whether the first failure of a required agent cancels the others.", default: false)
    static let quorum = Key("quorum", QuorumKeys.form, "How many agents must succeed, instead of all required ones.")

    static let require = Key(
        "require", ConditionKeys.reference.located,
        "A condition on the blackboard that must hold when all agents have ended; the job is failed when it does not.",
        otherNames: ["requires", "expect", "until"])

    static let form = Form<LimitsDraft>.object(
        "an object of limits", [concurrency, timeout, budget, failFast, quorum, require]
    ) { members in
        let quorum = members[quorum] ?? nil
        let require = members[require]
        return LimitsDraft(
            limits: JobLimits(
                concurrency: members[concurrency] ?? JobLimits.defaultConcurrency, timeout: members[timeout],
                budget: members[budget] ?? JobLimits.Budget(), failFast: members[failFast] ?? false,
                quorum: quorum?.atLeast?.value, quorumDeadline: quorum?.by, require: require?.value),
            quorum: quorum?.atLeast, require: require)
    }
}

/// Limits as read; what is compared with the agents later keeps its location.
struct LimitsDraft: Sendable {
    var limits = JobLimits()
    var quorum: Located<Int>?
    var require: Located<Condition>?
}

/// `budget:` of the limits.
enum BudgetKeys {
    static let tokens = Key("tokens", .integer(in: 1...1_000_000_000_000), "Model tokens, sent and produced.")
    static let cost = Key(
        "cost_usd", .number(in: 0...1_000_000_000), "Model cost in US dollars.", otherNames: ["cost", "usd"])
    static let attempts = Key("attempts", .integer(in: 1...1_000_000_000), "Attempts, retries included.")
    static let wallTime = Key("wall_time", .duration(), "Time since the job's start, after which no attempt starts.")

    static let form = Form<JobLimits.Budget>.object("an object of budgets", [tokens, cost, attempts, wallTime]) {
        members in
        JobLimits.Budget(
            tokens: members[tokens], costUSD: members[cost], attempts: members[attempts],
            wallTime: members[wallTime])
    }
}

/// `quorum:` of the limits.
enum QuorumKeys {
    static let atLeast = Key(
        "at_least", Form.integer(in: 1...100_000).located, "The number of agents that must succeed.", required: true)

    static let by = Key(
        "by", .duration(),
        "Time in which all agents may succeed. Without it the others are cancelled once enough have succeeded.")

    /// A quorum as read.
    struct Draft: Sendable {
        var atLeast: Located<Int>?
        var by: Duration?
    }

    static let form = Form<Draft?>.object("an object such as {at_least: 2}", [atLeast, by]) {
        .some(Draft(atLeast: $0[atLeast], by: $0[by]))
    }
}

/// A member of `resources:`.
enum ResourceKeys {
    static let concurrency = Key(
        "concurrency", .integer(in: 1...100_000), "Attempts that may use it at once. No limit without it.")
    static let rate = Key("rate", .rate, "Attempts that may start per second, minute or hour. No limit without it.")
    static let breaker = Key("breaker", BreakerKeys.reference, "Its circuit breaker.")

    static let form = Form<ResourceLimits>.object("an object that describes a resource", [concurrency, rate, breaker]) {
        ResourceLimits(concurrency: $0[concurrency], rate: $0[rate], breaker: $0[breaker])
    }
}
