/// Agents that run round after round until a condition holds: draft, test, mend.
///
/// In each round the agents follow their needs among each other. Between rounds the condition is looked at. An agent that
/// needs one of them waits for the end of the last round. In a later round an agent may replace what it wrote before.
///
/// ```swift
/// Repeat("fix", agents: ["drafter", "validator"], until: .equals("artifacts.validation.passed", true), atMost: 3)
/// ```
public struct Repeat: Sendable, Hashable {
    /// The repeat's low-cardinality name, unique in its job.
    public var name: String
    /// The names of its agents; each belongs to one repeat at most.
    public var agents: [String]
    /// What ends it when it holds on the blackboard at a round's end.
    public var until: Condition
    /// The most rounds, 1 to ``mostRounds``; the outcomes of the last one stand.
    public var atMost: Int { didSet { atMost = Self.inRange(atMost) } }

    /// The most rounds unless said otherwise.
    public static let defaultAtMost = 3
    /// The most rounds that may be allowed. Every round's attempts stay in the result.
    public static let mostRounds = 100

    /// Describes a repeat. A number of rounds out of its range counts as the nearest in it.
    public init(_ name: String, agents: [String], until: Condition, atMost: Int = Repeat.defaultAtMost) {
        self.name = name
        self.agents = agents
        self.until = until
        self.atMost = Self.inRange(atMost)
    }

    private static func inRange(_ atMost: Int) -> Int { min(max(1, atMost), mostRounds) }
}
