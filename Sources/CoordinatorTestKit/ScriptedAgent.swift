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

    private let steps: Locked<[Step]>
    private let calls = Locked<[Int]>([])

    /// Makes an agent that takes these steps.
    public init(_ steps: Step...) { self.steps = Locked(steps) }

    /// Steps that no attempt has taken.
    public var unusedSteps: Int { steps.withLock { $0.count } }

    /// The numbers of the attempts so far, in order.
    public var attempts: [Int] { calls.withLock { $0 } }

    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        calls.withLock { $0.append(attempt.number) }
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
