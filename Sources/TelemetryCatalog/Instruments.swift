/// Every metric instrument that Coordinator and its SDK record.
public enum Instruments {
    private typealias Key = AttributeKey

    // MARK: Jobs and agents

    /// Duration of an agent's run over all its attempts, and of whole jobs.
    public static let agentDuration = InstrumentDefinition(
        "gen_ai.invoke_agent.duration", .histogram(bounds: BucketBounds.invocation), unit: "s",
        "Duration of an agent's run in a job, over all attempts and the pauses between them; with a workflow's name, of a job "
            + "from its start until its result was complete.",
        attributes: [Key.agentName, Key.workflowName, Key.errorType], places: .durations)
    /// Duration of whole jobs, by the name that the conventions had for it before their version 0.1.0.
    public static let formerWorkflowDuration = InstrumentDefinition(
        "gen_ai.invoke_workflow.duration", .histogram(bounds: BucketBounds.workflow), unit: "s",
        "Duration of a job, under its former name: it goes with the next release. Use gen_ai.invoke_agent.duration.",
        attributes: [Key.formerWorkflowName, Key.errorType], places: .formerDurations)
    /// Jobs that ended.
    public static let jobRuns = InstrumentDefinition(
        "coordinator.job.runs", .counter, unit: "{job}", "Jobs that ended, by status.",
        attributes: [Key.workflowName, Key.formerWorkflowName, Key.jobStatus], places: .workflow)
    /// Agent runs that ended.
    public static let agentRuns = InstrumentDefinition(
        "coordinator.agent.runs", .counter, unit: "{run}", "Agent runs that ended, by outcome.",
        attributes: [Key.agentName, Key.outcome],
        places: SeriesPlaces(of: [Key.agentName], SeriesPlaces.values(Key.outcome, OutcomeName.all)))
    /// Runs for single elements that ended.
    public static let itemRuns = InstrumentDefinition(
        "coordinator.item.runs", .counter, unit: "{run}",
        "Runs of agents for one element of a list or an object that ended, by outcome.",
        attributes: [Key.agentName, Key.outcome],
        places: SeriesPlaces(of: [Key.agentName], SeriesPlaces.values(Key.outcome, OutcomeName.all)))
    /// Attempts that ended.
    public static let attempts = InstrumentDefinition(
        "coordinator.agent.attempts", .counter, unit: "{attempt}", "Attempts that ended, by outcome.",
        attributes: [Key.agentName, Key.outcome, Key.errorType], places: .attempts)
    /// Duration of single attempts.
    public static let attemptDuration = InstrumentDefinition(
        "coordinator.attempt.duration", .histogram(bounds: BucketBounds.agent), unit: "s",
        "Duration of one attempt of an agent, however it ended.",
        attributes: [Key.agentName, Key.attemptKind, Key.errorType], places: .attemptDurations)
    /// Retries that were started.
    public static let retries = InstrumentDefinition(
        "coordinator.retries", .counter, unit: "{retry}", "Retries scheduled, by the error that caused them.",
        attributes: [Key.agentName, Key.errorType], places: .retries)
    /// Runs that failed although they had retries.
    public static let retriesExhausted = InstrumentDefinition(
        "coordinator.retries.exhausted", .counter, unit: "{run}", "Agent runs that failed on their last retry.",
        attributes: [Key.agentName, Key.errorType], places: .retries)

    // MARK: Saturation

    /// Time an agent's run waited for a slot.
    public static let queueDuration = InstrumentDefinition(
        "coordinator.queue.duration", .histogram(bounds: BucketBounds.queue), unit: "s",
        "Time an agent's run waited for a concurrency slot before its first attempt.",
        attributes: [Key.agentName], places: .agent)
    /// Runs waiting for a slot.
    public static let queueSize = InstrumentDefinition(
        "coordinator.queue.size", .upDownCounter, unit: "{run}", "Agent runs waiting for a concurrency slot.")
    /// Attempts running now.
    public static let agentActive = InstrumentDefinition(
        "coordinator.agent.active", .upDownCounter, unit: "{attempt}", "Attempts running now.",
        attributes: [Key.agentName], places: .agent)
    /// Ended attempts whose code still runs.
    public static let agentAbandoned = InstrumentDefinition(
        "coordinator.agent.abandoned", .upDownCounter, unit: "{attempt}",
        "Attempts that ended while their code still runs.", attributes: [Key.agentName], places: .agent)
    /// Jobs running now.
    public static let jobActive = InstrumentDefinition(
        "coordinator.job.active", .upDownCounter, unit: "{job}", "Jobs running now.")
    /// The limit on concurrent agents.
    public static let concurrencyLimit = InstrumentDefinition(
        "coordinator.concurrency.limit", .upDownCounter, unit: "{run}",
        "Agent runs that may be active at once, over the jobs running now.")
    /// Whether an executor takes no more work.
    public static let executorStarved = InstrumentDefinition(
        "coordinator.executor.starved", .upDownCounter, unit: "{executor}",
        "1 while an executor takes no more work: the agents' own threads, or Swift's cooperative pool.",
        attributes: [Key.executor])
    /// Age of the oldest running attempt.
    public static let attemptOldestAge = InstrumentDefinition(
        "coordinator.attempt.oldest_age", .gauge, unit: "s", "Age of the oldest running attempt.",
        attributes: [Key.agentName], places: .agentAlone)

    // MARK: Circuit breakers and the blackboard

    /// One series per state, 1 for the current one.
    public static let breakerState = InstrumentDefinition(
        "coordinator.circuit_breaker.state", .upDownCounter, unit: "1",
        "1 for the circuit breaker's current state, 0 for the others.",
        attributes: [Key.agentName, Key.resource, Key.breakerState], places: .breaker(Key.breakerState, names: []))
    /// State changes of circuit breakers.
    public static let breakerTransitions = InstrumentDefinition(
        "coordinator.circuit_breaker.transitions", .counter, unit: "{transition}",
        "State changes of circuit breakers, by the state they went to.",
        attributes: [Key.agentName, Key.resource, Key.breakerTo], places: .breaker(Key.breakerTo))
    /// Commits to the blackboard.
    public static let contextCommits = InstrumentDefinition(
        "coordinator.context.commits", .counter, unit: "{commit}", "Contributions brought to the blackboard.",
        attributes: [Key.agentName, Key.contextCommitResult],
        places: SeriesPlaces(of: [Key.agentName], SeriesPlaces.values(Key.contextCommitResult, CommitResultName.all)))
    /// Writes that came after their lease was closed.
    public static let lateWrites = InstrumentDefinition(
        "coordinator.context.late_writes", .counter, unit: "{contribution}",
        "Contributions dropped since their attempt had already ended.", attributes: [Key.agentName], places: .agent)
    /// Reads and writes a role does not allow.
    public static let accessDenied = InstrumentDefinition(
        "coordinator.context.access_denied", .counter, unit: "{access}", "Reads and writes that a role does not allow.",
        attributes: [Key.agentName], places: .agent)

    // MARK: Programs

    /// Programs that a sandbox was asked for, or due.
    public static let sandboxRuns = InstrumentDefinition(
        "coordinator.sandbox.runs", .counter, unit: "{run}",
        "Programs that agents ran and that a sandbox was asked for, or due since a model wrote what they run.",
        attributes: [Key.agentName, Key.sandboxLevel, Key.codeOrigin], places: .programs)

    // MARK: Telemetry

    /// Measurements without their own attributes. The conventions of the SDK's metrics have no name for them yet.
    public static let seriesOverflow = InstrumentDefinition(
        "coordinator.telemetry.overflow", .counter, unit: "{measurement}",
        "Measurements recorded under _OTHER or otel.metric.overflow, since a metric has reached its limit on series.",
        attributes: [Key.limitedMetric])
    /// Every instrument the core and the agents record; those of the SDK are in ``SDKInstruments``.
    public static let all =
        [
            agentDuration, formerWorkflowDuration, jobRuns, agentRuns, itemRuns, attempts, attemptDuration, retries,
            retriesExhausted, queueDuration, queueSize, agentActive, agentAbandoned, jobActive, concurrencyLimit,
            executorStarved,
            attemptOldestAge, breakerState, breakerTransitions, contextCommits, lateWrites, accessDenied,
            sandboxRuns,
        ] + durable + conversations + [seriesOverflow]

    /// The definition of the instrument with this name, if the catalog has one.
    public static func definition(named name: String) -> InstrumentDefinition? { byName[name] }

    private static let byName = Dictionary(
        uniqueKeysWithValues: (all + SDKInstruments.all).map { ($0.name, $0) })
}
