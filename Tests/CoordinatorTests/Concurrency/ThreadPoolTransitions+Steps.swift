import Testing

@testable import Coordinator

extension ThreadPoolTransitions {
    enum Event: Sendable {
        /// Work becomes ready, on a thread of the pool or on another one.
        case driver(String, on: Int? = nil)
        case agent(String, on: Int? = nil)
        case registers
        case notStarted(Int)
        case next(Int)
        case woken(Int)
        case overslept(Int)
        case check
        case stalled(busy: Int)
        case stop
    }

    typealias Steps = [(event: Event, answer: String)]
    typealias Machine = ThreadPoolStateMachine<String>

    private func apply(_ event: Event, to machine: inout Machine) -> String {
        switch event {
        case .driver(let work, let thread):
            return enqueue(.init(work: work, kind: .driver), thread, &machine)
        case .agent(let work, let thread):
            return enqueue(.init(work: work, kind: .agent), thread, &machine)
        case .registers: return "thread \(machine.register())"
        case .notStarted(let count):
            machine.threadsNotStarted(count)
            return ""
        case .next(let thread): return text(machine.next(for: thread))
        case .woken(let thread): return text(machine.woke(thread, isOverdue: false))
        case .overslept(let thread): return text(machine.woke(thread, isOverdue: true))
        case .check:
            let (wake, then) = machine.check()
            return text(["\(then)", text(wake)])
        case .stalled(let busy):
            let (wake, startsStarvation) = machine.stalled(busyThreads: busy)
            return text([text(wake), startsStarvation ? "starved" : ""])
        case .stop:
            machine.stop()
            return ""
        }
    }

    private func enqueue(_ item: Machine.Item, _ thread: Int?, _ machine: inout Machine) -> String {
        let (wake, startsChecks) = machine.enqueue(item, from: thread)
        return text([text(wake), startsChecks ? "check" : ""])
    }

    private func text(_ wake: Machine.Wake) -> String {
        switch wake {
        case .none: ""
        case .signal: "signal"
        case .start(let count): "start \(count)"
        }
    }

    private func text(_ step: Machine.Step) -> String {
        switch step {
        case .run(let work, let wake, let endsStarvation):
            text(["run \(work)", text(wake), endsStarvation ? "relieved" : ""])
        case .sleep(nil): "sleep"
        case .sleep(.some(let limit)): "sleep \(limit / 1_000_000_000) s"
        case .end: "end"
        }
    }

    private func text(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }

    func expect(
        minThreads: Int = 2, maxThreads: Int = 4, _ parts: Steps..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var machine = Machine(minThreads: minThreads, maxThreads: maxThreads)
        for (index, step) in parts.joined().enumerated() {
            let answer = apply(step.event, to: &machine)
            #expect(answer == step.answer, "step \(index): \(step.event)", sourceLocation: sourceLocation)
        }
    }

    /// Starts this many threads, all of which then sleep without work.
    func asleep(_ count: Int) -> Steps {
        var steps: Steps = []
        for thread in 0..<count {
            steps.append((.driver("start \(thread)"), thread == 0 ? "start 1, check" : "start 1"))
        }
        for thread in 0..<count { steps.append((.registers, "thread \(thread)")) }
        for thread in 0..<count { steps.append((.next(thread), "run start \(thread)")) }
        for thread in 0..<count { steps.append((.next(thread), "sleep")) }
        return steps
    }

    func repeated(_ count: Int, _ steps: Steps) -> Steps { Steps(repeatElement(steps, count: count).joined()) }
}
