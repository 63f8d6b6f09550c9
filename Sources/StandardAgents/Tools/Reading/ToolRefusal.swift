import Coordinator
import TelemetryCatalog

/// Why a tool does not do what it is asked, worded for the model: what, why, and what to do.
struct ToolRefusal: Error, Sendable, Hashable {
    let words: String

    init(_ words: String) { self.words = words }

    /// The refusal as the call's result.
    var result: ToolResult { ToolResult(words, isError: true, errorType: ErrorType.accessDenied) }
}

extension JSONValue {
    /// The schema of a tool's arguments: an object of these members and no others.
    static func arguments(_ properties: JSONObject, required: [String] = []) -> JSONValue {
        [
            "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    /// The schema of a text, described.
    static func text(_ description: String) -> JSONValue { ["type": "string", "description": .string(description)] }

    /// The schema of a whole number from 1, described.
    static func count(_ description: String) -> JSONValue {
        ["type": "integer", "minimum": 1, "description": .string(description)]
    }
}
