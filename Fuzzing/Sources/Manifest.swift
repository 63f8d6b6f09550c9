import Coordinator
import JobFile

/// Whatever a manifest or a job file says, it is read or refused with places, and every time and number that is read is
/// within the bounds that the keys state.
func checkManifest(_ input: [UInt8]) throws {
    switch AgentManifestReader.read(input, file: "m.yaml") {
    case .success(let manifest):
        if let timeout = manifest.defaults.timeouts?.attempt { try checkDuration(timeout) }
        if let retry = manifest.defaults.retry { try checkRetry(retry) }
    case .failure(let refusal): try checkPlaces(refusal)
    }
    switch JobFileReader.read(input, file: "j.yaml") {
    case .success(let job):
        for agent in job.agents {
            if let retry = agent.retry { try checkRetry(retry) }
            for time in [agent.timeouts?.attempt, agent.timeouts?.total, agent.timeouts?.queue, agent.timeouts?.idle] {
                try checkDuration(time ?? .zero)
            }
        }
        try checkDuration(job.limits.timeout ?? .zero)
        try checkDuration(job.limits.budget.wallTime ?? .zero)
        try hold(job.limits.budget.costUSD ?? 0 <= 1e9 && job.limits.budget.tokens ?? 0 >= 0, "\(job.limits)")
    case .failure(let refusal): try checkPlaces(refusal)
    }
}

private func checkPlaces(_ refusal: JobFileProblems) throws {
    try hold(!refusal.problems.isEmpty, "refused without a reason")
    for problem in refusal.problems {
        try hold(problem.line >= 1 && problem.column >= 1 && !problem.message.isEmpty, "\(problem)")
    }
}

private func checkDuration(_ duration: Duration) throws {
    try hold(duration >= .zero && duration <= .seconds(8760 * 3600), "\(duration)")
}

private func checkRetry(_ policy: RetryPolicy) throws {
    for retry in [1, 2, 1001] { try checkDuration(policy.delay(beforeRetry: retry, uniform: 0.5)) }
}
