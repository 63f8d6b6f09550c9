import Coordinator

/// `timeouts:` of an agent.
enum TimeoutKeys {
    static let attempt = Key("attempt", .duration(), "How long one attempt may take.", default: "5m")
    static let total = Key(
        "total", .duration(), "How long the whole run may take, attempts and pauses together. No limit without it.")
    static let queue = Key("queue", .duration(), "How long it may wait for its turn. No limit without it.")
    static let idle = Key(
        "idle", .duration(), "How long an attempt may go without a sign of progress. No limit without it.")

    static let form = Form<TimeoutPolicy>.object("an object of time limits", [attempt, total, queue, idle]) { members in
        let limits = (members[attempt], members[total], members[queue], members[idle])
        if let one = limits.0, let all = limits.1, one > all {
            members.report(
                at: attempt, "one attempt may take longer (\(DurationNotation.text(one))) than the total allows")
        }
        if let quiet = limits.3, let most = limits.0 ?? limits.1, quiet > most {
            members.report(at: idle, "the idle limit is longer than the attempt may take; it could never act")
        }
        return TimeoutPolicy(
            attempt: limits.0 ?? min(TimeoutPolicy.defaultAttempt, limits.1 ?? TimeoutPolicy.defaultAttempt),
            total: limits.1, queue: limits.2, idle: limits.3)
    }
}

/// `retry:` of an agent.
enum RetryKeys {
    /// The policy of an agent whose file does not mention retries: two retries, with full jitter.
    static let standard = RetryPolicy(maxRetries: 2, jitter: 1)

    static let maxRetries = Key(
        "max_retries", .integer(in: 0...1000), "Attempts after the first one; n means n + 1 attempts.", default: 2,
        otherNames: ["retries", "attempts", "max_attempts"])
    static let initial = Key("initial", .duration(orZero: true), "The pause before the first retry.", default: "500ms")
    static let multiplier = Key(
        "multiplier", .number(in: 1...1000), "How much longer each pause is than the one before.", default: 2)
    static let cap = Key("cap", .duration(orZero: true), "The longest pause.", default: "30s")
    static let jitter = Key(
        "jitter", .number(in: 0...1), "The share of each pause left to chance, so that retries do not come together.",
        default: 1)

    static let form = Form<RetryPolicy>.object(
        "an object of retry settings", [maxRetries, initial, multiplier, cap, jitter]
    ) { members in
        RetryPolicy(
            maxRetries: members[maxRetries] ?? standard.maxRetries, initial: members[initial] ?? standard.initial,
            multiplier: members[multiplier] ?? standard.multiplier, cap: members[cap] ?? standard.cap,
            jitter: members[jitter] ?? standard.jitter)
    }
}

/// `breaker:` of an agent or a resource.
enum BreakerKeys {
    static let failureRate = Key(
        "failure_rate", .percentage(whole: true), "The share of failed calls at which it opens.", default: "50%")
    static let window = Key("window", .duration(), "The time over which calls are counted.", default: "1m")
    static let minCalls = Key(
        "min_calls", .integer(in: 1...1_000_000), "The least number of calls in the window before it may open.",
        default: 10, otherNames: ["minimum_calls"])
    static let slowCall = Key("slow_call", .duration(), "A call that takes this long is slow. Not judged without it.")
    static let slowCallRate = Key(
        "slow_call_rate", .percentage(whole: true), "The share of slow calls at which it opens.", default: "100%")
    static let probes = Key(
        "probes", .integer(in: 1...1000), "Calls it lets through at one time while half-open.", default: 1)
    static let open = Key(
        "open", .duration(), "How long it stays open the first time; doubles after each failed probe.", default: "30s",
        otherNames: ["open_for"])
    static let openCap = Key("open_cap", .duration(), "The longest it stays open.", default: "5m")
    static let successes = Key(
        "successes", .integer(in: 1...1000), "Successful probes in a row that close it.", default: 2)

    static let form = Form<BreakerPolicy>.object(
        "an object of circuit breaker settings",
        [failureRate, window, minCalls, slowCall, slowCallRate, open, openCap, probes, successes]
    ) { members in
        let standard = BreakerPolicy()
        let first = members[open] ?? standard.openFor
        let longest = members[openCap]
        if let longest, longest < first {
            members.report(
                at: openCap, "the longest time open is shorter than the first (\(DurationNotation.text(first)))")
        }
        return BreakerPolicy(
            failureRate: members[failureRate] ?? standard.failureRate, window: members[window] ?? standard.window,
            minimumCalls: members[minCalls] ?? standard.minimumCalls, slowCallDuration: members[slowCall],
            slowCallRate: members[slowCallRate] ?? standard.slowCallRate, openFor: first,
            openCap: longest ?? standard.openCap, halfOpenProbes: members[probes] ?? standard.halfOpenProbes,
            successesToClose: members[successes] ?? standard.successesToClose)
    }

    static let reference = form.named("breaker")
}

/// `slo:` of an agent.
enum ObjectiveKeys {
    static let success = Key(
        "success", .percentage(whole: false), "The share of runs that succeed, over 30 days.")
    static let p95 = Key("p95", .duration(), "The time within which 95 % of the runs succeed.")
    static let latency = Key(
        "latency",
        Form<Duration?>.object("an object of latencies", [p95]) { .some($0[p95]) }, "How long runs may take.")

    static let form = Form<ServiceLevelObjective>.object("an object with success or latency", [success, latency]) {
        members in
        let success = members[success]
        let latency = members[latency] ?? nil
        return ServiceLevelObjective(success: success, latencyP95: latency)
    }
}
