/// All that a process needs to go on with a job: the fold of the events that its journal keeps.
///
/// ```swift
/// let history = try await JobHistory.load("job-1", from: store)
/// let context = JobContext(resuming: history, journal: store)
/// let coordinator = JobCoordinator(context)
/// ```
public struct JobHistory: Sendable {
    /// How often in a row a job may end its process after it was taken up, without an agent that has finished, before it is
    /// suspended.
    public static let mostCrashedResumptions = 3

    /// What a list shows of the job.
    public private(set) var summary = JobSummary()
    /// What the job was made of.
    public private(set) var submission = JobSubmission()
    /// The agents that were registered, in order.
    public private(set) var agents: [JobEvent.RegisteredAgent] = []
    /// The fields that were declared.
    public private(set) var fields: [JobEvent.DeclaredField] = []
    private(set) var repeats: [JobEvent.RegisteredRepeat] = []
    private(set) var replay = ContextReplay()
    private(set) var runs: [RunIdentity: RunHistory] = [:]
    /// The elements that agents' runs have begun with, by those runs.
    private(set) var items: [RunIdentity: [Int]] = [:]
    /// The rounds of repeats that began last, by the repeats' names.
    private(set) var rounds: [String: Int] = [:]
    private(set) var endedRepeats: [String: RepeatResult] = [:]
    private(set) var ownedTime = OwnedTime()
    private(set) var commits = 0
    /// The most attempts that ran at once, in any process.
    private(set) var maxParallel = 0
    private var running = 0
    private(set) var startedAt: Timestamp?
    /// The span of the job's latest owner.
    private(set) var trace: TraceReference?
    /// Somebody asked for the job's end.
    private(set) var cancellation: JobEvent.CancelRequested?
    /// Whether the job's latest owner gave it up in good order.
    private(set) var wasGivenUp = false
    private(set) var events: [JobEvent] = []
    /// The epoch of the job's latest owner.
    var epoch = 1
    private var crashedResumptions = 0
    private var period = Period()

    /// What is known of the time of one owner.
    private struct Period {
        var isResumption = false
        var hasFinishedAgent = false

        func hasCrashed(givenUp: Bool) -> Bool { isResumption && !hasFinishedAgent && !givenUp }
    }

    /// Starts before the first event.
    init() {}

    /// Whether the next resumption is to suspend the job: its last ones ended their process.
    var isToBeSuspended: Bool { crashes >= Self.mostCrashedResumptions }

    /// Whether the job has begun; a job that was submitted alone has not.
    public var hasStarted: Bool { startedAt != nil }

    /// The events of the waits and doubts that go on, in their order. A notice of one may have ended with its process, so
    /// that people are told once more.
    package var openWaits: [JobEvent] {
        events.filter { event in
            guard let open = event.run.flatMap({ runs[$0]?.open }), open.number == event.attempt else { return false }
            return switch event.payload {
            case .attemptSuspended: open.wait?.at == event.at && open.wait?.answer == nil
            case .attemptInDoubt: open.resolution == nil && !open.hasResolvedCalls
            default: false
            }
        }
    }

    private var crashes: Int { crashedResumptions + (period.hasCrashed(givenUp: wasGivenUp) ? 1 : 0) }

    /// Adds the next event.
    mutating func apply(_ event: JobEvent) throws {
        try replay.apply(event)
        summary.apply(event)
        let owned = ownedTime.apply(event)
        events.append(event)
        switch event.payload {
        case .jobSubmitted(let submitted):
            fields = submitted.fields
            submission = JobSubmission(
                specification: submitted.specification, definitions: submitted.definitions,
                workspace: submitted.workspace, traceparent: submitted.traceparent)
        case .jobStarted(let start):
            (agents, repeats, startedAt) = (start.agents, start.repeats, startedAt ?? event.at)
            trace = event.trace
        case .jobResumed(let resumed): resumedAgain(resumed, event)
        case .jobInterrupted: wasGivenUp = true
        case .cancelRequested(let request): cancellation = request
        // Signals are committed, and are no agent's commits.
        case .contextCommitted where event.agent != nil: commits += 1
        case .roundStarted(let start): rounds[start.repeat] = start.round
        case .repeatFinished(let result): endedRepeats[result.name] = result
        case .agentFinished: period.hasFinishedAgent = true
        default: break
        }
        countRunning(event)
        guard let run = event.run else { return }
        if let item = run.item, runs[run] == nil {
            items[RunIdentity(agent: run.agent, round: run.round), default: []].append(item)
        }
        runs[run, default: RunHistory()].apply(event, owned: owned, blackboard: replay.snapshot)
    }

    private mutating func countRunning(_ event: JobEvent) {
        switch event.payload {
        case .attemptStarted, .attemptResumed: running += 1
        case .attemptSuspended: running -= 1
        // What waited did not run, and what ran when its process ended was counted there.
        case .attemptFinished where event.run.flatMap({ runs[$0]?.open })?.wait == nil: running = max(0, running - 1)
        case .jobResumed: running = 0
        default: break
        }
        maxParallel = max(maxParallel, running)
    }

    private mutating func resumedAgain(_ resumed: JobEvent.JobResumed, _ event: JobEvent) {
        crashedResumptions = period.hasCrashed(givenUp: wasGivenUp) && !resumed.forced ? crashedResumptions + 1 : 0
        period = Period(isResumption: true)
        wasGivenUp = false
        trace = event.trace ?? trace
    }
}

extension JobEvent {
    /// The event's span, if tracing was on.
    var trace: TraceReference? {
        traceID.flatMap { trace in spanID.map { TraceReference(traceID: trace, spanID: $0) } }
    }
}
