import Metrics
import Synchronization
import TelemetryCatalog

/// A circuit breaker of a runtime, with its metrics: one per agent name and one per resource.
final class CircuitBreaker: Sendable {
    /// What the breaker guards.
    enum Subject: Sendable, Hashable {
        case agent(String)
        case resource(String)

        var name: String {
            switch self {
            case .agent(let name), .resource(let name): name
            }
        }

        var dimension: (String, String) {
            switch self {
            case .agent(let name): (AttributeKey.agentName, name)
            case .resource(let name): (AttributeKey.resource, name)
            }
        }
    }

    typealias Machine = CircuitBreakerStateMachine

    let subject: Subject
    /// From this duration on a call is slow, if slowness is judged.
    let slowCallDuration: Duration?
    private let machine: Mutex<Machine>
    private let states: [Machine.State: Meter]
    private let transitions: [Machine.State: Counter]

    init(_ subject: Subject, policy: BreakerPolicy, factory: any MetricsFactory) {
        self.subject = subject
        slowCallDuration = policy.slowCallDuration
        machine = Mutex(Machine(policy))
        let own = [subject.dimension]
        states = Dictionary(
            uniqueKeysWithValues: Machine.State.allCases.map { state in
                let meter = Meter(
                    label: Instruments.breakerState.name,
                    dimensions: own + [(AttributeKey.breakerState, state.rawValue)],
                    factory: factory)
                meter.set(state == .closed ? 1 : 0)
                return (state, meter)
            })
        transitions = Dictionary(
            uniqueKeysWithValues: Machine.State.allCases.map { state in
                (
                    state,
                    Counter(
                        label: Instruments.breakerTransitions.name,
                        dimensions: own + [(AttributeKey.breakerTo, state.rawValue)], factory: factory)
                )
            })
    }

    /// The state now.
    var state: Machine.State { machine.withLock { $0.state } }

    /// How long a caller would have to wait; `nil` when it may call now. Changes nothing.
    func refusal(at now: Duration) -> Duration? { machine.withLock { $0.refusal(at: now) } }

    func acquire(at now: Duration) -> Machine.Answer {
        let answer = machine.withLock { $0.acquire(at: now) }
        if case .permitted(_, let changed?) = answer { show(changed) }
        return answer
    }

    func report(
        _ report: Machine.Report, for permit: Machine.Permit, at now: Duration
    ) -> (from: Machine.State, to: Machine.State)? {
        let changed = machine.withLock { $0.report(report, for: permit, at: now) }
        if let changed { show(changed) }
        return changed
    }

    private func show(_ changed: (from: Machine.State, to: Machine.State)) {
        states[changed.from]?.set(0)
        states[changed.to]?.set(1)
        transitions[changed.to]?.increment()
    }
}
