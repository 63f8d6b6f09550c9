import CoreMetrics
import Support
import TelemetryCatalog

/// A circuit breaker of a runtime, with its metrics: one per agent name and one per resource.
final class CircuitBreaker: Sendable {
    /// The agent or the resource that a breaker guards.
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
    /// The duration from which on a call is slow; `nil` if slowness is not judged.
    let slowCallDuration: Duration?
    private let machine: Locked<Machine>
    private let instruments: [(state: Machine.State, current: any MeterHandler, entered: any CounterHandler)]

    init(_ subject: Subject, policy: BreakerPolicy, factory: any MetricsFactory) {
        self.subject = subject
        slowCallDuration = policy.slowCallDuration
        machine = Locked(Machine(policy))
        let own = [subject.dimension]
        instruments = Machine.State.allCases.map { state in
            let current = factory.meter(
                Instruments.breakerState, own + [(AttributeKey.breakerState, state.rawValue)])
            current.set(state == .closed ? 1.0 : 0)
            return (
                state, current,
                factory.counter(Instruments.breakerTransitions, own + [(AttributeKey.breakerTo, state.rawValue)])
            )
        }
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
        for instrument in instruments {
            if instrument.state == changed.from { instrument.current.set(0.0) }
            if instrument.state == changed.to {
                instrument.current.set(1.0)
                instrument.entered.increment()
            }
        }
    }
}
