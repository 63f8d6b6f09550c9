import CoreMetrics
import Support
import TelemetryCatalog

/// The runs that wait for somebody, over all jobs of a runtime, and the gauges of how many they are and since when.
///
/// The age counts from when the run began to wait, be it in a process before this one. The metrics façade has no
/// observable instruments, so ages are set every few seconds while any run waits; by the system's clock, so that nothing
/// of this sleeps on the clock of a test.
final class WaitingRuns: Sendable {
    /// How often the ages are set.
    static let interval: Duration = .seconds(5)

    /// The runs of one workflow that wait for one thing.
    fileprivate struct Group: Hashable {
        let kind: SuspendedRun.Kind
        let workflow: ExactString
    }

    /// A run that waits.
    struct Ticket: Sendable {
        fileprivate let group: Group
        fileprivate let number: Int
    }

    private struct Waits {
        let pending: any MeterHandler
        let oldest: any MeterHandler
        var since: [Int: Timestamp] = [:]

        func show(at now: Timestamp) {
            // A clock that was set back makes nobody's age negative.
            let first = min(since.values.min() ?? now, now)
            oldest.set(Double(now.nanosecondsSinceEpoch - first.nanosecondsSinceEpoch) / 1e9)
        }
    }

    private struct State {
        var groups: [Group: Waits] = [:]
        var lastNumber = 0
        var isTicking = false
    }

    private let state = Locked(State())
    private let clock: @Sendable () -> Timestamp
    private let threadTimers: ThreadTimerService

    init(clock: @escaping @Sendable () -> Timestamp, threadTimers: ThreadTimerService) {
        self.clock = clock
        self.threadTimers = threadTimers
    }

    /// A run of this workflow began to wait.
    func begin(_ kind: SuspendedRun.Kind, workflow: String, since: Timestamp, factory: any MetricsFactory) -> Ticket {
        let group = Group(kind: kind, workflow: ExactString(workflow))
        let (ticket, starts) = state.withLock { state in
            var waits = state.groups[group] ?? Self.waits(group, factory)
            state.lastNumber += 1
            waits.since[state.lastNumber] = since
            waits.pending.increment()
            // The first has no older one, so its age is right at once; of others the next tick decides.
            if waits.since.count == 1 { waits.show(at: clock()) }
            state.groups[group] = waits
            defer { state.isTicking = true }
            return (Ticket(group: group, number: state.lastNumber), !state.isTicking)
        }
        if starts { tick() }
        return ticket
    }

    /// A run waits no more.
    func end(_ ticket: Ticket) {
        state.withLock { state in
            guard state.groups[ticket.group]?.since.removeValue(forKey: ticket.number) != nil,
                let waits = state.groups[ticket.group]
            else { return }
            waits.pending.decrement()
            guard waits.since.isEmpty else { return }
            waits.oldest.set(0.0)
            state.groups[ticket.group] = nil
        }
    }

    private static func waits(_ group: Group, _ factory: any MetricsFactory) -> Waits {
        let own = JobInstruments.dimensions(group.workflow.string)
        return switch group.kind {
        case .suspended:
            Waits(
                pending: factory.meter(Instruments.approvalPending, own),
                oldest: factory.meter(Instruments.approvalOldestAge, own))
        case .inDoubt:
            Waits(
                pending: factory.meter(Instruments.inDoubt, own),
                oldest: factory.meter(Instruments.inDoubtOldestAge, own))
        }
    }

    private func tick() {
        _ = threadTimers.schedule(at: threadTimers.now + Self.interval) { [weak self] in
            guard let self else { return }
            if refresh() { tick() }
        }
    }

    /// Sets the ages to the current ones.
    ///
    /// - Returns: whether any run waits.
    @discardableResult
    func refresh() -> Bool {
        let now = clock()
        return state.withLock { state in
            for waits in state.groups.values { waits.show(at: now) }
            state.isTicking = !state.groups.isEmpty
            return state.isTicking
        }
    }
}
