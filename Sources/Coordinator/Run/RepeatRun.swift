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
        // Rounds that began before the job's process ended are gone through once more, with the ends that are kept.
        let begun = job.history?.rounds[name] ?? 0
        let kept = job.history?.endedRepeats[name]
        while true {
            round += 1
            if round > begun { post(.roundStarted(.init(repeat: name, round: round))) }
            let ends = await run(round)
            if round < begun { continue }
            if let kept, kept.rounds == round { return finish(kept, isKept: true) }
            guard let ending = await ending(after: round, ends) else { continue }
            let result = RepeatResult(name: name, rounds: round, endedBy: ending)
            post(.repeatFinished(result))
            return finish(result, isKept: false)
        }
    }

    /// Runs every agent once.
    private func run(_ round: Int) async -> RunEnds {
        let ends = RunEnds(ofRoundOf: index, in: job.ends)
        job.quiet?.round(of: index, began: ends)
        defer { job.quiet?.round(of: index, began: nil) }
        await withDiscardingTaskGroup { group in
            for step in repeated.members.map({ job.plan.steps[$0] }) {
                group.addTask {
                    let unmet = await ends.unmetNeed(of: step)
                    let replaces = await ends.replacement(by: step)
                    let (outcome, ready, run) = await self.execute(step, round, unmet: unmet, replaces: replaces)
                    if let position = step.member?.position {
                        self.members.withLock { $0[position].add(outcome, ready: ready, run) }
                    }
                    ends[step.index].set(outcome)
                    self.job.quiet?.check()
                    // The agent's failure stands whatever the round comes to.
                    self.job.failFast(step, outcome)
                }
            }
        }
        return ends
    }

    /// - Returns: how the run ended, when it was ready, and the run itself unless its end was kept by another process.
    private func execute(
        _ step: JobPlan.Step, _ round: Int, unmet: AgentRunOutcome?, replaces: RunEnds.Replacement
    ) async -> (AgentRunOutcome, ready: Duration, AgentRun?) {
        if job.history != nil, let kept = job.keptEnd(of: step, round: round, replaces: replaces) {
            return (kept, timeFrame.started + job.keptReadiness(of: step, round: round), nil)
        }
        let run = AgentRun(job, step: step, timeFrame: timeFrame, jobSpan: jobSpan, round: round)
        return (await run.execute(unmet: unmet, replaces: replaces), run.ready, run)
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
    ///
    /// - Parameter isKept: whether another process has recorded them.
    private func finish(_ result: RepeatResult, isKept: Bool) {
        job.repeats[index].set(result)
        let runs = members.withLock { $0 }
        for (member, runs) in zip(repeated.members, runs) {
            guard let outcome = runs.outcome else { continue }
            if !isKept {
                if let last = runs.last {
                    last.recordRounds(outcome.result)
                } else {
                    job.agentInstruments[job.plan.steps[member].index].recordRun(outcome.result)
                }
            }
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
    private var first: (ready: Duration, startedAt: Timestamp?)?
    private var ready = Duration.zero
    /// The latest run; `nil` where its end was kept by another process.
    private(set) var last: AgentRun?
    private var end: AgentRunOutcome?
    private var attempts: [AttemptRecord] = []
    private var items: [ItemResult] = []
    private var queueMS: Double = 0

    mutating func add(_ outcome: AgentRunOutcome, ready: Duration, _ run: AgentRun?) {
        if first == nil { first = (ready, outcome.result.startedAt) }
        self.ready = ready
        last = run
        end = outcome
        attempts += outcome.result.attempts
        items += outcome.result.items
        queueMS += outcome.result.queueMS
    }

    /// The last round's outcome, with the attempts of all rounds and the time from the first one's start.
    var outcome: AgentRunOutcome? {
        guard let end, let first else { return nil }
        var result = end.result
        result.startedAt = first.startedAt
        result.durationMS += (ready - first.ready).inMilliseconds
        result.queueMS = queueMS
        result.attempts = attempts
        result.items = items
        return AgentRunOutcome(result: result, isNeutral: end.isNeutral, callsForFallback: end.callsForFallback)
    }
}
