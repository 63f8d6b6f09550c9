/// Runs agents on threads of their own, so that one that blocks cannot stop the others or the coordinator.
///
/// It starts with as many threads as the machine has cores and grows only on *stall*: while work waits and no thread
/// took any for a while. The bound is `maxThreads`; once every thread is blocked there the executor is *starved*.
/// A preference for it covers an agent's closure, its child tasks and default actors, not an unstructured `Task {}`
/// the agent starts.
final class AgentExecutor: TaskExecutor {
    private let pool: Pool

    init(minThreads: Int, maxThreads: Int, timers: ThreadTimerService, onStarved: @escaping @Sendable (Bool) -> Void) {
        pool = Pool(
            minThreads: minThreads, maxThreads: max(minThreads, maxThreads), timers: timers, onStarved: onStarved)
    }

    deinit { pool.stop() }

    func enqueue(_ job: consuming ExecutorJob) {
        pool.enqueue(UnownedJob(job), on: asUnownedTaskExecutor())
    }

    /// Threads alive now.
    var threadCount: Int { pool.threadCount }
}

private final class Pool: @unchecked Sendable {  // All `var`s are only touched inside `condition`.
    private struct Item {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
    }

    /// How long work may wait without any thread taking some before the pool grows.
    private static let stall: Duration = .milliseconds(2)
    /// How long a thread beyond the minimum waits for work before it ends.
    private static let idleLimit: Int64 = 2_000_000_000

    private let minThreads: Int
    private let maxThreads: Int
    private let timers: ThreadTimerService
    private let onStarved: @Sendable (Bool) -> Void
    private let condition = ThreadCondition()
    private var queue: [Item] = []
    private var head = 0
    private var threads = 0
    private var idle = 0
    private var taken = 0
    private var watching = false
    private var starved = false
    private var stopped = false

    init(
        minThreads: Int, maxThreads: Int, timers: ThreadTimerService, onStarved: @escaping @Sendable (Bool) -> Void
    ) {
        self.minThreads = minThreads
        self.maxThreads = maxThreads
        self.timers = timers
        self.onStarved = onStarved
    }

    var threadCount: Int { condition.withLock { threads } }
    private var waiting: Int { queue.count - head }

    func enqueue(_ job: UnownedJob, on executor: UnownedTaskExecutor) {
        let watch: Int? = condition.withLock {
            queue.append(Item(job: job, executor: executor))
            if idle > 0 {
                condition.signal()
            } else if threads < minThreads {
                grow(by: 1)
            }
            // A woken thread may also be about to block, so work that waits is always watched.
            guard !watching else { return nil }
            watching = true
            return taken
        }
        if let watch { self.watch(since: watch) }
    }

    func stop() {
        condition.withLock {
            stopped = true
            condition.broadcast()
        }
    }

    private func watch(since taken: Int) {
        // The token is dropped: the check is short, and it ends the watch itself.
        _ = timers.schedule(at: timers.now + Self.stall) { [weak self] in self?.check(since: taken) }
    }

    private func check(since lastTaken: Int) {
        let (next, becameStarved): (Int?, Bool) = condition.withLock {
            guard waiting > 0 else {
                watching = false
                return (nil, false)
            }
            var became = false
            if taken == lastTaken {
                if threads < maxThreads {
                    grow(by: min(waiting, threads, maxThreads - threads))
                } else if !starved {
                    starved = true
                    became = true
                }
            }
            return (taken, became)
        }
        if becameStarved { onStarved(true) }
        if let next { watch(since: next) }
    }

    private func grow(by count: Int) {
        for _ in 0..<count {
            threads += 1
            if !Thread.start({ self.work() }) {
                threads -= 1
                return
            }
        }
    }

    private func work() {
        while let (item, relieved) = next() {
            if relieved { onStarved(false) }
            item.job.runSynchronously(on: item.executor)
        }
    }

    private func next() -> (Item, relieved: Bool)? {
        condition.withLock {
            while waiting == 0 {
                if stopped {
                    threads -= 1
                    return nil
                }
                let deadline = threads > minThreads ? Thread.monotonicNow + Self.idleLimit : nil
                idle += 1
                condition.wait(until: deadline)
                idle -= 1
                if let deadline, waiting == 0, threads > minThreads, Thread.monotonicNow >= deadline {
                    threads -= 1
                    return nil
                }
            }
            let item = queue[head]
            head += 1
            taken &+= 1
            if head == queue.count || head > 4096 {
                queue.removeFirst(head)
                head = 0
            }
            defer { starved = false }
            return (item, starved)
        }
    }
}
