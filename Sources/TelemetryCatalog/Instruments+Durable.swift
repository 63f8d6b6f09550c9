// What jobs that outlive their process are measured by: those that were taken up again, what waits for people, the store.

extension Instruments {
    private typealias Key = AttributeKey

    /// Jobs that a process took up again.
    public static let jobResumptions = InstrumentDefinition(
        "coordinator.job.resumptions", .counter, unit: "{resumption}",
        "Jobs that were taken up again after their process had ended or given them up.",
        attributes: [Key.workflowName, Key.formerWorkflowName], places: .workflowAsOne)
    /// Attempts that their process did not survive.
    public static let recoveries = InstrumentDefinition(
        "coordinator.agent.recoveries", .counter, unit: "{attempt}",
        "Attempts that were running when their process ended, found when their job was taken up again.",
        attributes: [Key.agentName], places: .agent)
    /// Runs that wait for somebody's answer.
    public static let approvalPending = InstrumentDefinition(
        "coordinator.approval.pending", .upDownCounter, unit: "{run}",
        "Agents' runs that wait for somebody's answer, such as an approval.",
        attributes: [Key.workflowName, Key.formerWorkflowName], places: .workflowAsOne)
    /// How long the oldest of those has waited.
    public static let approvalOldestAge = InstrumentDefinition(
        "coordinator.approval.oldest_age", .gauge, unit: "s",
        "How long the run has waited for an answer that waits longest, time without a process included.",
        attributes: [Key.workflowName, Key.formerWorkflowName], places: .workflowAlone)
    /// Runs of which nobody knows what they have done.
    public static let inDoubt = InstrumentDefinition(
        "coordinator.job.in_doubt", .upDownCounter, unit: "{run}",
        "Agents' runs whose process ended while they had effects: they wait until somebody says what they have done.",
        attributes: [Key.workflowName, Key.formerWorkflowName], places: .workflowAsOne)
    /// How long the oldest of those has waited.
    public static let inDoubtOldestAge = InstrumentDefinition(
        "coordinator.job.in_doubt.oldest_age", .gauge, unit: "s",
        "How long the run has been in doubt that has been so longest.",
        attributes: [Key.workflowName, Key.formerWorkflowName], places: .workflowAlone)
    /// Jobs that are not taken up any more by themselves.
    public static let jobsSuspended = InstrumentDefinition(
        "coordinator.job.suspended", .gauge, unit: "{job}",
        "Jobs in the store that are not taken up by themselves any more, since their resumptions ended their process.")

    // MARK: The store

    /// How long appends to a job's journal take.
    public static let storeAppendDuration = InstrumentDefinition(
        "coordinator.store.append.duration", .histogram(bounds: BucketBounds.append), unit: "s",
        "Time from handing a job's events to its journal until they were kept for good, or were not.",
        attributes: [Key.errorType])
    /// When something was kept last.
    public static let storeLastAppend = InstrumentDefinition(
        "coordinator.store.last_append.time", .gauge, unit: "s",
        "When a job's journal last kept something, in seconds since 1970.")
    /// How large the store is.
    public static let storeSize = InstrumentDefinition(
        "coordinator.store.size", .gauge, unit: "By", "Size of the store's files.", attributes: [Key.storeFile])

    /// All of them, in the order in which they are documented.
    static let durable = [
        jobResumptions, recoveries, approvalPending, approvalOldestAge, inDoubt, inDoubtOldestAge, jobsSuspended,
        storeAppendDuration, storeLastAppend, storeSize,
    ]
}
