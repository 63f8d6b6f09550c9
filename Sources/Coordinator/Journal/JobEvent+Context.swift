import Support

// What events say of the blackboard.

extension JobEvent {
    /// A contribution was merged.
    public struct ContextCommitted: Sendable, Hashable {
        /// The contribution that was merged.
        public let contribution: Contribution
        /// The contribution's position in the fold.
        public let order: WriteOrder
        /// The resulting values of fields whose reducer is code, by field: a replay has no code to run.
        public let reduced: [ContextPath: JSONValue]
        /// Who sent the signal that it was; `nil` for an agent's.
        public let by: String?

        init(
            contribution: Contribution, order: WriteOrder, reduced: [ContextPath: JSONValue] = [:], by: String? = nil
        ) {
            self.contribution = contribution
            self.order = order
            self.reduced = reduced
            self.by = by
        }
    }

    /// Two writers conflicted on a field that allows one; both values are kept here.
    public struct ContextConflict: Sendable, Hashable, Codable {
        /// The paths of the conflict.
        public let paths: [ContextPath]
        /// The values on the blackboard, by path.
        public let kept: JSONObject
        /// The agents that wrote them.
        public let writers: [String]
        /// The contribution that was refused.
        public let refused: Contribution
        /// The reason for the refusal, in words.
        public let message: String
    }

    /// The paths that a refusal concerns.
    public struct Paths: Sendable, Hashable, Codable {
        /// The paths.
        public let paths: [ContextPath]
        /// The reason for the refusal, in words.
        public let message: String
    }
}

extension JobEvent.ContextCommitted: Codable {
    enum CodingKeys: String, CodingKey {
        case contribution, stage, round
        case stageInRound = "stage_in_round"
        case registration, item, reduced, by
    }

    /// Reads the payload; a part of the order that is not there is 0.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        contribution = try container.decode(Contribution.self, forKey: .contribution)
        order = WriteOrder(
            stage: try container.decode(Int.self, forKey: .stage),
            round: try container.decodeIfPresent(Int.self, forKey: .round) ?? 0,
            stageInRound: try container.decodeIfPresent(Int.self, forKey: .stageInRound) ?? 0,
            registration: try container.decode(Int.self, forKey: .registration),
            item: try container.decodeIfPresent(Int.self, forKey: .item) ?? 0)
        var reduced: [ContextPath: JSONValue] = [:]
        for (text, value) in try container.decodeIfPresent(JSONObject.self, forKey: .reduced) ?? [:] {
            reduced[try ContextPath(text.string)] = value
        }
        self.reduced = reduced
        by = try container.decodeIfPresent(String.self, forKey: .by)
    }

    /// Writes the payload, without the parts of the order that are 0 for every plain agent.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(contribution, forKey: .contribution)
        try container.encode(order.stage, forKey: .stage)
        if order.round != 0 { try container.encode(order.round, forKey: .round) }
        if order.stageInRound != 0 { try container.encode(order.stageInRound, forKey: .stageInRound) }
        try container.encode(order.registration, forKey: .registration)
        if order.item != 0 { try container.encode(order.item, forKey: .item) }
        try container.encodeIfPresent(by, forKey: .by)
        guard !reduced.isEmpty else { return }
        let texts = reduced.map { (ExactString($0.key.description), $0.value) }
        try container.encode(Dictionary(texts, uniquingKeysWith: { first, _ in first }), forKey: .reduced)
    }
}
