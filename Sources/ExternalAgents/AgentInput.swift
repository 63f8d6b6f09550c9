import Coordinator
import Support

/// The input of an agent in another language or on another machine: one JSON document.
struct AgentInput: Sendable {
    /// The version of the document's format.
    static let schemaVersion = 1

    /// The document's bytes.
    ///
    /// - Parameter deadline: how long the agent has; `nil` for no limit.
    /// - Throws: the encoder's error, for a number that JSON cannot express.
    static func bytes(_ view: RoleView, _ attempt: AttemptContext, deadline: Duration?) throws -> [UInt8] {
        var document: JSONObject = [
            "schema_version": .integer(Int64(schemaVersion)), "job_id": .string(attempt.jobID),
            "agent": .string(attempt.agent), "attempt": .integer(Int64(attempt.number)),
            "idempotency_key": .string(attempt.idempotencyKey),
            "deadline_ms": deadline.map { .integer($0.boundedMilliseconds) } ?? .null,
            "context": view.json,
        ]
        if let item = attempt.item {
            document["item"] = item.value
            document["item_index"] = .integer(Int64(item.index))
            if let key = item.key { document["item_key"] = .string(key) }
        }
        if let round = attempt.round { document["round"] = .integer(Int64(round)) }
        return Array(try JSONValue.object(document).json().utf8)
    }
}
