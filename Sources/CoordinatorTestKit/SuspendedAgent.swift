import Coordinator
import Support

/// An agent that asks a question, gives back what it holds, and goes on with the answer.
///
/// ```swift
/// let agent = SuspendedAgent("May it be released?") { answer, _ in
///     Contribution(set: ["artifacts.release": answer ?? "nobody answered"])
/// }
/// ```
public final class SuspendedAgent: Agent {
    private let question: String
    private let timeout: Duration?
    private let answered: @Sendable (JSONValue?, AttemptContext) async throws -> Contribution
    private let calls = Locked<[Call]>([])

    /// One call of the agent.
    public struct Call: Sendable, Hashable {
        /// The number of the attempt.
        public let attempt: Int
        /// The key that every call of a run has.
        public let idempotencyKey: String
        /// How the attempt went on; `nil` on its first call.
        public let resumption: Resumption?
    }

    /// Makes an agent that waits for an answer once in each attempt.
    ///
    /// - Parameters:
    ///   - question: what it waits for, in words.
    ///   - timeout: how long it waits at most; then it goes on with `nil`.
    ///   - answered: what it does with the answer.
    public init(
        _ question: String, timeout: Duration? = nil,
        answered: @escaping @Sendable (JSONValue?, AttemptContext) async throws -> Contribution
    ) {
        self.question = question
        self.timeout = timeout
        self.answered = answered
    }

    /// The calls so far, in order.
    public var history: [Call] { calls.withLock { $0 } }

    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let call = Call(
            attempt: attempt.number, idempotencyKey: attempt.idempotencyKey, resumption: attempt.resumption)
        calls.withLock { $0.append(call) }
        guard let resumption = attempt.resumption else {
            throw Suspension(
                state: ["question": .string(question), "asked_by_attempt": .integer(Int64(attempt.number))],
                reason: question, timeout: timeout)
        }
        return try await answered(resumption.value, attempt)
    }
}
