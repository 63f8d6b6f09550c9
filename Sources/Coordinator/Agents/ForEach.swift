import Support

/// Runs an agent once for each element of a list on the blackboard, or for each member of an object.
///
/// The list is read when the agent's needs are met. Each element is an *item*: it has its own attempts, its own outcome
/// and its own idempotency key. The agent sees its element at ``name``, beside what its role may read.
///
/// ```swift
/// AgentTask(
///     "review", role: reviewer, forEach: ForEach("artifacts.files", as: "file", quorum: .atLeastShare(0.95)),
///     agent: ClosureAgent { view, attempt in
///         let file = try attempt.item?.decode(as: String.self) ?? ""
///         return Contribution(append: ["findings": [.string("\(file): looked at")]])
///     })
/// ```
public struct ForEach: Sendable, Hashable {
    /// The path of the list or object.
    public var path: ContextPath
    /// The name by which the agent sees its element, at the root of its view.
    public var name: String
    /// The longest list that is worked on, 1 to ``mostItems``; a longer one fails the agent.
    public var atMost: Int { didSet { atMost = Self.inRange(atMost) } }
    /// Items that may run at once, 1 or more; `nil` for as many as the job lets run. An item that waits for somebody (see
    /// ``Suspension``) is not one of them.
    public var concurrency: Int? { didSet { concurrency = concurrency.map { max(1, $0) } } }
    /// How many items must succeed for the agent to succeed.
    public var quorum: ItemQuorum

    /// The name of an element unless said otherwise.
    public static let defaultName = "item"
    /// The longest list that is worked on unless said otherwise.
    public static let defaultAtMost = 500
    /// The longest list that may be allowed. A result, an event and a row of the report are kept of each item.
    public static let mostItems = 10_000

    /// Names a list and says how its elements are worked on. Figures out of their range count as the nearest in it.
    public init(
        _ path: ContextPath, as name: String = ForEach.defaultName, atMost: Int = ForEach.defaultAtMost,
        concurrency: Int? = nil, quorum: ItemQuorum = .all
    ) {
        self.path = path
        self.name = name
        self.atMost = Self.inRange(atMost)
        self.concurrency = concurrency.map { max(1, $0) }
        self.quorum = quorum
    }

    private static func inRange(_ atMost: Int) -> Int { min(max(1, atMost), mostItems) }

    /// The fields of every blackboard, which no element may hide.
    package static let takenNames: Set = ["task", "constraints", "decisions", "artifacts", "agents", "signals"]

    /// Why an element cannot go by this name, in a sentence; `nil` when it can.
    package static func fault(inName name: String) -> String? {
        if takenNames.contains(name) {
            return "an element cannot be called '\(name)', since every blackboard has a field of that name; "
                + "choose another, such as '\(defaultName)'"
        }
        if let path = try? ContextPath(name), path.segments == [name] { return nil }
        let shown = ForeignText.line(String(ForeignText.cut(name, to: 64).text))
        return "'\(shown)' is no name for an element; write a letter or '_', then letters, digits, '_' and '-'"
    }
}

/// How many items of an agent must succeed for the agent to succeed.
///
/// ```swift
/// AgentTask("reviewer", forEach: files, quorum: .atLeastShare(0.95), writes: findings) { view, file, attempt in … }
/// ```
public enum ItemQuorum: Sendable, Hashable {
    /// Every item.
    case all
    /// At least this many; of a shorter list, all.
    case atLeast(Int)
    /// At least this share of the items, from 0 to 1.
    case atLeastShare(Double)

    /// How many of so many items must succeed; never more than there are.
    public func required(of count: Int) -> Int {
        switch self {
        case .all: count
        case .atLeast(let least): min(max(0, least), count)
        case .atLeastShare(let share): Self.share(share, of: count)
        }
    }

    /// Rounds up; a product that is whole but for the rounding of floating point is that whole number: 7 % of 100 are 7.
    private static func share(_ share: Double, of count: Int) -> Int {
        guard share < 1 else { return count }
        guard share > 0 else { return share.isNaN ? count : 0 }
        let exact = share * Double(count)
        let whole = exact.rounded()
        let isWhole = abs(exact - whole) <= exact * 4 * Double.ulpOfOne
        return min(Int(isWhole ? whole : exact.rounded(.up)), count)
    }
}
