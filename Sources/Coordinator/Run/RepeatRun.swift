import Support

/// The rounds of one repeat, from when all that its agents need has ended.
final class RepeatRun: Sendable {
    private let job: JobRun
    private let index: Int
    private let timeFrame: JobRun.TimeFrame
    private let jobSpan: StartedSpan
    private let members: Locked<[MemberRuns]>
    private var repeated: JobPlan.RepeatedSteps { job.plan.repeats[index] }

    init(_ job: JobRun, index: Int, timeFrame: JobRun.TimeFrame, jobSpan: StartedSpan) {
        self.job = job
        self.index = index
        self.timeFrame = timeFrame
        self.jobSpan = jobSpan
        members = Locked(job.plan.repeats[index].members.map { _ in MemberRuns() })
    }

    /// Runs the rounds; ends when the ends of its agents are known to the job.
    func execute() async {
        for need in repeated.needs { _ = await job.ends.outcome(of: need) }
        let name = repeated.definition.name
        var round = 0
        while true {
            round += 1
            post(.roundStarted(.init(repeat: name, round: round)))
            let ends = await run(round)
            guard let ending = await ending(after: round, ends) else { continue }
            let result = RepeatResult(name: name, rounds: round, endedBy: ending)
            post(.repeatFinished(result))
            return finish(result)
        }
    }

    /// Runs every agent once.
    private func run(_ round: Int) async -> RunEnds {
        let ends = RunEnds(ofRoundOf: index, in: job.ends)
        await withDiscardingTaskGroup { group in
            for step in repeated.members.map({ job.plan.steps[$0] }) {
                group.addTask {
                    let unmet = await ends.unmetNeed(of: step)
                    let replaces = await ends.replacement(by: step)
                    let run = AgentRun(
                        self.job, step: step, timeFrame: self.timeFrame, jobSpan: self.jobSpan, round: round)
                    let outcome = await run.execute(unmet: unmet, replaces: replaces)
                    if let position = step.member?.position {
                        self.members.withLock { $0[position].add(run, outcome) }
                    }
                    ends[step.index].set(outcome)
                    // The agent's failure stands whatever the round comes to.
                    self.job.failFast(step, outcome)
                }
            }
        }
        return ends
    }

    /// Why no other round follows; `nil` when one does.
    private func ending(after round: Int, _ ends: RunEnds) async -> RepeatEnding? {
        if repeated.definition.until.holds(in: job.context.snapshot) { return .condition }
        if let interruption = job.cancellation.interruption { return interruption.isDeadline ? .deadline : .failure }
        for member in repeated.members where job.plan.steps[member].task.required {
            if await ends.outcome(of: member).isFailure { return .failure }
        }
        return round < repeated.definition.atMost ? nil : .limit
    }

    /// Records each agent's runs as one run of the job, with the outcome of the last round.
    private func finish(_ result: RepeatResult) {
        job.repeats[index].set(result)
        let runs = members.withLock { $0 }
        for (member, runs) in zip(repeated.members, runs) {
            guard let outcome = runs.outcome, let last = runs.last else { continue }
            last.recordRounds(outcome.result)
            job.agentFinished(job.plan.steps[member], outcome)
        }
    }

    private func post(_ payload: JobEvent.Payload) {
        job.context.post(
            payload, from: .init(trace: jobSpan.reference), at: job.runtime.timestamp(at: job.runtime.now))
    }
}

/// The runs of one agent in the rounds so far.
private struct MemberRuns: Sendable {
    private var first: AgentRun?
    private(set) var last: AgentRun?
    private var end: AgentRunOutcome?
    private var attempts: [AttemptRecord] = []
    private var items: [ItemResult] = []
    private var queueMS: Double = 0

    mutating func add(_ run: AgentRun, _ outcome: AgentRunOutcome) {
        if first == nil { first = run }
        last = run
        end = outcome
        attempts += outcome.result.attempts
        items += outcome.result.items
        queueMS += outcome.result.queueMS
    }

    /// The last round's outcome, with the attempts of all rounds and the time from the first one's start.
    var outcome: AgentRunOutcome? {
        guard let end, let first, let last else { return nil }
        var result = end.result
        result.startedAt = first.startedAt
        result.durationMS += (last.ready - first.ready).inMilliseconds
        result.queueMS = queueMS
        result.attempts = attempts
        result.items = items
        return AgentRunOutcome(result: result, isNeutral: end.isNeutral, callsForFallback: end.callsForFallback)
    }
}
