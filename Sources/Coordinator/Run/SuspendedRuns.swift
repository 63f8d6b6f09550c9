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

    private typealias Shown = (waiting: Waiting, ticket: WaitingRuns.Ticket)

    private let waiting = Locked<[RunIdentity: Shown]>([:])
    /// Counts a run on the gauges of those that wait, and counts it no more.
    private let began: @Sendable (SuspendedRun) -> WaitingRuns.Ticket
    private let ended: @Sendable (WaitingRuns.Ticket) -> Void

    init(
        began: @escaping @Sendable (SuspendedRun) -> WaitingRuns.Ticket,
        ended: @escaping @Sendable (WaitingRuns.Ticket) -> Void
    ) {
        self.began = began
        self.ended = ended
    }

    /// The runs that wait, by their agents' names, rounds and items.
    var all: [SuspendedRun] {
        waiting.withLock { $0.values.map(\.waiting.run) }.sorted { left, right in
            if left.run.agent != right.run.agent { return left.run.agent < right.run.agent }
            if left.run.round != right.run.round { return left.run.round ?? 0 < right.run.round ?? 0 }
            return left.run.item ?? 0 < right.run.item ?? 0
        }
    }

    func add(_ run: Waiting) {
        let ticket = began(run.run)
        waiting.withLock { $0[run.run.run] = (run, ticket) }
    }

    /// Takes a run out, for its caller to wake; `nil` when it waits no more.
    ///
    /// - Parameter kind: what the caller has an answer to; a run that waits for something else stays.
    func take(_ run: RunIdentity, _ kind: SuspendedRun.Kind) -> Waiting? {
        let taken = waiting.withLock { waiting in
            waiting[run]?.waiting.run.kind == kind ? waiting.removeValue(forKey: run) : nil
        }
        guard let taken else { return nil }
        ended(taken.ticket)
        return taken.waiting
    }

    /// Takes this wait of a run out and ends it, if nobody else has.
    func end(_ run: Waiting, _ wakeup: Wakeup) {
        let taken: Shown? = waiting.withLock { waiting in
            guard waiting[run.run.run]?.waiting === run else { return nil }
            return waiting.removeValue(forKey: run.run.run)
        }
        guard let taken else { return }
        ended(taken.ticket)
        run.wake(wakeup)
    }
}
