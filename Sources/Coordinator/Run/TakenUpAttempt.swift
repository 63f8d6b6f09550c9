import Support
import TelemetryCatalog
import Tracing

/// How a run goes on that had begun before its process ended.
///
/// A class, since few runs have one.
final class TakenUpRun: Sendable {
    /// The attempts that have ended.
    let records: [AttemptRecord]
    /// The failure after which another attempt is due, if one is.
    let last: Failure?
    /// The attempt that waits for somebody's answer, if one does.
    let suspended: SuspendedAttempt?
    let previous: ServiceContext?
    /// The pause before the attempt that is due, which has passed.
    let backoff: Duration
    /// Whether the run has its place among the elements in flight.
    let holdsPlace: Bool

    init(
        records: [AttemptRecord] = [], last: Failure? = nil, suspended: SuspendedAttempt? = nil,
        previous: ServiceContext? = nil, backoff: Duration = .zero, holdsPlace: Bool = true
    ) {
        self.records = records
        self.last = last
        self.suspended = suspended
        self.previous = previous
        self.backoff = backoff
        self.holdsPlace = holdsPlace
    }
}

/// What a suspended attempt brings along whose process ended.
final class KeptWait: Sendable {
    /// When the wait began, by the wall clock.
    let at: Timestamp
    /// When the suspension's own timeout passes, since the runtime's start; `nil` for never.
    let due: Duration?
    /// How the wait ended, if that is kept; `nil` for one that goes on.
    let wakeup: SuspendedRuns.Wakeup?

    /// - Parameter isOver: whether the agent had been called after it.
    init(_ wait: RunHistory.Wait, isOver: Bool, in runtime: CoordinatorRuntime) {
        at = wait.at
        wakeup = wait.answer.map { .answered($0) } ?? (isOver ? .timedOut : nil)
        let now = runtime.now
        due = wait.suspension.timeoutMS.map { timeout in
            // Whoever is asked to answer within a day has a day, whether a process runs or not.
            let wall = runtime.timestamp(at: now).nanosecondsSinceEpoch
            let waited = Double(wall) - Double(wait.at.nanosecondsSinceEpoch)
            return now + .bounded(milliseconds: timeout - max(0, waited / 1e6))
        }
    }
}

extension SupervisedAttempt {
    /// Figures of an attempt whose process ended: what it had reserved counts as used.
    static func figures(of open: RunHistory.OpenAttempt) -> Figures {
        Figures(usage: open.used + open.reserved, stored: .zero)
    }

    /// Ends an attempt that runs no more: its process ended, or gave it up.
    func end(_ open: RunHistory.OpenAttempt, _ failure: Failure) -> AttemptEnd {
        let ended = runtime.now
        let result = AttemptResult(failure: failure)
        if failure.errorType == ErrorType.processCrash { run.instruments.recordRecovery() }
        let record = record(result, ended: ended, Self.figures(of: open))
        finish(result, record, at: runtime.timestamp(at: ended), version: open.start.viewVersion ?? 0, isRunning: false)
        return AttemptEnd(record: record, failure: failure)
    }
}
