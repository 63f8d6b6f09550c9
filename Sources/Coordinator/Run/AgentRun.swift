import Support
import Synchronization
import Tracing

/// One run of an agent from the moment its needs are met, in one round of a repeat, or for one element of a list: its
/// span, its key, its waits. The ends of runs are recorded in files of their own.
final class AgentRun: Sendable {
    let job: JobRun
    let step: JobPlan.Step
    let timeFrame: JobRun.TimeFrame
    let span: StartedSpan
    let instruments: AgentInstruments
    let resource: SharedResource?
    /// The agent's own breaker, then its resource's.
    let breakers: [CircuitBreaker]
    let identity: RunIdentity
    /// The element that it is for, if it is for one.
    let item: AttemptItem?
    /// Its place among the elements that are in flight at once.
    let place: ItemPlace?
    /// A key that is the same for every attempt of the run.
    let idempotencyKey: String
    /// When its needs were met, or its turn came.
    let ready: Duration
    /// The same by the wall clock; before this process, where another one began the run.
    let startedAt: Timestamp
    /// What happened to it before its process ended; `nil` for a run that begins.
    let past: PastRun?
    /// What its attempts have kept of their conversation; unset for most, which have none.
    let conversation = AtomicLazyReference<Conversation>()
    private let waited = Atomic(false)
    private let queueWait = Locked(QueueWait())

    private struct QueueWait {
        /// The wait for slots; `nil` if the run never asked for any.
        var slots: Duration?
        var rate = Duration.zero
        /// How much of the wait for the rate was before earlier attempts.
        var announced = Duration.zero
        var isAnnounced = false
    }

    init(_ job: JobRun, step: JobPlan.Step, timeFrame: JobRun.TimeFrame, jobSpan: StartedSpan, round: Int? = nil) {
        self.job = job
        self.step = step
        self.timeFrame = timeFrame
        let runtime = job.runtime
        instruments = job.agentInstruments[step.index]
        resource = step.task.resource.flatMap { runtime.resource($0) }
        var breakers = [runtime.breaker(for: .agent(step.task.name), policy: step.task.breaker, factory: job.factory)]
        if let name = step.task.resource, let policy = resource?.breakerPolicy {
            breakers.append(runtime.breaker(for: .resource(name), policy: policy, factory: job.factory))
        }
        self.breakers = breakers
        identity = RunIdentity(agent: step.task.name, round: round)
        place = nil
        item = nil
        idempotencyKey = identity.idempotencyKey(inJob: job.context.id)
        past = job.past(identity)
        ready = past?.ready(in: timeFrame) ?? runtime.now
        startedAt = past?.history.startedAt ?? runtime.timestamp(at: ready)
        span = job.tracing.start(instruments.agentSpanName, below: jobSpan, at: startedAt)
    }

    /// One of the runs that an agent's run for a list consists of: it shares the agent's breakers, resource and
    /// instruments.
    ///
    /// - Parameter place: is held when the run begins; whoever made the run gives it up when the run has ended.
    init(of run: AgentRun, for item: AttemptItem, in place: ItemPlace?) {
        job = run.job
        step = run.step
        timeFrame = run.timeFrame
        instruments = run.instruments
        resource = run.resource
        breakers = run.breakers
        identity = RunIdentity(agent: run.identity.agent, round: run.identity.round, item: item.index)
        (self.item, self.place) = (item, place)
        idempotencyKey = identity.idempotencyKey(inJob: job.context.id)
        past = job.past(identity)
        ready = past?.ready(in: timeFrame) ?? job.runtime.now
        startedAt = past?.history.startedAt ?? job.runtime.timestamp(at: ready)
        span = job.tracing.start(instruments.agentSpanName, below: run.span, at: startedAt)
    }

    /// The element with the name by which the agent sees it.
    var element: RoleView.Element? {
        guard let item, let each = step.task.forEach else { return nil }
        return RoleView.Element(name: each.name, value: item.value)
    }

    /// The origin of the run's own events.
    var origin: JobContext.Origin { JobContext.Origin(identity, trace: span.reference) }

    /// The end of the run, with the times that its event, its span and its result share.
    func ending(_ outcome: AgentOutcome, _ failure: Failure?, at ended: Duration) -> RunEnding {
        let wait = queueWait.withLock { $0 }
        var queued = wait.slots.map { $0 + wait.rate }
        // The waits of a list are those of its elements.
        if let past, item != nil || step.task.forEach == nil {
            queued = (queued ?? .zero) + .bounded(milliseconds: past.history.queueMS)
        }
        return RunEnding(outcome: outcome, failure: failure, ended: ended, queued: queued, duration: ended - ready)
    }

    /// What the run's last event says.
    func lastEvent(_ ending: RunEnding) -> JobEvent.Payload {
        item == nil ? .agentFinished(ending.event) : .itemFinished(ending.event)
    }

    func releaseSlots() {
        job.runtime.slots.release()
        job.slots.release()
        resource?.slots?.release()
    }

    /// Gives back the slots, and the place among the elements in flight, of a run that waits for somebody.
    func withdraw() {
        releaseSlots()
        place?.giveUp()
    }

    /// Takes again what ``withdraw()`` gave back, and counts the wait for it as queue time.
    ///
    /// - Returns: how long it waited; or why something was not given, and then nothing is held.
    nonisolated(nonsending) func comeBack(total: Limit?) async -> Result<Duration, Interruption> {
        let began = job.runtime.now
        waited.store(false, ordering: .relaxed)
        let refusal = await acquirePlaceAndSlots(total: total)
        let wait = waited.load(ordering: .relaxed) ? job.runtime.now - began : .zero
        queueWait.withLock { $0.slots = ($0.slots ?? .zero) + wait }
        return refusal.map { .failure($0) } ?? .success(wait)
    }

    /// Acquires the place first, so that an element that waits for it holds no slot of its job.
    nonisolated(nonsending) private func acquirePlaceAndSlots(total: Limit?) async -> Interruption? {
        if let place {
            if let refusal = await acquire(place.places, total, true) { return refusal }
            place.taken()
        }
        let refusal = await acquireSlots(total: total, isResumed: true)
        if refusal != nil { place?.giveUp() }
        return refusal
    }

    /// Adds a wait for a resource's rate, which counts as queue time too.
    func waitedForRate(_ duration: Duration) { queueWait.withLock { $0.rate += duration } }

    /// The waits for slots and for the rate since the attempt before.
    func takeQueueWaits() -> (slots: Duration, rate: Duration) {
        queueWait.withLock { wait in
            let isFirst = !wait.isAnnounced
            defer { (wait.isAnnounced, wait.announced) = (true, wait.rate) }
            return (isFirst ? wait.slots ?? .zero : .zero, wait.rate - wait.announced)
        }
    }

    /// The deadline of the wait for the first attempt.
    var queueDeadline: Limit? {
        step.task.timeouts.queue.map { Limit(due: ready + $0, interruption: .queueTimeout($0)) }
    }

    nonisolated(nonsending) func runInSlots() async -> AttemptLoop.Attempts {
        let total = step.task.timeouts.total.map { Limit(due: ready + $0, interruption: .totalTimeout($0)) }
        // The runs of a list are counted where they are made.
        if item == nil { job.quiet?.began(step.index) }
        defer { if item == nil { job.quiet?.ended(step.index) } }
        if let past { return await runInSlots(after: past.history, total: total) }
        if let refusal = await acquireSlots(total: total) {
            queueWait.withLock { $0.slots = job.runtime.now - ready }
            return AttemptLoop.Attempts(failure: refusal.failure)
        }
        // A run that never waited has a queue time of zero: the few microseconds until here are not spent in a queue.
        let wait = waited.load(ordering: .relaxed) ? job.runtime.now - ready : .zero
        queueWait.withLock { $0.slots = wait }
        let attempts = await AttemptLoop(self, total: total).run()
        if attempts.holdsSlots { releaseSlots() }
        return attempts
    }

    /// The same for a run that another process began.
    nonisolated(nonsending) private func runInSlots(after past: RunHistory, total: Limit?) async -> AttemptLoop.Attempts
    {
        let loop = AttemptLoop(self, total: total)
        let takenUp: TakenUpRun
        switch await loop.takeUp(past) {
        case .ended(let attempts): return attempts
        case .goesOn(let goesOn): takenUp = goesOn
        }
        if takenUp.suspended != nil {
            place?.giveUp()
        } else {
            if let interruption = job.cancellation.interruption {
                return AttemptLoop.Attempts(records: takenUp.records, failure: interruption.failure)
            }
            let began = job.runtime.now
            let isResumed = !takenUp.records.isEmpty
            let refusal =
                takenUp.holdsPlace
                ? await acquireSlots(total: total, isResumed: isResumed) : await acquirePlaceAndSlots(total: total)
            if let refusal {
                return AttemptLoop.Attempts(records: takenUp.records, failure: refusal.failure)
            }
            let wait = waited.load(ordering: .relaxed) ? job.runtime.now - began : .zero
            queueWait.withLock { $0.slots = wait }
        }
        let attempts = await loop.run(after: takenUp)
        if attempts.holdsSlots { releaseSlots() }
        return attempts
    }

    /// Acquires the slots in an order in which a run that waits for a busy resource holds no slot of its job, and a run
    /// that waits for a slot of its job holds none of the runtime's.
    ///
    /// - Parameter isResumed: whether the run was suspended. Then no queue is too long for it: what it has done so far,
    ///   and what somebody has answered, is not thrown away for want of room.
    /// - Returns: why a slot was not given; then none is held.
    nonisolated(nonsending) private func acquireSlots(total: Limit?, isResumed: Bool = false) async -> Interruption? {
        if let slots = resource?.slots, let refusal = await acquire(slots, total, isResumed) { return refusal }
        if let refusal = await acquire(job.slots, total, isResumed) {
            resource?.slots?.release()
            return refusal
        }
        guard let refusal = await acquire(job.runtime.slots, total, isResumed) else { return nil }
        job.slots.release()
        resource?.slots?.release()
        return refusal
    }

    nonisolated(nonsending) private func acquire(
        _ slots: Slots, _ total: Limit?, _ isResumed: Bool
    ) async -> Interruption? {
        if slots.tryAcquire() { return nil }
        if !waited.exchange(true, ordering: .relaxed) {
            job.context.post(
                .agentQueued(.init()), from: origin, at: job.runtime.timestamp(at: job.runtime.now))
        }
        job.instruments.queueSize.increment()
        defer { job.instruments.queueSize.decrement() }
        return await slots.acquire(
            deadline: isResumed ? total : .earlier(queueDeadline, total), timers: job.runtime.timers,
            cancellation: job.cancellation, mayExceedQueue: isResumed)
    }
}
