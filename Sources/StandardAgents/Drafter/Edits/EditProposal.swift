import Coordinator

/// A drafting model's answer: pieces of files to replace.
package struct EditProposal: Sendable, Hashable, Codable {
    /// The replacement of one piece.
    package struct Edit: Sendable, Hashable, Codable {
        /// The file, relative to the workspace.
        package var path: String
        /// The piece as it is in the file; empty for a new file.
        package var search: String
        /// The replacement, or the new file's text.
        package var replace: String
    }

    /// The model's answer to one requirement.
    package struct Answer: Sendable, Hashable, Codable {
        /// The requirement's number, from 1.
        package var number: Int
        /// How the edits meet the requirement, or why they do not.
        package var answer: String
    }

    /// What the edits do, in a sentence or two.
    package var summary: String
    package var edits: [Edit]
    package var requirements: [Answer]

    /// The schema of the answer. Every member is required and no other is allowed, as all strict modes of structured
    /// output demand.
    package static let schema: JSONValue = .closedObject([
        "summary": ["type": "string"],
        "edits": [
            "type": "array",
            "items": .closedObject([
                "path": ["type": "string"], "search": ["type": "string"], "replace": ["type": "string"],
            ]),
        ],
        "requirements": [
            "type": "array",
            "items": .closedObject(["number": ["type": "integer"], "answer": ["type": "string"]]),
        ],
    ])
}

extension JSONValue {
    /// The schema of an object with exactly these members.
    static func closedObject(_ properties: JSONObject) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(properties.keys.sorted().map { .string($0.string) }), "additionalProperties": false,
        ]
    }
}
