import Support

/// What came of an approval, as `decisions` holds it.
///
/// ```swift
/// let decisions = try result.value(for: .decisions)?.compactMap { try? $0.decoded(as: ApprovalDecision.self) }
/// ```
public struct ApprovalDecision: Sendable, Hashable, Codable {
    /// The approval's name.
    public var agent: String
    /// The choice.
    public var choice: String
    /// Why, in the words of who answered.
    public var remark: String?
    /// Who answered: a token's name or a local user; `timeout` where nobody did in time; `nil` where it is not known.
    public var by: String?
    /// When the answer was taken.
    public var at: Timestamp
    /// The round that it was asked in; `nil` outside of a repeat.
    public var round: Int?
    /// The index of the item that it was asked about; `nil` for an approval that is not asked for each of a list.
    public var item: Int?
    /// The call that it is about; `nil` for a question of another kind.
    public var call: String?

    init(agent: String, choice: String, remark: String?, by: String?, at: Timestamp) {
        self.agent = agent
        self.choice = choice
        self.remark = remark
        self.by = by
        self.at = at
    }

    /// The decision as a value on the blackboard; a remark or a name that is not there is `null`.
    var json: JSONValue {
        var members: JSONObject = [
            "agent": .string(agent), "choice": .string(choice), "remark": remark.map { .string($0) } ?? .null,
            "by": by.map { .string($0) } ?? .null, "at": .string(at.description),
        ]
        members["round"] = round.map { .integer(Int64($0)) }
        members["item"] = item.map { .integer(Int64($0)) }
        members["call"] = call.map { .string($0) }
        return .object(members)
    }

    /// Whether it is the answer to this approval; `nil` stands for any round, or any item.
    package func answers(_ agent: String, round: Int?, item: Int?) -> Bool {
        self.agent == agent && (round == nil || self.round == round) && (item == nil || self.item == item)
    }

    /// Who decided what and when, for the refusal of a further answer.
    var words: String {
        let why = remark.map { " with the remark '\(ForeignText.line($0, atMost: 200))'" } ?? ""
        let who = by.map { ForeignText.line($0) } ?? "somebody"
        let what = call.map { " of call '\(ForeignText.line($0, atMost: 64))'" } ?? ""
        return "\(who) chose '\(choice)'\(what) at \(at)\(why)"
    }
}
