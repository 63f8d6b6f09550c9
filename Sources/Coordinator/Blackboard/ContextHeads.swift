import DequeModule
import Support

/// A blackboard under its lock: what has been handed over, what is shown, and what is between the two.
///
/// Commits are checked against `pending` and merged into it, so that the commits of one job need not wait for each
/// other. What readers see follows once the events are kept. Without a journal both are one.
struct ContextHeads: Sendable {
    /// All commits that were handed over.
    private(set) var pending: ContextState
    /// What readers see of the tree, where it is another than `pending`.
    private var shown: Shown?
    /// What agents are doing, as far as readers see it.
    private var states = AgentStates()
    private let stream: EventStream
    /// The number of the last event.
    private(set) var sequence = 0
    /// The time of the last event.
    private var latest = Timestamp(nanosecondsSinceEpoch: 0)
    /// Events since the last hand-over, where a journal keeps them before they are shown.
    private var made: [JobEvent] = []
    /// What runs said last that is no event yet, where a journal keeps events.
    private var said: [RunIdentity: Said] = [:]
    /// `nil` without a journal.
    private var batching: JournalBatchingStateMachine<HandedOver>?
    /// The append under way: its last event, and the tree with everything that is in it.
    private var inFlight: (last: Int, tree: Shown)?
    /// The trees with everything that is in each append that waits, but for the last, to which more may be added.
    private var complete: Deque<Shown> = []
    /// The number of the last event that is kept.
    private var lastKept = 0
    private var isSubmitted = false
    /// Whether the job's end was handed over. Nothing comes after it: whoever reads a journal can rely on its last event.
    private(set) var hasEnded = false
    /// Whether the job was given up: what comes after that is lost, and whoever waits for it learns so.
    private var isGivenUp = false

    /// A tree at one version. The writes that led to it are those of `pending` up to this version, so they are not copied.
    private struct Shown {
        let version: Int
        let root: ContextRoot

        init(_ state: ContextState) { (version, root) = (state.version, state.root) }
    }

    /// What an attempt said about its progress.
    private struct Said {
        let message: JobEvent.Message
        let origin: JobContext.Origin
        let at: Timestamp
    }

    /// - Parameter limits: how much may wait for the job's journal; `nil` without one.
    init(_ state: ContextState, stream: EventStream, limits: JournalBatchingStateMachine<HandedOver>.Limits?) {
        pending = state
        self.stream = stream
        if let limits {
            shown = Shown(state)
            batching = JournalBatchingStateMachine(limits)
        }
    }

    /// The attempts that wrote what readers see at a path, above it or below it, latest first.
    func provenance(of path: ContextPath) -> [WriteRecord] {
        pending.provenance(of: path, upTo: shown?.version ?? pending.version)
    }

    /// The members of `artifacts` that readers see and a contribution wrote, or wrote into.
    var writtenArtifacts: JSONObject {
        pending.writtenArtifacts(in: shown?.root ?? pending.root, upTo: shown?.version ?? pending.version)
    }

    func snapshot(jobID: String) -> ContextSnapshot {
        if let shown {
            return ContextSnapshot(
                jobID: jobID, version: shown.version, fields: ContextContent(tree: shown.root, states: states))
        }
        return pendingSnapshot(jobID: jobID)
    }

    /// Goes on after the last event of a job that was taken over.
    mutating func goOn(after event: JobEvent?, states: AgentStates) {
        guard let event else { return }
        (sequence, lastKept, latest, isSubmitted) = (event.sequence, event.sequence, event.at, true)
        self.states = states
    }

    /// The blackboard with everything that was handed over, shown or not.
    func pendingSnapshot(jobID: String) -> ContextSnapshot {
        ContextSnapshot(
            jobID: jobID, version: pending.version, fields: ContextContent(tree: pending.root, states: states))
    }

    /// Changes the tree that later commits are merged into.
    mutating func change<Result>(_ body: (inout ContextState) throws -> Result) rethrows -> Result {
        try body(&pending)
    }

    /// Makes the next event; its version is that of the tree as it is now. Without a journal it is shown at once. After the
    /// job's end there is none: code that runs on is counted by metrics alone.
    ///
    /// Two threads may have read the clock in another order than they come here, and the clock of a runtime need not go
    /// with the one before: so that time never runs backwards in a journal, an event that would be earlier than the one
    /// before it gets that one's time.
    mutating func add(
        _ payload: JobEvent.Payload, of jobID: String, from origin: JobContext.Origin, at: Timestamp
    ) {
        if hasEnded { return }
        switch payload {
        case .jobFinished: hasEnded = true
        case .jobInterrupted: (hasEnded, isGivenUp) = (true, true)
        default: break
        }
        if payload.endsAttempt { keepSaid(of: origin, in: jobID) }
        sequence += 1
        latest = max(latest, at)
        let event = JobEvent(
            sequence: sequence, at: latest, jobID: jobID, version: pending.version, agent: origin.agent,
            round: origin.round, item: origin.item, attempt: origin.attempt, traceID: origin.trace?.traceID,
            spanID: origin.trace?.spanID, payload: payload)
        if batching != nil { return made.append(event) }
        states.apply(event)
        stream.append(event)
    }

    /// Shows what an attempt says about its progress. Without a journal each word is an event. A journal keeps only the last
    /// one before an end: agents may talk as much as they like, and what they said on the way is of no use later.
    mutating func say(
        _ message: JobEvent.Message, in jobID: String, from origin: JobContext.Origin, at: Timestamp
    ) {
        if hasEnded { return }
        guard batching != nil, let run = origin.run else {
            return add(.progress(message), of: jobID, from: origin, at: at)
        }
        // Code of an abandoned attempt may talk on while the next attempt runs.
        if let last = said[run]?.origin.attempt, let attempt = origin.attempt, last > attempt { return }
        said[run] = Said(message: message, origin: origin, at: at)
        states.show(message, of: run, attempt: origin.attempt)
    }

    /// Follows an event that is kept. What an attempt said before its start was kept is shown from then on.
    private mutating func follow(_ event: JobEvent) {
        states.apply(event)
        switch event.payload {
        case .attemptStarted, .attemptResumed:
            guard let run = event.run, let last = said[run] else { return }
            states.show(last.message, of: run, attempt: last.origin.attempt)
        default: break
        }
    }

    /// Makes an event of what an attempt said last. Before anything of its end: a commit changes the version.
    mutating func keepSaid(of origin: JobContext.Origin, in jobID: String) {
        guard !said.isEmpty, let run = origin.run, let last = said.removeValue(forKey: run),
            last.origin.attempt == origin.attempt
        else { return }
        add(.progress(last.message), of: jobID, from: last.origin, at: last.at)
    }

    /// Makes room for events of so many bytes together, before anything is changed by them: what waits already may be as
    /// much as one append takes, and then readers see the tree as it is now once that is kept.
    mutating func makeRoom(for bytes: Int) {
        if batching?.makeRoom(for: bytes) ?? false { complete.append(Shown(pending)) }
    }

    /// Gives the events since the last hand-over to the journal, to be kept together.
    ///
    /// - Parameters:
    ///   - bytes: those that there was made room for.
    ///   - kept: learns when they are; `nil` when nobody waits for that.
    mutating func handOver(_ bytes: Int, _ kept: OneShot<Interruption?>?) -> JournalStep {
        let entry = HandedOver(events: made, kept: kept)
        if made.isEmpty { return isGivenUp ? JournalStep(lost: [entry]) : JournalStep(kept: [entry]) }
        made = []
        guard let action = batching?.added(entry, bytes: bytes) else { return JournalStep() }
        return step(action)
    }

    /// What the journal is to keep as the job's beginning: the submission, and what was handed over before it.
    ///
    /// - Parameter submission: is added once, however often the job is tried to be begun.
    mutating func beginning(_ submission: JobEvent.JobSubmitted, of jobID: String, at: Timestamp) -> [HandedOver] {
        if !isSubmitted {
            isSubmitted = true
            add(.jobSubmitted(submission), of: jobID, from: .init(), at: at)
            _ = handOver(0, nil)
        }
        guard let batching else { return [] }
        inFlight = (sequence, Shown(pending))
        return batching.beforeTheStart
    }

    /// The journal holds the job's beginning, and may be written from now on.
    ///
    /// - Parameter kept: how many of the things that were handed over are in it.
    mutating func begun(with kept: Int) -> JournalStep {
        guard let action = batching?.begun(with: kept) else { return JournalStep() }
        return step(action)
    }

    /// An append has ended.
    mutating func answered(_ number: Int, isKept: Bool) -> JournalStep {
        guard let action = isKept ? batching?.kept(number) : batching?.failed(number) else { return JournalStep() }
        return step(action)
    }

    private mutating func step(_ action: JournalBatchingStateMachine<HandedOver>.Action) -> JournalStep {
        switch action {
        case .nothing: return JournalStep()
        case .append(let number, let entries): return JournalStep(append: batch(number, entries))
        case .show(let entries, let next):
            if let inFlight {
                lastKept = inFlight.last
                shown = inFlight.tree
            }
            inFlight = nil
            let events = entries.flatMap(\.events)
            for event in events { follow(event) }
            stream.append(events)
            return JournalStep(append: next.map { batch($0.number, $0.entries) }, kept: entries)
        case .stop(let entries):
            inFlight = nil
            return JournalStep(lost: entries, isStopped: true)
        }
    }

    private mutating func batch(_ number: Int, _ entries: [HandedOver]) -> JournalStep.Append {
        let events = entries.flatMap(\.events)
        // Of the last append that waits: everything that was handed over so far is in it.
        let tree = complete.popFirst() ?? Shown(pending)
        inFlight = (events.last?.sequence ?? lastKept, tree)
        return JournalStep.Append(number: number, events: events, after: lastKept)
    }
}

extension JobEvent.Payload {
    /// Whether an attempt ends with the event, or gives back what it holds.
    fileprivate var endsAttempt: Bool {
        switch self {
        case .attemptFinished, .attemptSuspended: true
        default: false
        }
    }
}
