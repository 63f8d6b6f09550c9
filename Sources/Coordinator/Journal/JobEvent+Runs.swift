// What events say of the elements that agents run for, and of the rounds of repeats.

extension JobEvent {
    /// An agent begins to run for the elements of its list.
    public struct ItemsStarted: Sendable, Hashable, Codable {
        /// How many elements there are; the values of elements are not copied into events.
        public let count: Int
    }

    /// A round of a repeat began.
    public struct RoundStarted: Sendable, Hashable, Codable {
        /// The repeat's name.
        public let `repeat`: String
        /// The round, from 1.
        public let round: Int
    }

    /// A registered repeat.
    public struct RegisteredRepeat: Sendable, Hashable, Codable {
        /// The repeat's name.
        public let name: String
        /// Its agents, in the order of their registration.
        public let agents: [String]
        /// The most rounds.
        public let atMost: Int

        enum CodingKeys: String, CodingKey {
            case name, agents
            case atMost = "at_most"
        }
    }
}

extension JobEvent.JobStarted: Codable {
    enum CodingKeys: String, CodingKey { case workflow, agents, repeats, context }

    /// Reads the payload; those of before there were repeats have none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        workflow = try container.decode(String.self, forKey: .workflow)
        agents = try container.decode([JobEvent.RegisteredAgent].self, forKey: .agents)
        repeats = try container.decodeIfPresent([JobEvent.RegisteredRepeat].self, forKey: .repeats) ?? []
        context = try container.decode(JSONValue.self, forKey: .context)
    }

    /// Writes the payload, without repeats where there are none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(workflow, forKey: .workflow)
        try container.encode(agents, forKey: .agents)
        if !repeats.isEmpty { try container.encode(repeats, forKey: .repeats) }
        try container.encode(context, forKey: .context)
    }
}
