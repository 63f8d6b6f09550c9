import Testing

@testable import Coordinator

/// What agents are doing, as the fold of a job's events.
@Suite(.timeLimit(.minutes(10))) struct AgentStateFolds {
    private static func event(_ attempt: Int, _ payload: JobEvent.Payload) -> JobEvent {
        JobEvent(
            sequence: 1, at: Timestamp(nanosecondsSinceEpoch: 0), jobID: "j", version: 0, agent: "a", attempt: attempt,
            traceID: nil, spanID: nil, payload: payload)
    }

    private static let start = JobEvent.Payload.attemptStarted(.init(timeoutMS: nil, backoffMS: 0, idempotencyKey: "k"))

    /// The code of an abandoned attempt talks on while the next attempt runs.
    @Test func progressOfAnEarlierAttemptIsNotShown() {
        var states = AgentStates()
        states.apply(Self.event(1, Self.start))
        states.apply(Self.event(1, .progress(.init(message: "first"))))
        #expect(states["a"]?.message == "first")
        states.apply(Self.event(2, Self.start))
        states.apply(Self.event(1, .progress(.init(message: "still first"))))
        #expect(states["a"] == AgentState(name: "a", phase: .running, attempt: 2))
        states.apply(Self.event(2, .progress(.init(message: "second"))))
        #expect(states["a"]?.message == "second")
    }
}
