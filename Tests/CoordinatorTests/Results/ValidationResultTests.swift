import Coordinator
import Testing

/// What a result says of the job's validation.
@Suite(.timeLimit(.minutes(10))) struct ValidationResults {
    private func result(_ validation: JSONValue?) async throws -> JobResult {
        try await runJob(
            AgentTask("validator", role: .validator) { _, _ in
                validation.map { .artifact("validation", $0) } ?? Contribution()
            }
        ).result
    }

    @Test func resultHoldsTheValidationThatAnAgentWrote() async throws {
        let result = try await result([
            "passed": false, "statement": "It failed.", "copy": ["file_count": 1],
            "commands": [
                [
                    "argv": ["make", "test"], "outcome": "failed", "exit_status": 2, "headline": "x",
                    "output_tail": "y",
                ],
                ["argv": ["sleep", "9"], "outcome": "timed_out"],
            ],
            "requirements": [["text": "fast", "status": "failed", "reason": "slow", "places": []]],
        ])
        let document = try JSONValue(encoding: result)
        #expect(
            document["validation"] == [
                "passed": false, "statement": "It failed.",
                "commands": [
                    [
                        "argv": ["make", "test"], "outcome": "failed", "exit_status": 2, "signal": nil,
                        "headline": "x",
                    ],
                    [
                        "argv": ["sleep", "9"], "outcome": "timed_out", "exit_status": nil, "signal": nil,
                        "headline": nil,
                    ],
                ],
                "requirements": [["text": "fast", "status": "failed", "reason": "slow"]],
            ])
        let read: JobResult = try document.decoded()
        #expect(read == result && read.validation == result.validation)
    }

    @Test func absentValidationAndErrorAreNull() async throws {
        let document = try JSONValue(encoding: try await result(nil))
        for member in ["validation", "error", "error_type"] {
            #expect(document.objectValue?[member] == .null, "\(member)")
        }
    }

    /// Whatever an agent writes at `artifacts.validation`, its result is written.
    @Test(
        arguments: [
            nil, true, 7, "passed", [], ["passed"], [:], ["passed": "yes"], ["passed": nil],
            ["verdict": "supported"],
        ] as [JSONValue])
    func valueOfAnotherFormIsNoValidation(value: JSONValue) async throws {
        #expect(try await result(value).validation == nil)
    }

    @Test func membersOfAnotherFormAreLeftOut() async throws {
        let validation = try await result([
            "passed": true, "statement": 1,
            "commands": [
                1, [], ["argv": []], ["argv": "x", "outcome": "passed"], ["argv": ["x"]],
                ["argv": ["rm", 1, "x"], "outcome": "passed"],
                ["argv": ["y"], "outcome": "passed", "exit_status": 1e300, "headline": ""],
            ],
            "requirements": ["fast", ["text": "fast"], ["text": "small", "status": "odd"]],
        ]).validation
        let read = try #require(validation)
        #expect(read.passed && read.statement == nil)
        #expect(read.commands.map(\.arguments) == [["y"]])
        #expect(read.commands.first?.exitStatus == nil && read.commands.first?.headline == nil)
        #expect(read.requirements.map(\.text) == ["small"])
    }
}
