import Coordinator
import LanguageModels
import SourceCodeTestSupport
import StandardAgents
import Testing

/// What a drafter learns from the round before.
@Suite(.timeLimit(.minutes(5))) struct LastRounds {
    @Test func drafterSeesItsLastChangeAndWhatWasWrongWithIt() async throws {
        let files = ["a.py": "x = 1\n"]
        let repository = try await DrafterRepository(files)
        func edit(_ value: Int) -> String {
            #"{"summary":"s","edits":[{"path":"a.py","search":"x = 1\n","text":"x = \#(value)\n"}],"requirements":[]}"#
        }
        let model = WrittenModel(.text(edit(2)), .text(edit(3)))
        let coordinator = JobCoordinator(
            JobContext(
                id: "j", task: JobTask(description: "Mend it."), artifacts: ["code": ["a.py": "x = 1\n"]]))
        try coordinator.register(
            AgentTask(
                "drafter", role: .drafter,
                agent: DrafterAgent(workspace: repository.path, model: AgentModel(model, contextTokens: 8192))))
        try coordinator.register(
            AgentTask(
                "validator", role: .validator, needs: ["drafter"],
                agent: ClosureAgent { view, attempt in
                    let passed = try view.value(at: "artifacts.patch")?.stringValue?.contains("+x = 3") ?? false
                    let run: JSONValue = [
                        "argv": ["pytest", "-q"], "outcome": "failed", "output_tail": "1 failed: x is 2",
                        "error_tail": "",
                    ]
                    return Contribution(set: [
                        "artifacts.validation": [
                            "passed": .bool(passed), "commands": passed ? [] : [run],
                            "requirements": [["text": "x is 3.", "status": "failed", "reason": "It is 2."]],
                        ]
                    ])
                }))
        try coordinator.register(
            Repeat(
                "fix", agents: ["drafter", "validator"], until: .equals("artifacts.validation.passed", true), atMost: 3)
        )
        let result = try await coordinator.executeParallel()
        #expect(result.artifacts["patch"]?.stringValue?.contains("+x = 3") == true)
        #expect(model.requests.count == 2)
        guard case .user(let first) = try #require(model.requests.first).messages[0],
            case .user(let second) = try #require(model.requests.last).messages[0]
        else { return }
        #expect(!first.contains("Your last change"))
        for words in [
            "Your last change, as a unified diff:", "+x = 2", "What was wrong with it:", "pytest -q: failed",
            "1 failed: x is 2",
            "Not met: x is 3. It is 2.",
        ] { #expect(second.contains(words), "\(words)") }
    }
}
