import Glibc
import Support

/// The threads of a runtime. They run *drivers*, which never block, and *agents*, whose code may do anything.
///
/// There are as many as the machine has cores, and more only on *stall*: while work waits that no thread takes. They
/// double while the threads are blocked; while they compute, more would only be in each other's way, so one is added at
/// a time. Agents may hold `maxThreads`, then they are *starved*; one more is kept for drivers, so that timeouts are
/// recorded even then.
///
/// A thread runs next what its own work has made ready: an agent that does nothing is driven, called and finished by
/// one thread, without another being woken.
///
/// ``ThreadPoolStateMachine`` decides all of that. The pool locks, obeys it, and runs the threads. It is our own code,
/// since the pool of Swift's concurrency does not grow while agents block it, and how Dispatch's pool grows cannot be
/// controlled.
final class ThreadPool: @unchecked Sendable {  // All `var`s, the workers' too, are only touched inside `condition`.
    enum Kind { case driver, agent }

    struct Work: Sendable {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
    }

    private typealias Machine = ThreadPoolStateMachine<Work>

    /// One thread.
    private final class Worker: @unchecked Sendable {  // Touched only inside the pool's `condition`.
        let pool: ObjectIdentifier
        let id: Machine.ThreadID
        let thread = pthread_self()
        /// The processor time the thread had used when it was last asked, in nanoseconds.
        var used: Int64 = 0

        init(_ pool: ObjectIdentifier, id: Machine.ThreadID) {
            self.pool = pool
            self.id = id
        }

        /// Whether the thread has used the processor for half of this time since it was last asked.
        func hasComputed(in interval: Duration) -> Bool {
            var clock = clockid_t()
            var time = timespec()
            guard pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0 else { return false }
            let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
            defer { used = now }
            return now - used >= interval.nanoseconds / 2
        }
    }

    private let timers: ThreadTimerService
    private let onStarved: @Sendable (Bool) -> Void
    private let condition = ThreadCondition()
    private var machine: Machine
    private var workers: [Machine.ThreadID: Worker] = [:]

    init(
        minThreads: Int, maxThreads: Int, timers: ThreadTimerService, onStarved: @escaping @Sendable (Bool) -> Void
    ) {
        machine = Machine(minThreads: minThreads, maxThreads: maxThreads)
        self.timers = timers
        self.onStarved = onStarved
    }

    /// Threads alive now.
    var threadCount: Int { condition.withLock { machine.threads } }

    func enqueue(_ work: Work, _ kind: Kind) {
        let worker = Self.current.flatMap { $0.pool == ObjectIdentifier(self) ? $0 : nil }
        let startsChecks = condition.withLock {
            let (wake, startsChecks) = machine.enqueue(.init(work: work, kind: kind), from: worker?.id)
            obey(wake)
            return startsChecks
        }
        if startsChecks { scheduleCheck() }
    }

    /// Ends the threads once they are idle.
    func stop() {
        condition.withLock {
            machine.stop()
            condition.broadcast()
        }
    }

    /// Only inside the lock.
    private func obey(_ wake: Machine.Wake) {
        switch wake {
        case .none: break
        case .signal: condition.signal()
        case .start(let count): start(count)
        }
    }

    private func start(_ count: Int) {
        for started in 0..<count {
            guard DetachedThread.start({ self.work() }) == 0 else {
                machine.threadsNotStarted(count - started)
                return
            }
        }
    }

    // MARK: Checks

    private func scheduleCheck() {
        // The token is not kept: a check is short, and the last one schedules no other.
        _ = timers.schedule(at: timers.now + Machine.stall) { [weak self] in self?.check() }
    }

    private func check() {
        let (isLast, startsStarvation) = condition.withLock {
            let (wake, then) = machine.check()
            obey(wake)
            switch then {
            case .stop: return (true, false)
            case .again: return (false, false)
            case .countBusyThreads:
                let busy = workers.values.count { $0.hasComputed(in: Machine.stall) }
                let (wake, startsStarvation) = machine.stalled(busyThreads: busy)
                obey(wake)
                return (false, startsStarvation)
            }
        }
        if startsStarvation { onStarved(true) }
        if !isLast { scheduleCheck() }
    }

    // MARK: A thread

    private func work() {
        let worker = condition.withLock {
            let worker = Worker(ObjectIdentifier(self), id: machine.register())
            workers[worker.id] = worker
            return worker
        }
        Self.current = worker
        while let (work, endsStarvation) = next(worker) {
            if endsStarvation { onStarved(false) }
            work.job.runSynchronously(on: work.executor)
        }
    }

    /// The thread's next work; `nil` when the thread is to end.
    private func next(_ worker: Worker) -> (Work, endsStarvation: Bool)? {
        condition.withLock {
            var step = machine.next(for: worker.id)
            while true {
                switch step {
                case .run(let work, let wake, let endsStarvation):
                    obey(wake)
                    return (work, endsStarvation)
                case .sleep(let limit):
                    let deadline = limit.map { MonotonicClock.now + $0 }
                    condition.wait(until: deadline)
                    step = machine.woke(
                        worker.id, isOverdue: deadline.map { MonotonicClock.now >= $0 } ?? false)
                case .end:
                    workers[worker.id] = nil
                    return nil
                }
            }
        }
    }

    // MARK: The calling thread's worker

    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// `nil` without a key: then all work goes through the queues.
    private static var current: Worker? {
        get {
            guard let key, let pointer = pthread_getspecific(key) else { return nil }
            return Unmanaged<Worker>.fromOpaque(pointer).takeUnretainedValue()
        }
        set {
            guard let key else { return }
            // Fails only when memory is short; then this thread's work goes through the queues.
            _ = pthread_setspecific(key, newValue.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
        }
    }
}
