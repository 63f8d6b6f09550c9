import Coordinator
import LanguageModels

/// A validating model's answer: verdicts with citations as evidence, tests, and points for a person to check.
package struct ReviewProposal: Sendable, Hashable, Codable {
    /// The model's judgement of a requirement.
    package enum Verdict: String, Sendable, Hashable, Codable { case met, unmet, unclear }

    /// A citation as evidence for a verdict.
    package struct Citation: Sendable, Hashable, Codable {
        package var path: String
        /// A line of the file.
        package var quote: String
    }

    /// The judgement of one requirement.
    package struct Requirement: Sendable, Hashable, Codable {
        /// The requirement's number, from 1.
        package var number: Int
        package var verdict: Verdict
        package var reason: String
        package var evidence: [Citation]
    }

    /// One new test file.
    package struct TestFile: Sendable, Hashable, Codable {
        package var path: String
        package var content: String
        /// The numbers of the requirements that the tests are for.
        package var requirements: [Int]
    }

    package var requirements: [Requirement]
    package var tests: [TestFile]
    package var checklist: [String]

    /// The form of the answer; every member is required and no other is allowed. Evidence is asked for by the paths of the
    /// files that are shown.
    package static func form(_ pack: ContextPack) -> OutputSchema {
        OutputSchema(
            name: "review", schema: schema(path: ["type": "string"]), asked: schema(path: PathChoices.schema(pack)))
    }

    private static func schema(path: JSONValue) -> JSONValue {
        .closedObject([
            "requirements": [
                "type": "array",
                "items": .closedObject([
                    "number": ["type": "integer"], "verdict": ["enum": ["met", "unmet", "unclear"]],
                    "reason": ["type": "string"],
                    "evidence": [
                        "type": "array",
                        "items": .closedObject(["path": path, "quote": ["type": "string"]]),
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
}
