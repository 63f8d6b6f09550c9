import Support

/// Thrown by an agent that has to wait for somebody: its attempt gives back what it holds, and goes on later.
///
/// A suspended attempt holds no thread, no slot, no permit of a circuit breaker and nothing of the job's budget, and an
/// item that waits is none of those that ``ForEach/concurrency`` lets run. The attempt and idle timeouts stand still; the
/// run's total timeout and the job's go on. The attempt goes on as the same one, with the same number and the same
/// idempotency key, once somebody calls ``JobCoordinator/resume(_:with:by:)``, or once ``timeout`` has passed. The agent is
/// then called again, on the blackboard as it is by then, with ``AttemptContext/resumption``.
///
/// ```swift
/// func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
///     guard let resumption = attempt.resumption else {
///         throw Suspension(state: ["draft": try await draft()], reason: "waits for a release manager")
///     }
///     return Contribution(set: ["artifacts.release": resumption.value ?? "nobody answered"])
/// }
/// ```
public struct Suspension: Error, Sendable, Hashable {
    /// What the agent needs to go on; kept in the journal, and handed back as it is.
    public let state: JSONValue
    /// What it waits for, in words; shown at `agents.<name>.message`.
    public let reason: String
    /// How long it waits at most; then it goes on without an answer. `nil` waits as long as the job runs.
    public let timeout: Duration?
    /// What the attempt has used of the job's budget since it was called.
    public let usage: Contribution.Usage

    /// The most bytes of ``state``, and of the answer, as JSON. A larger state fails the attempt; a larger answer is refused
    /// by ``JobCoordinator/resume(_:with:by:)``, and the attempt waits on.
    public static let largestValue = 1 << 20
    /// The most bytes of ``reason`` that are kept.
    public static let longestReason = 1_000

    /// Describes a suspension.
    public init(
        state: JSONValue = .null, reason: String = "", timeout: Duration? = nil,
        usage: Contribution.Usage = Contribution.Usage()
    ) {
        self.state = state
        self.reason = Excerpt.of(reason, atMost: Self.longestReason)
        self.timeout = timeout.map { max($0, .zero) }
        self.usage = usage
    }

    /// Why it cannot be kept; `nil` if it can.
    var fault: String? { usage.fault ?? Self.fault(state, "the state of a suspended attempt") }

    /// Why a value cannot be kept; `nil` if it can.
    static func fault(_ value: JSONValue, _ what: String) -> String? {
        guard let bytes = try? value.json().utf8.count else { return "\(what) has no JSON form" }
        return bytes <= largestValue ? nil : "\(what) takes \(bytes) bytes, and may take \(largestValue)"
    }
}

/// How a suspended attempt goes on.
public struct Resumption: Sendable, Hashable {
    /// The state of the ``Suspension``.
    public let state: JSONValue
    /// The answer; `nil` when the suspension's timeout passed without one.
    public let value: JSONValue?
    /// When the wait ended.
    public let at: Timestamp
}

/// A run that waits for somebody.
public struct SuspendedRun: Sendable, Hashable {
    /// The run, by which ``JobCoordinator/resume(_:with:by:)`` finds it.
    public let run: RunIdentity
    /// The number of its attempt.
    public let attempt: Int
    /// What it waits for, in words.
    public let reason: String
    /// Since when it has waited.
    public let since: Timestamp
    /// What it waits for.
    public let kind: Kind
    /// What its agent needs to go on; of an approval, what is asked: see ``ApprovalRequest``. Null for a run in doubt.
    public let state: JSONValue
    /// The calls with effects that are in doubt, in the order in which they began; empty where it is the whole attempt.
    public internal(set) var calls: [ConversationStep.ToolStart] = []

    /// What a run waits for.
    public enum Kind: String, Sendable, Hashable {
        /// Somebody's answer.
        case suspended
        /// That somebody says what its attempt has done.
        case inDoubt = "in_doubt"
    }
}
