import Testing

@testable import Coordinator

/// Every event in every state of an attempt.
@Suite struct AttemptTransitions {
    enum Event: String, Sendable, CaseIterable {
        case starts, returned, wrote, interrupted, heartbeatDue, heartbeatNotDue, gracePassed
    }

    private static let deadline = Interruption.attemptTimeout(.seconds(1))

    private func apply(_ event: Event, to machine: inout AttemptStateMachine) -> String {
        let action =
            switch event {
            case .starts: machine.codeStarts()
            case .returned: machine.codeEnded(wrote: false)
            case .wrote: machine.codeEnded(wrote: true)
            case .interrupted: machine.interrupted(Self.deadline)
            case .heartbeatDue: machine.heartbeatChecked(at: .seconds(9), due: .seconds(9), limit: .seconds(2))
            case .heartbeatNotDue: machine.heartbeatChecked(at: .seconds(8), due: .seconds(9), limit: .seconds(2))
            case .gracePassed: machine.gracePassed()
            }
        return switch action {
        case .nothing: "nothing"
        case .callCode: "call code"
        case .deliver: "deliver"
        case .checkHeartbeat(let due): "check at \(due)"
        case .cancelCode: "cancel code"
        case .finish(_, let late): late ? "finish, late write" : "finish"
        case .finishAbandoned: "finish abandoned"
        case .codeEnded(let late): late ? "code ended, late write" : "code ended"
        }
    }

    private static let nothing = [String](repeating: "nothing", count: Event.allCases.count)

    @Test(
        arguments: [
            (
                [],
                ["call code", "deliver", "deliver", "cancel code", "cancel code", "check at 9.0 seconds", "nothing"]
            ),
            (
                [.starts],
                ["call code", "deliver", "deliver", "cancel code", "cancel code", "check at 9.0 seconds", "nothing"]
            ),
            // An attempt whose contribution is being committed is not interrupted any more.
            ([.starts, .wrote], nothing),
            // Code that no thread has started in time is not called.
            (
                [.interrupted],
                ["finish", "finish", "finish, late write", "nothing", "nothing", "nothing", "finish abandoned"]
            ),
            (
                [.starts, .heartbeatDue],
                ["finish", "finish", "finish, late write", "nothing", "nothing", "nothing", "finish abandoned"]
            ),
            (
                [.interrupted, .gracePassed],
                ["code ended", "code ended", "code ended, late write", "nothing", "nothing", "nothing", "nothing"]
            ),
            ([.interrupted, .starts], nothing),
            ([.interrupted, .wrote], nothing),
            ([.interrupted, .gracePassed, .starts], nothing),
            ([.interrupted, .gracePassed, .wrote], nothing),
        ] as [([Event], [String])])
    func everyRowOfTheTransitionTableHolds(before: [Event], expected: [String]) {
        let answers = Event.allCases.map { event in
            var machine = AttemptStateMachine()
            for event in before { _ = apply(event, to: &machine) }
            return apply(event, to: &machine)
        }
        #expect(answers == expected)
    }

    @Test func firstInterruptionReasonIsKept() {
        var machine = AttemptStateMachine()
        _ = machine.interrupted(Self.deadline)
        _ = machine.interrupted(.cancelled("later"))
        guard case .finishAbandoned(let reason) = machine.gracePassed() else {
            Issue.record("a cancelled attempt whose code still runs is finished")
            return
        }
        #expect(reason == Self.deadline)
    }
    @Test func missingHeartbeatEndsTheAttemptAsIdle() {
        var machine = AttemptStateMachine()
        _ = machine.heartbeatChecked(at: .seconds(3), due: .seconds(3), limit: .seconds(2))
        guard case .finish(let reason, _) = machine.codeEnded(wrote: false) else {
            Issue.record("an attempt without a sign of life is finished")
            return
        }
        #expect(reason == .idle(.seconds(2)))
    }
}
