/// The state of one agent on the blackboard, at `agents.<name>`.
public struct AgentState: Sendable, Hashable, Codable {
    /// The phase of a run. Raw values are the wire form; the final ones are those of ``AgentOutcome``.
    public enum Phase: String, Sendable, Hashable, Codable {
        case waiting, queued, running, suspended
        case backingOff = "backing_off"
        case succeeded, failed, timeout, cancelled, rejected, skipped
    }

    /// The agent's name.
    public var name: String
    /// The phase of its run.
    public var phase: Phase
    /// The number of the current or last attempt; 0 before the first.
    public var attempt: Int
    /// The last failure's `error.type`.
    public var errorType: String?
    /// The agent's message about its progress, or the last failure's text.
    public var message: String?

    /// Describes an agent.
    public init(name: String, phase: Phase, attempt: Int = 0, errorType: String? = nil, message: String? = nil) {
        self.name = name
        self.phase = phase
        self.attempt = attempt
        self.errorType = errorType
        self.message = message
    }

    /// The state as the blackboard shows it.
    var contextValue: JSONValue {
        var value: JSONObject = [
            "name": .string(name), "phase": .string(phase.rawValue), "attempt": .integer(Int64(attempt)),
        ]
        value["error_type"] = errorType.map { .string($0) }
        value["message"] = message.map { .string($0) }
        return .object(value)
    }

    enum CodingKeys: String, CodingKey {
        case name, phase, attempt
        case errorType = "error_type"
        case message
    }
}
