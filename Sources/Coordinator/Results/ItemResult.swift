/// The result of an agent's run for one element of its list.
///
/// ```swift
/// for item in result["reviewer"]?.items ?? [] where item.outcome != .succeeded { print(item.index, item.error ?? "") }
/// ```
public struct ItemResult: Sendable, Hashable {
    /// The element's index, from 0; of an object, that of the member among the members in order of their keys.
    public var index: Int
    /// The member's key, where the elements are the members of an object; `nil` for a list.
    public var key: String?
    /// The round, from 1, in which it ran; `nil` outside of a repeat.
    public var round: Int?
    /// How the run ended.
    public var outcome: AgentOutcome
    /// The failure's `error.type`; `nil` for a success.
    public var errorType: String?
    /// The failure in words; `nil` for a success.
    public var error: String?
    /// Its attempts in order.
    public var attempts: [AttemptRecord]

    enum CodingKeys: String, CodingKey {
        case index, key, round, outcome, error, attempts
        case errorType = "error_type"
    }

    /// Describes the end of a run for an element.
    public init(
        index: Int, key: String? = nil, round: Int? = nil, outcome: AgentOutcome, errorType: String? = nil,
        error: String? = nil, attempts: [AttemptRecord] = []
    ) {
        self.index = index
        self.key = key
        self.round = round
        self.outcome = outcome
        self.errorType = errorType
        self.error = error
        self.attempts = attempts
    }
}
