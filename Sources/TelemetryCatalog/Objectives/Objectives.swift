/// The objectives that hold where no others are declared.
public enum Objectives {
    private typealias Key = AttributeKey

    /// Agents' runs that succeed, out of all that were neither cancelled nor skipped.
    public static let agentSuccess = Objective(
        "agent-success", "Runs of the agent that succeed.",
        .outcomes(
            of: Instruments.agentRuns, by: Key.outcome, good: OutcomeName.succeeded,
            excluded: [OutcomeName.cancelled, OutcomeName.skipped]),
        subject: Key.agentName, target: 0.99, windows: BurnRateWindow.all)
    /// Jobs that succeed, out of all that were not cancelled.
    public static let jobSuccess = Objective(
        "job-success", "Jobs of the workflow that succeed.",
        .outcomes(
            of: Instruments.jobRuns, by: Key.jobStatus, good: JobStatusName.succeeded,
            excluded: [JobStatusName.cancelled]),
        subject: Key.workflowName, target: 0.99, windows: BurnRateWindow.all)
    /// Attempts that succeed, out of all that were not cancelled. Retries hide a failed attempt from users: its alerts
    /// are tickets.
    public static let attemptSuccess = Objective(
        "attempt-success", "Attempts of the agent that succeed.",
        .outcomes(
            of: Instruments.attempts, by: Key.outcome, good: OutcomeName.succeeded,
            excluded: [OutcomeName.cancelled]),
        subject: Key.agentName, target: 0.95, windows: [.day, .threeDays])
    /// Agents' runs that succeed within 51.2 s, out of all that were not cancelled.
    public static let agentLatency = Objective(
        "agent-latency", "Runs of the agent that succeed in time.",
        .latency(of: Instruments.agentDuration, within: 51.2, excludedErrors: [ErrorType.cancelled]),
        subject: Key.agentName, target: 0.95, windows: [.sixHours, .day, .threeDays])
    /// Agents' runs that waited 2.56 s at most for a slot.
    public static let queueWait = Objective(
        "queue-wait", "Runs of the agent that start in time.",
        .latency(of: Instruments.queueDuration, within: 2.56, excludedErrors: []), subject: Key.agentName,
        target: 0.99, windows: [.day, .threeDays])

    /// All standard objectives, in the order in which they are documented.
    public static let standard = [agentSuccess, jobSuccess, attemptSuccess, agentLatency, queueWait]
}
