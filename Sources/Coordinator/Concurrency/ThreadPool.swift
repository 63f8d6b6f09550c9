import DequeModule
import Glibc
import Support

/// The threads of a runtime. They run *drivers*, which never block, and *agents*, whose code may do anything.
///
/// There are as many as the machine has cores, and more only on *stall*: while work waits that no thread takes. They
/// double while the threads are blocked; while they compute, more would only be in each other's way, so one is added at
/// a time. Agents may hold `maxThreads`, then they are *starved*; one more is kept for drivers, so that timeouts are
/// settled even then.
///
/// It is our own code, since the pool of Swift's concurrency does not grow while agents block it, and when Dispatch's
/// grows is not ours to say.
///
/// What a thread's own work makes ready it runs next itself (`Worker.next`): an agent that does nothing is driven,
/// called and settled by one thread, without waking another.
final class ThreadPool: @unchecked Sendable {  // All `var`s, the workers' too, are only touched inside `condition`.
    enum Kind { case driver, agent }

    struct Item {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
        let kind: Kind
    }

    fileprivate final class Worker: @unchecked Sendable {  // Touched only inside the pool's `condition`.
        let pool: ObjectIdentifier
        var next: Item?
        /// The check after which `next` has waited for too long.
        var nextUntil = 0
        /// Items taken from `next` in a row, so that two that wake each other cannot keep a thread for themselves.
        var streak = 0
        var isRunningAgent = false
        /// Known once the thread runs.
        var thread: pthread_t?
        /// The processor time the thread had used at the last check, in nanoseconds.
        var used: Int64 = 0

        init(_ pool: ObjectIdentifier) { self.pool = pool }
    }

    /// How often it is looked whether work waits that nobody takes.
    private static let stall: Duration = .milliseconds(2)
    /// Checks in a row without progress before a thread is added to others that compute.
    private static let busyChecks = 10
    /// Checks without any work before checking ends.
    private static let quietChecks = 50
    private static let longestStreak = 3
    /// How long a thread beyond the minimum waits for work before it ends, in nanoseconds.
    private static let idleLimit: Int64 = 2_000_000_000

    private let minThreads: Int
    private let maxThreads: Int
    private let timers: ThreadTimerService
    private let onStarved: @Sendable (Bool) -> Void
    private let condition = ThreadCondition()
    private var drivers: Deque<Item> = []
    private var agents: Deque<Item> = []
    private var workers: [ObjectIdentifier: Worker] = [:]
    private var threads = 0
    private var idle = 0
    private var runningAgents = 0
    /// Whether a thread was woken that has not looked for work yet.
    private var isWaking = false
    private var taken = 0
    private var checks = 0
    private var quiet = 0
    private var stalled = 0
    private var isWatching = false
    private var isStarved = false
    private var isStopped = false

    init(
        minThreads: Int, maxThreads: Int, timers: ThreadTimerService, onStarved: @escaping @Sendable (Bool) -> Void
    ) {
        self.minThreads = minThreads
        self.maxThreads = max(minThreads, maxThreads)
        self.timers = timers
        self.onStarved = onStarved
    }

    /// Threads alive now.
    var threadCount: Int { condition.withLock { threads } }

    func enqueue(_ item: Item) {
        let worker = Self.current.flatMap { $0.pool == ObjectIdentifier(self) ? $0 : nil }
        let watch: Int? = condition.withLock {
            if let worker, worker.next == nil, worker.streak < Self.longestStreak {
                worker.next = item
                worker.nextUntil = checks + 2
            } else {
                queue(item)
                wakeOne()
            }
            // A thread that was woken may be about to block, so there are checks as long as there is work.
            guard !isWatching else { return nil }
            isWatching = true
            quiet = 0
            return taken
        }
        if let watch { self.watch(since: watch) }
    }

    /// Ends the threads once they are idle.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }

    // MARK: Inside the lock

    private func queue(_ item: Item) {
        switch item.kind {
        case .driver: drivers.append(item)
        case .agent: agents.append(item)
        }
    }

    /// Whether there is work that a thread may take.
    private var hasWork: Bool { !drivers.isEmpty || (!agents.isEmpty && runningAgents < maxThreads) }

    private func wakeOne() {
        guard hasWork, !isWaking else { return }
        if idle > 0 {
            isWaking = true
            condition.signal()
        } else if threads < minThreads {
            grow(by: 1)
        }
    }

    private func grow(by count: Int) {
        for _ in 0..<count {
            let worker = Worker(ObjectIdentifier(self))
            guard DetachedThread.start({ self.work(worker) }) == 0 else { return }
            workers[ObjectIdentifier(worker)] = worker
            threads += 1
        }
    }

    private func take() -> Item? {
        let item = drivers.popFirst() ?? (runningAgents < maxThreads ? agents.popFirst() : nil)
        if item != nil { wakeOne() }
        return item
    }

    // MARK: Stall

    private func watch(since taken: Int) {
        // The token is dropped: the check is short, and it ends the watch itself.
        _ = timers.schedule(at: timers.now + Self.stall) { [weak self] in self?.check(since: taken) }
    }

    private func check(since lastTaken: Int) {
        let (next, becameStarved): (Int?, Bool) = condition.withLock {
            checks += 1
            // Its thread is busy with something else: anybody may have it.
            for worker in workers.values where worker.nextUntil <= checks {
                guard let item = worker.next else { continue }
                worker.next = nil
                queue(item)
                wakeOne()
            }
            guard !drivers.isEmpty || !agents.isEmpty else {
                quiet = runningAgents == 0 && taken == lastTaken ? quiet + 1 : 0
                isWatching = quiet < Self.quietChecks
                return (isWatching ? taken : nil, false)
            }
            quiet = 0
            stalled = taken == lastTaken ? stalled + 1 : 0
            guard stalled > 0 else { return (taken, false) }
            let busy = workers.values.count { $0.hasComputed(in: Self.stall) }
            // The first check is what the next one compares with.
            let room = maxThreads + 1 - threads
            if stalled > 1, idle == 0, hasWork, room > 0 {
                if busy < minThreads {
                    grow(by: min(drivers.count + agents.count, threads, room))
                } else if stalled.isMultiple(of: Self.busyChecks) {
                    grow(by: 1)
                }
            }
            let becomes = !isStarved && !agents.isEmpty && runningAgents >= maxThreads
            if becomes { isStarved = true }
            return (taken, becomes)
        }
        if becameStarved { onStarved(true) }
        if let next { watch(since: next) }
    }

    // MARK: A thread

    private func work(_ worker: Worker) {
        Self.current = worker
        condition.withLock { worker.thread = pthread_self() }
        while let (item, isRelief) = next(worker) {
            if isRelief { onStarved(false) }
            item.job.runSynchronously(on: item.executor)
        }
    }

    private func next(_ worker: Worker) -> (Item, isRelief: Bool)? {
        condition.withLock {
            if worker.isRunningAgent {
                worker.isRunningAgent = false
                runningAgents -= 1
            }
            guard let item = ownNext(worker) ?? wait(worker) else {
                threads -= 1
                workers[ObjectIdentifier(worker)] = nil
                return nil
            }
            taken &+= 1
            guard item.kind == .agent else { return (item, false) }
            worker.isRunningAgent = true
            runningAgents += 1
            defer { isStarved = false }
            return (item, isStarved)
        }
    }

    private func ownNext(_ worker: Worker) -> Item? {
        guard let item = worker.next else {
            worker.streak = 0
            return nil
        }
        worker.next = nil
        guard item.kind == .driver || runningAgents < maxThreads else {
            queue(item)
            return nil
        }
        worker.streak += 1
        return item
    }

    /// The next item of the queues; `nil` when the thread is to end.
    private func wait(_ worker: Worker) -> Item? {
        while true {
            if let item = take() { return item }
            if isStopped { return nil }
            let deadline = threads > minThreads ? MonotonicClock.now + Self.idleLimit : nil
            idle += 1
            condition.wait(until: deadline)
            idle -= 1
            isWaking = false
            if let deadline, !hasWork, threads > minThreads, MonotonicClock.now >= deadline { return nil }
        }
    }

    // MARK: The calling thread's worker

    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// Without a key nothing is lost but the short way.
    private static var current: Worker? {
        get {
            guard let key, let pointer = pthread_getspecific(key) else { return nil }
            return Unmanaged<Worker>.fromOpaque(pointer).takeUnretainedValue()
        }
        set {
            guard let key else { return }
            // Can only fail for want of memory; then the thread goes without.
            _ = pthread_setspecific(key, newValue.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
        }
    }
}

extension ThreadPool.Worker {
    /// Whether the thread has used the processor for half of this time since it was last asked.
    fileprivate func hasComputed(in interval: Duration) -> Bool {
        var clock = clockid_t()
        var time = timespec()
        guard let thread, pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return false
        }
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        defer { used = now }
        return now - used >= interval.nanoseconds / 2
    }
}
