import Coordinator
import Support

/// An agent that does what a script says, one step an attempt.
///
/// A call beyond the script is a permanent failure, and ``unusedSteps`` counts the steps that no call took, so that a
/// test that expects three attempts fails on two and on four.
///
/// ```swift
/// let agent = ScriptedAgent(.fail(AgentError(.transient, "no answer")), .succeed(Contribution()))
/// ```
public final class ScriptedAgent: Agent {
    /// The action of one attempt.
    public enum Step: Sendable {
        /// Returns this contribution.
        case succeed(Contribution)
        /// Throws this error.
        case fail(any Error)
        /// Waits until it is cancelled, then throws.
        case hang
        /// Does whatever the closure does.
        case run(@Sendable (RoleView, AttemptContext) async throws -> Contribution)
    }

    private struct Calls {
        var numbers: [Int] = []
        var waiting: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let steps: Locked<[Step]>
    private let calls = Locked(Calls())

    /// Makes an agent that takes these steps.
    public init(_ steps: Step...) { self.steps = Locked(steps) }

    /// Steps that no attempt has taken.
    public var unusedSteps: Int { steps.withLock { $0.count } }

    /// The numbers of the attempts so far, in order.
    public var attempts: [Int] { calls.withLock { $0.numbers } }

    /// Returns once the agent has been called for the attempt with this number.
    ///
    /// An attempt's deadline is set before its agent is called, by whichever thread is free. A test that advances a
    /// ``ManualClock`` beyond the deadline of an attempt whose step matters waits for the step first:
    ///
    /// ```swift
    /// let agent = ScriptedAgent(.hang, .succeed(Contribution()))
    /// async let job = coordinator.executeParallel()
    /// await agent.waitForAttempt(1)
    /// await clock.waitForSleeper(until: .seconds(5))
    /// clock.advance(by: .seconds(5))
    /// ```
    public func waitForAttempt(_ number: Int) async {
        await withCheckedContinuation { continuation in
            let hasBegun = calls.withLock { calls in
                if calls.numbers.contains(number) { return true }
                calls.waiting.append((number, continuation))
                return false
            }
            if hasBegun { continuation.resume() }
        }
    }

    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let waiting = calls.withLock { calls in
            calls.numbers.append(attempt.number)
            let waiting = calls.waiting.filter { $0.number == attempt.number }
            calls.waiting.removeAll { $0.number == attempt.number }
            return waiting
        }
        for waiter in waiting { waiter.continuation.resume() }
        let step = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch step {
        case .succeed(let contribution): return contribution
        case .fail(let error): throw error
        case .hang:
            let forever = AsyncStream<Never> { _ in }
            for await _ in forever {}
            throw CancellationError()
        case .run(let body): return try await body(view, attempt)
        case nil:
            throw AgentError(
                .permanent, "the script of '\(attempt.agent)' has no step for attempt \(attempt.number)")
        }
    }
}
