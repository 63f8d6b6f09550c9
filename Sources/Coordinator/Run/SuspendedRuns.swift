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
        /// Somebody said of each call in doubt what it has done.
        case callsResolved
    }

    /// Counts a run as one that waits, from when it can be found until somebody takes it.
    struct Quiet: Sendable {
        private let quiet: JobQuiet
        private let agent: Int

        init(_ quiet: JobQuiet, agent: Int) { (self.quiet, self.agent) = (quiet, agent) }

        func waits() { quiet.waits(agent) }
        func wakes() { quiet.wakes(agent) }
    }

    /// A run that waits.
    final class Waiting: Sendable {
        let run: SuspendedRun
        let origin: JobContext.Origin
        /// Set once the journal keeps that it waits, or never will: an answer may not stand before that.
        let announced = Latch<Void>()
        /// What is asked, if it is an approval.
        let request: ApprovalRequest?
        fileprivate let wakeup = OneShot<Wakeup>()
        /// What somebody said that calls in doubt have come to.
        private let said = Locked<[ConversationStep.ToolEnd]>([])

        fileprivate let quiet: Quiet?

        init(_ run: SuspendedRun, origin: JobContext.Origin, quiet: Quiet? = nil) {
            self.run = run
            self.quiet = quiet
            self.origin = origin
            request = ApprovalRequest(state: run.state)
        }

        /// Lets the run go on; to be called once by whoever has taken it.
        func wake(_ wakeup: Wakeup) { self.wakeup.set(wakeup) }

        nonisolated(nonsending) func wait() async -> Wakeup { await wakeup.value }

        var ends: [ConversationStep.ToolEnd] { said.withLock { $0 } }

        fileprivate func note(_ end: ConversationStep.ToolEnd) { said.withLock { $0.append(end) } }
    }

    /// A call in doubt that was taken out, for its caller to say what it has done.
    struct TakenCall: Sendable {
        let waiting: Waiting
        let start: ConversationStep.ToolStart
        /// How many calls of the attempt are in doubt still. With the last one the wait was taken out, for its caller to wake.
        let remaining: Int
    }

    private let state = Locked(State())
    /// Counts a run on the gauges of those that wait, and counts it no more.
    private let began: @Sendable (SuspendedRun) -> WaitingRuns.Ticket
    private let ended: @Sendable (WaitingRuns.Ticket) -> Void

    private struct State {
        var waiting: [RunIdentity: Shown] = [:]
        /// The answers to approvals that were taken; at most one a run, so as many as a job has runs.
        var decisions: [RunIdentity: ApprovalDecision] = [:]
    }

    /// A run that waits, as the gauges count it.
    private struct Shown {
        let waiting: Waiting
        let ticket: WaitingRuns.Ticket
        /// The run as it is listed: calls in doubt leave it one by one.
        var run: SuspendedRun
    }

    init(
        began: @escaping @Sendable (SuspendedRun) -> WaitingRuns.Ticket,
        ended: @escaping @Sendable (WaitingRuns.Ticket) -> Void
    ) {
        self.began = began
        self.ended = ended
    }

    /// The runs that wait, by their agents' names, rounds and items.
    var all: [SuspendedRun] {
        state.withLock { $0.waiting.values.map(\.run) }.sorted { left, right in
            if left.run.agent != right.run.agent { return left.run.agent < right.run.agent }
            if left.run.round != right.run.round { return left.run.round ?? 0 < right.run.round ?? 0 }
            return left.run.item ?? 0 < right.run.item ?? 0
        }
    }

    func add(_ run: Waiting) {
        run.quiet?.waits()
        let shown = Shown(waiting: run, ticket: began(run.run), run: run.run)
        state.withLock { $0.waiting[run.run.run] = shown }
    }

    /// The present wait of a run; it may have ended by the time that it is taken.
    func find(_ run: RunIdentity) -> Waiting? { state.withLock { $0.waiting[run]?.waiting } }

    /// Takes this wait of a run out, for its caller to wake.
    ///
    /// - Parameter decision: the answer to an approval, which is remembered.
    /// - Returns: whether nobody else has taken it.
    func take(_ run: Waiting, deciding decision: ApprovalDecision? = nil) -> Bool {
        let taken: Shown? = state.withLock { state in
            guard let shown = state.waiting[run.run.run], shown.waiting === run else { return nil }
            state.waiting[run.run.run] = nil
            if let decision { state.decisions[run.run.run] = decision }
            return shown
        }
        guard let taken else { return false }
        run.quiet?.wakes()
        ended(taken.ticket)
        return true
    }

    /// The answer to an approval that was taken, if one was; of several rounds the last one's.
    ///
    /// - Parameters:
    ///   - round: the round; `nil` for any.
    ///   - item: the item; `nil` for any.
    func decision(of agent: String, round: Int?, item: Int?) -> ApprovalDecision? {
        let fitting = state.withLock { state in
            state.decisions.filter { run, _ in
                run.agent == agent && (round == nil || run.round == round) && (item == nil || run.item == item)
            }
        }
        return fitting.values.max { $0.at < $1.at }
    }

    /// Whether an approval of this agent waits, or its answer was taken.
    func hasApproval(of agent: String) -> Bool {
        state.withLock { state in
            state.decisions.keys.contains { $0.agent == agent }
                || state.waiting.contains { $0.key.agent == agent && $0.value.waiting.request != nil }
        }
    }

    /// Takes a run out, for its caller to wake; `nil` when it waits no more.
    ///
    /// - Parameter kind: what the caller has an answer to; a run that waits for something else stays.
    func take(_ run: RunIdentity, _ kind: SuspendedRun.Kind) -> Waiting? {
        guard let waiting = find(run), waiting.run.kind == kind, take(waiting) else { return nil }
        return waiting
    }

    /// Takes one call in doubt of a run out, and with the last one the run.
    ///
    /// - Parameter end: makes of the call's beginning what it has come to, for its agent; `nil` for a call that is made again.
    /// - Returns: `nil` when no such call is in doubt.
    func takeCall(
        _ call: String, of run: RunIdentity, _ end: (ConversationStep.ToolStart) -> ConversationStep.ToolEnd?
    ) -> TakenCall? {
        let (taken, last): (TakenCall?, Shown?) = state.withLock { state in
            guard var shown = state.waiting[run], shown.run.kind == .inDoubt,
                let index = shown.run.calls.firstIndex(where: { $0.call.hasBytes(of: call) })
            else { return (nil, nil) }
            let start = shown.run.calls.remove(at: index)
            if let end = end(start) { shown.waiting.note(end) }
            let taken = TakenCall(waiting: shown.waiting, start: start, remaining: shown.run.calls.count)
            state.waiting[run] = taken.remaining > 0 ? shown : nil
            return (taken, taken.remaining > 0 ? nil : shown)
        }
        if let last {
            last.waiting.quiet?.wakes()
            ended(last.ticket)
        }
        return taken
    }

    /// Takes this wait of a run out and ends it, if nobody else has.
    func end(_ run: Waiting, _ wakeup: Wakeup) {
        if take(run) { run.wake(wakeup) }
    }
}
