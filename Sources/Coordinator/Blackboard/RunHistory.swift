/// What is known of one run: the fold of its events.
struct RunHistory: Sendable {
    /// An attempt that has started and has not ended.
    struct OpenAttempt: Sendable {
        let number: Int
        let startedAt: Timestamp
        /// When it started, on the clock of the job's owners.
        let started: Duration
        let trace: TraceReference?
        let start: JobEvent.AttemptStarted
        /// How long it has been suspended before the present wait, in milliseconds.
        var suspendedMS: Double = 0
        /// What it had used when it was suspended last, and its turns since then.
        var used = Contribution.Usage()
        /// What was reserved for the present call.
        var reserved: Contribution.Usage
        /// The weakest confinement of the programs that it had run when it was suspended last.
        var sandbox: SandboxReport?
        /// What it waits for; `nil` for one that was being called.
        var wait: Wait?
        /// The wait after which it was called last; whoever answered is not asked again.
        var answered: Wait?
        /// Whether it is known to be in doubt.
        var isInDoubt = false
        /// What somebody said that it has done.
        var resolution: JobEvent.DoubtResolved?
        /// Whether somebody said of each of its calls in doubt what it has done, so that it is in doubt no more.
        var hasResolvedCalls = false
    }

    /// A wait of a suspended attempt.
    struct Wait: Sendable {
        let suspension: JobEvent.AttemptSuspended
        let at: Timestamp
        /// When it began, on the clock of the job's owners.
        let since: Duration
        /// The answer that is kept; `nil` for none.
        var answer: JSONValue?
    }

    /// The run's end.
    struct End: Sendable {
        let event: JobEvent.AgentFinished
        let spanID: String?
    }

    /// The list whose elements it runs for.
    struct List: Sendable {
        let count: Int
        /// The blackboard from which the list was read.
        let snapshot: ContextSnapshot
    }

    /// The attempts that have ended.
    private(set) var attempts: [AttemptRecord] = []
    private(set) var open: OpenAttempt?
    /// What its attempts have kept of their conversation; nothing once it has ended.
    private(set) var steps: [ConversationStep] = []
    /// The calls with effects of which nobody knows what they have done.
    private(set) var openCalls = OpenCalls()
    private(set) var end: End?
    private(set) var list: List?
    /// When the run was ready, on the clock of the job's owners; `nil` when it is not known.
    private(set) var ready: Duration?
    private(set) var startedAt: Timestamp?
    /// When another attempt is due, by the wall clock; `nil` when none is.
    private(set) var retryDue: Timestamp?
    /// The pause before it, in milliseconds.
    private(set) var retryDelayMS: Double = 0
    /// How long it has waited for slots and rates, in milliseconds.
    private(set) var queueMS: Double = 0

    /// Whether somebody has to say what its open attempt has done before the run goes on: its agent is not idempotent, or
    /// has left calls with effects open.
    func isInDoubt(idempotent: Bool) -> Bool {
        guard let open, open.wait == nil, !open.hasResolvedCalls else { return false }
        return !idempotent || !openCalls.isEmpty || open.resolution != nil
    }

    /// Whether anything of it is known but its end.
    var hasBegun: Bool { open != nil || !attempts.isEmpty || list != nil }

    /// - Parameters:
    ///   - owned: when the event happened, on the clock of the job's owners.
    ///   - blackboard: as it was then.
    mutating func apply(_ event: JobEvent, owned: Duration, blackboard: @autoclosure () -> ContextSnapshot) {
        openCalls.apply(event.payload)
        switch event.payload {
        case .agentQueued: begin(owned, event.at, waitedMS: 0)
        case .attemptStarted(let start): attemptStarted(start, event, owned)
        case .attemptSuspended(let suspension):
            open?.answered = nil
            open?.wait = Wait(suspension: suspension, at: event.at, since: owned)
            open?.used = suspension.usage
            open?.sandbox = suspension.sandbox
            open?.reserved = Contribution.Usage()
        case .signalReceived(let signal): open?.wait?.answer = signal.value
        case .attemptResumed(let resumed):
            if let wait = open?.wait {
                open?.answered = wait
            } else if let lost = open?.reserved {
                // Its process had ended while it ran: nobody knows what it used of what it had reserved.
                open?.used += lost
            }
            open?.wait = nil
            open?.isInDoubt = false
            open?.hasResolvedCalls = false
            open?.suspendedMS += resumed.suspendedMS
            open?.reserved = resumed.reservation ?? Contribution.Usage()
            queueMS += resumed.queueMS + resumed.rateMS
        case .turnFinished(let turn):
            open?.used += turn.usage
            steps.append(.turn(turn))
        case .toolStarted(let start): steps.append(.toolStarted(start))
        case .toolFinished(let end): steps.append(.toolFinished(end))
        case .attemptInDoubt: open?.isInDoubt = true
        case .doubtResolved(let resolved):
            if resolved.call == nil { open?.resolution = resolved } else { open?.hasResolvedCalls = openCalls.isEmpty }
        case .attemptFinished(let record):
            open = nil
            attempts.append(record)
        case .retryScheduled(let retry):
            retryDelayMS = retry.delayMS
            retryDue = event.at.advanced(by: .bounded(milliseconds: retry.delayMS))
        case .itemsStarted(let start):
            begin(owned, event.at, waitedMS: 0)
            list = List(count: start.count, snapshot: blackboard())
        case .agentFinished(let finished), .itemFinished(let finished):
            begin(owned, event.at, waitedMS: finished.durationMS)
            end = End(event: finished, spanID: event.spanID)
            steps = []
        default: break
        }
    }

    private mutating func attemptStarted(_ start: JobEvent.AttemptStarted, _ event: JobEvent, _ owned: Duration) {
        let waitedMS = (start.queueMS ?? 0) + (start.rateMS ?? 0)
        begin(owned, event.at, waitedMS: waitedMS)
        queueMS += waitedMS
        retryDue = nil
        open = OpenAttempt(
            number: event.attempt ?? attempts.count + 1, startedAt: event.at, started: owned, trace: event.trace,
            start: start,
            reserved: start.reservation ?? Contribution.Usage())
    }

    private mutating func begin(_ owned: Duration, _ at: Timestamp, waitedMS: Double) {
        guard ready == nil else { return }
        let waited = Duration.bounded(milliseconds: waitedMS)
        ready = owned - waited
        startedAt = at.advanced(by: .zero - waited)
    }
}
