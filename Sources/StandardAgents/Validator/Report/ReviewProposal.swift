import Coordinator

/// What a model is asked for when it validates: verdicts with places that show them, tests, and what to look at.
package struct ReviewProposal: Sendable, Hashable, Codable {
    /// What the model holds of a requirement.
    package enum Verdict: String, Sendable, Hashable, Codable { case met, unmet, unclear }

    /// A place that is said to show it.
    package struct Citation: Sendable, Hashable, Codable {
        package var path: String
        /// A line of that file.
        package var quote: String
    }

    /// One requirement.
    package struct Requirement: Sendable, Hashable, Codable {
        /// Its number, from 1.
        package var number: Int
        package var verdict: Verdict
        package var reason: String
        package var evidence: [Citation]
    }

    /// One new test file.
    package struct TestFile: Sendable, Hashable, Codable {
        package var path: String
        package var content: String
        /// The numbers of the requirements it is for.
        package var requirements: [Int]
    }

    package var requirements: [Requirement]
    package var tests: [TestFile]
    package var checklist: [String]

    /// Its form; every member is required and none beyond is allowed.
    package static let schema: JSONValue = .closedObject([
        "requirements": [
            "type": "array",
            "items": .closedObject([
                "number": ["type": "integer"], "verdict": ["enum": ["met", "unmet", "unclear"]],
                "reason": ["type": "string"],
                "evidence": [
                    "type": "array",
                    "items": .closedObject(["path": ["type": "string"], "quote": ["type": "string"]]),
                ],
            ]),
        ],
        "tests": [
            "type": "array",
            "items": .closedObject([
                "path": ["type": "string"], "content": ["type": "string"],
                "requirements": ["type": "array", "items": ["type": "integer"]],
            ]),
        ],
        "checklist": ["type": "array", "items": ["type": "string"]],
    ])
}
