import Testing

@testable import Coordinator

/// Every event in every state of an attempt.
@Suite struct AttemptTransitions {
    enum Event: String, Sendable { case returned, wrote, interrupted, gracePassed }

    private static let deadline = Interruption.attemptTimeout(.seconds(1))

    private func apply(_ event: Event, to machine: inout AttemptStateMachine) -> String {
        let action =
            switch event {
            case .returned: machine.codeEnded(wrote: false)
            case .wrote: machine.codeEnded(wrote: true)
            case .interrupted: machine.interrupted(Self.deadline)
            case .gracePassed: machine.gracePassed()
            }
        return switch action {
        case .nothing: "nothing"
        case .deliver: "deliver"
        case .cancelCode: "cancel code"
        case .settle(_, let late): late ? "settle, late write" : "settle"
        case .settleAbandoned: "settle abandoned"
        case .codeEnded(let late): late ? "code ended, late write" : "code ended"
        }
    }

    @Test(
        arguments: [
            ([], ["deliver", "deliver", "cancel code", "nothing"]),
            // What is being committed is not interrupted any more.
            ([.wrote], ["nothing", "nothing", "nothing", "nothing"]),
            ([.interrupted], ["settle", "settle, late write", "nothing", "settle abandoned"]),
            ([.interrupted, .gracePassed], ["code ended", "code ended, late write", "nothing", "nothing"]),
            ([.interrupted, .wrote], ["nothing", "nothing", "nothing", "nothing"]),
            ([.interrupted, .gracePassed, .wrote], ["nothing", "nothing", "nothing", "nothing"]),
        ] as [([Event], [String])])
    func theTableHolds(before: [Event], expected: [String]) {
        let answers = [Event.returned, .wrote, .interrupted, .gracePassed].map { event in
            var machine = AttemptStateMachine()
            for event in before { _ = apply(event, to: &machine) }
            return apply(event, to: &machine)
        }
        #expect(answers == expected)
    }

    @Test func theFirstReasonStays() {
        var machine = AttemptStateMachine()
        _ = machine.interrupted(Self.deadline)
        _ = machine.interrupted(.cancelled("later"))
        guard case .settleAbandoned(let reason) = machine.gracePassed() else {
            Issue.record("a cancelled attempt whose code still runs is settled")
            return
        }
        #expect(reason == Self.deadline)
    }
}
