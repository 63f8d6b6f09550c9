/// The state of one agent on the blackboard, at `agents.<name>`.
///
/// ```swift
/// context.updateAgentState(AgentState(name: "collector", phase: .running, attempt: 1, message: "reads the files"))
/// ```
public struct AgentState: Sendable, Hashable, Codable {
    /// The phase of a run. Raw values are the wire form; the final ones are those of ``AgentOutcome``.
    public enum Phase: String, Sendable, Hashable, Codable {
        /// Agents that it needs have not succeeded yet.
        case waiting
        /// It waits for a slot of the job, of the runtime or of its resource.
        case queued
        /// An attempt runs.
        case running
        /// Its attempt waits for somebody's answer; see ``Suspension``.
        case suspended
        /// Nobody knows what its attempt has done, and somebody has to say so.
        case inDoubt = "in_doubt"
        /// An attempt failed, and another follows after a pause.
        case backingOff = "backing_off"
        /// The contribution was committed.
        case succeeded
        /// The last attempt failed.
        case failed
        /// A timeout passed.
        case timeout
        /// The job or the run was cancelled.
        case cancelled
        /// The run was refused before it reached the agent.
        case rejected
        /// A condition or a dependency said not to run.
        case skipped
    }

    /// The agent's name.
    public var name: String
    /// The phase of its run.
    public var phase: Phase
    /// The number of the current or last attempt; 0 before the first, and of an agent that runs for the elements of a list.
    public var attempt: Int
    /// The round of the agent's repeat, from 1; `nil` outside of one.
    public var round: Int?
    /// How far an agent is that runs for the elements of a list; `nil` before its list is read, and for other agents.
    public var items: ItemProgress?
    /// The last failure's `error.type`.
    public var errorType: String?
    /// The agent's message about its progress, or the last failure's text.
    public var message: String?

    /// Describes an agent.
    public init(
        name: String, phase: Phase, attempt: Int = 0, errorType: String? = nil, message: String? = nil,
        round: Int? = nil, items: ItemProgress? = nil
    ) {
        self.name = name
        self.phase = phase
        self.attempt = attempt
        self.errorType = errorType
        self.message = message
        self.round = round
        self.items = items
    }

    /// The state as the blackboard shows it.
    var contextValue: JSONValue {
        var value: JSONObject = [
            "name": .string(name), "phase": .string(phase.rawValue), "attempt": .integer(Int64(attempt)),
        ]
        value["error_type"] = errorType.map { .string($0) }
        value["message"] = message.map { .string($0) }
        value["round"] = round.map { .integer(Int64($0)) }
        value["items"] = items.map {
            ["count": .integer(Int64($0.count)), "ended": .integer(Int64($0.ended))]
        }
        return .object(value)
    }

    enum CodingKeys: String, CodingKey {
        case name, phase, attempt, round, items
        case errorType = "error_type"
        case message
    }
}

/// How many of the elements that an agent runs for are done.
public struct ItemProgress: Sendable, Hashable, Codable {
    /// How many elements there are.
    public var count: Int
    /// How many of their runs have ended, however they ended.
    public var ended: Int

    /// Counts elements.
    public init(count: Int, ended: Int = 0) {
        self.count = count
        self.ended = ended
    }
}
