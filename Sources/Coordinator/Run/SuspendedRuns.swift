import Support

/// The runs of a job that wait for somebody. Whoever takes a run out decides how it goes on, so of an answer, a timeout
/// and a cancellation only one counts.
final class SuspendedRuns: Sendable {
    /// How a wait ended.
    enum Wakeup: Sendable {
        case answered(JSONValue)
        /// The suspension's own timeout passed.
        case timedOut
        case interrupted(Interruption)
        /// Somebody said what the attempt in doubt has done.
        case resolved(JobEvent.DoubtResolved)
    }

    /// A run that waits.
    final class Waiting: Sendable {
        let run: SuspendedRun
        let origin: JobContext.Origin
        /// Set once the journal keeps that it waits, or never will: an answer may not stand before that.
        let announced = Latch<Void>()
        fileprivate let wakeup = OneShot<Wakeup>()

        init(_ run: SuspendedRun, origin: JobContext.Origin) {
            self.run = run
            self.origin = origin
        }

        /// Lets the run go on; to be called once by whoever has taken it.
        func wake(_ wakeup: Wakeup) { self.wakeup.set(wakeup) }

        nonisolated(nonsending) func wait() async -> Wakeup { await wakeup.value }
    }

    private let waiting = Locked<[RunIdentity: Waiting]>([:])

    /// The runs that wait, by their agents' names, rounds and items.
    var all: [SuspendedRun] {
        waiting.withLock { $0.values.map(\.run) }.sorted { left, right in
            if left.run.agent != right.run.agent { return left.run.agent < right.run.agent }
            if left.run.round != right.run.round { return left.run.round ?? 0 < right.run.round ?? 0 }
            return left.run.item ?? 0 < right.run.item ?? 0
        }
    }

    func add(_ run: Waiting) { waiting.withLock { $0[run.run.run] = run } }

    /// Takes a run out, for its caller to wake; `nil` when it waits no more.
    ///
    /// - Parameter kind: what the caller has an answer to; a run that waits for something else stays.
    func take(_ run: RunIdentity, _ kind: SuspendedRun.Kind) -> Waiting? {
        waiting.withLock { waiting in
            waiting[run]?.run.kind == kind ? waiting.removeValue(forKey: run) : nil
        }
    }

    /// Takes this wait of a run out and ends it, if nobody else has.
    func end(_ run: Waiting, _ wakeup: Wakeup) {
        let isTaken = waiting.withLock { waiting in
            guard waiting[run.run.run] === run else { return true }
            waiting[run.run.run] = nil
            return false
        }
        if !isTaken { run.wake(wakeup) }
    }
}
