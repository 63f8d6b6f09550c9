import DequeModule

/// The decisions of a ``ThreadPool``: which work a thread takes, and when a thread is woken, started or ended.
///
/// One thread's way through it:
/// ```
///               next, work waits                     next, none waits
/// registered ────────────────────► running ◄─────────────────────────────► asleep
///                                                    woke, work waits         │
///                                                                             │ woke: stopped, or idle for too long
///                                                                             ▼
///                                                                           ended
/// ```
/// Beside that, one check every ``stall`` looks for work that no thread takes. Checks begin with the first work and end
/// after ``quietChecks`` of them in a row without any.
///
/// Generic over the work, so that a test can queue strings.
struct ThreadPoolStateMachine<Work: Sendable>: Sendable {
    /// Work for a thread.
    struct Item: Sendable {
        let work: Work
        let kind: ThreadPool.Kind
    }

    /// The threads to wake or start for the work that waits.
    enum Wake: Sendable, Equatable {
        case none
        /// Wake one of the threads that sleep.
        case signal
        /// Start this many threads. Those that cannot be started are reported to ``threadsNotStarted(_:)``.
        case start(Int)
    }

    /// A thread's next step.
    enum Step: Sendable {
        /// Run this. `endsStarvation` says that it is the first agent that runs since the pool was starved.
        case run(Work, wake: Wake, endsStarvation: Bool)
        /// Sleep until woken, for this many nanoseconds at most; `nil` means without a limit.
        case sleep(atMost: Int64?)
        case end
    }

    /// The step that follows a check.
    enum Check: Sendable, Equatable {
        /// Check again after ``stall``.
        case again
        /// Work waits and no thread took any since the last check: count the threads that have computed since then,
        /// hand the count to ``stalled(busyThreads:)``, and check again after ``stall``.
        case countBusyThreads
        /// The pool is quiet: there are no checks until ``enqueue(_:from:)`` asks for them.
        case stop
    }

    /// Identifies a thread in this machine.
    typealias ThreadID = Int

    private struct ThreadState: Sendable {
        var isAlive = true
        /// An item that the thread's own work has made ready: the thread takes it before the queues.
        var next: Item?
        /// The check at which `next` has waited for too long.
        var nextExpires = 0
        /// Items taken from `next` in a row.
        var streak = 0
        var isRunningAgent = false
    }

    private let minThreads: Int
    private let maxThreads: Int
    private var drivers: Deque<Item> = []
    private var agents: Deque<Item> = []
    private var states: [ThreadState] = []
    /// Threads that run, and those that are being started.
    private(set) var threads = 0
    private var idle = 0
    private var runningAgents = 0
    /// Whether a thread was woken that has not looked for work yet.
    private var isWaking = false
    private var taken = 0
    private var takenAtLastCheck = 0
    private var checks = 0
    private var checksWithoutWork = 0
    private var checksWithoutProgress = 0
    private var isChecking = false
    private var isStarved = false
    private var isStopped = false

    /// - Parameters:
    ///   - minThreads: threads that are started as soon as there is work, and kept.
    ///   - maxThreads: agents that may run at one time; one thread more is started for drivers.
    init(minThreads: Int, maxThreads: Int) {
        self.minThreads = minThreads
        self.maxThreads = max(minThreads, maxThreads)
    }

    // MARK: Work

    /// Work became ready.
    ///
    /// - Parameter thread: the thread whose work made it ready, if it is one of the pool's.
    /// - Returns: the threads to wake, and whether checks must begin now.
    mutating func enqueue(_ item: Item, from thread: ThreadID?) -> (wake: Wake, startsChecks: Bool) {
        var wake = Wake.none
        if let thread, states[thread].next == nil, states[thread].streak < Self.longestStreak {
            states[thread].next = item
            states[thread].nextExpires = checks + 2
        } else {
            queue(item)
            wake = wakeOne()
        }
        // A thread that was woken may be about to block, so there are checks as long as there is work.
        guard !isChecking else { return (wake, false) }
        isChecking = true
        checksWithoutWork = 0
        takenAtLastCheck = taken
        return (wake, true)
    }

    /// From now on threads end instead of sleeping.
    mutating func stop() { isStopped = true }

    private mutating func queue(_ item: Item) {
        switch item.kind {
        case .driver: drivers.append(item)
        case .agent: agents.append(item)
        }
    }

    private var mayRunAgent: Bool { runningAgents < maxThreads }

    /// Whether there is work that a thread may take.
    private var hasWork: Bool { !drivers.isEmpty || (!agents.isEmpty && mayRunAgent) }

    private mutating func wakeOne() -> Wake {
        guard hasWork, !isWaking else { return .none }
        if idle > 0 {
            isWaking = true
            return .signal
        }
        guard threads < minThreads else { return .none }
        return start(1)
    }

    private mutating func start(_ count: Int) -> Wake {
        threads += count
        return .start(count)
    }

    // MARK: Threads

    /// A requested thread runs now.
    mutating func register() -> ThreadID {
        if let free = states.firstIndex(where: { !$0.isAlive }) {
            states[free] = ThreadState()
            return free
        }
        states.append(ThreadState())
        return states.count - 1
    }

    /// This many of the requested threads could not be started.
    mutating func threadsNotStarted(_ count: Int) { threads -= count }

    /// A thread has nothing to do: it is new, or what it ran has returned.
    mutating func next(for thread: ThreadID) -> Step {
        if states[thread].isRunningAgent {
            states[thread].isRunningAgent = false
            runningAgents -= 1
        }
        if let own = takeOwn(thread) { return run(own, on: thread, wake: .none) }
        return takeQueued(thread)
    }

    /// A thread that slept was woken, or its time to sleep is over.
    ///
    /// - Parameter isOverdue: whether the longest time it may sleep has passed.
    mutating func woke(_ thread: ThreadID, isOverdue: Bool) -> Step {
        idle -= 1
        isWaking = false
        if isOverdue, !hasWork, threads > minThreads { return end(thread) }
        return takeQueued(thread)
    }

    private mutating func takeOwn(_ thread: ThreadID) -> Item? {
        guard let item = states[thread].next else {
            states[thread].streak = 0
            return nil
        }
        states[thread].next = nil
        guard item.kind == .driver || mayRunAgent else {
            queue(item)
            return nil
        }
        states[thread].streak += 1
        return item
    }

    private mutating func takeQueued(_ thread: ThreadID) -> Step {
        if let item = drivers.popFirst() ?? (mayRunAgent ? agents.popFirst() : nil) {
            let wake = wakeOne()
            return run(item, on: thread, wake: wake)
        }
        if isStopped { return end(thread) }
        idle += 1
        return .sleep(atMost: threads > minThreads ? Self.idleLimit : nil)
    }

    private mutating func run(_ item: Item, on thread: ThreadID, wake: Wake) -> Step {
        taken &+= 1
        guard item.kind == .agent else { return .run(item.work, wake: wake, endsStarvation: false) }
        states[thread].isRunningAgent = true
        runningAgents += 1
        defer { isStarved = false }
        return .run(item.work, wake: wake, endsStarvation: isStarved)
    }

    private mutating func end(_ thread: ThreadID) -> Step {
        threads -= 1
        states[thread].isAlive = false
        return .end
    }

    // MARK: Checks

    /// The time between two checks has passed.
    mutating func check() -> (wake: Wake, then: Check) {
        checks += 1
        let wake = releaseExpired()
        let hasProgress = taken != takenAtLastCheck
        takenAtLastCheck = taken
        guard !drivers.isEmpty || !agents.isEmpty else {
            checksWithoutWork = runningAgents == 0 && !hasProgress ? checksWithoutWork + 1 : 0
            isChecking = checksWithoutWork < Self.quietChecks
            return (wake, isChecking ? .again : .stop)
        }
        checksWithoutWork = 0
        checksWithoutProgress = hasProgress ? 0 : checksWithoutProgress + 1
        return (wake, checksWithoutProgress > 0 ? .countBusyThreads : .again)
    }

    /// Moves to the queues the items that busy threads have kept for themselves for too long.
    private mutating func releaseExpired() -> Wake {
        var wake = Wake.none
        var started = 0
        for thread in states.indices where states[thread].nextExpires <= checks {
            guard let item = states[thread].next else { continue }
            states[thread].next = nil
            queue(item)
            switch wakeOne() {
            case .none: break
            case .signal: wake = .signal
            case .start(let count): started += count
            }
        }
        return started > 0 ? .start(started) : wake
    }

    /// Decides after a check that answered ``Check/countBusyThreads``.
    ///
    /// - Parameter busyThreads: threads that used the processor for half of the time since the last check.
    /// - Returns: the threads to wake, and whether the pool is starved from now on.
    mutating func stalled(busyThreads: Int) -> (wake: Wake, startsStarvation: Bool) {
        var wake = Wake.none
        let room = maxThreads + 1 - threads
        // The first check without progress only starts the measurement that the next one evaluates.
        if checksWithoutProgress > 1, idle == 0, hasWork, room > 0 {
            if busyThreads < minThreads {
                wake = start(min(drivers.count + agents.count, threads, room))
            } else if checksWithoutProgress.isMultiple(of: Self.busyChecks) {
                wake = start(1)
            }
        }
        let startsStarvation = !isStarved && !agents.isEmpty && !mayRunAgent
        if startsStarvation { isStarved = true }
        return (wake, startsStarvation)
    }
}

extension ThreadPoolStateMachine {
    /// The time between two checks.
    static var stall: Duration { .milliseconds(2) }
    /// Checks in a row without progress before a thread is added to others that compute.
    static var busyChecks: Int { 10 }
    /// Checks in a row without any work before checking ends.
    static var quietChecks: Int { 50 }
    /// The most items a thread takes in a row from its own work. Without a limit, two tasks that wake each other could
    /// keep a thread for themselves.
    static var longestStreak: Int { 3 }
    /// How long a thread beyond the minimum sleeps before it ends, in nanoseconds.
    static var idleLimit: Int64 { 2_000_000_000 }
}
