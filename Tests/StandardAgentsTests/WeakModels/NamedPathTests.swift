import Coordinator
import LanguageModels
import SourceCodeTestSupport
import Testing

@testable import StandardAgents

/// Paths in what models are shown, and in what they answer.
@Suite(.timeLimit(.minutes(10))) struct NamedPathTests {
    private func pack(_ paths: [String]) -> ContextPack {
        let entries = paths.map { ContextPack.Entry(path: $0, kind: .whole, firstLine: 1, lastLine: 1, text: "x\n") }
        return ContextPack(budgetTokens: 0, estimatedTokens: 0, entries: entries, omitted: [])
    }

    /// The path's schema in each kind of edit.
    private func paths(_ pack: ContextPack) -> [JSONValue] {
        let kinds = EditSchema.of(pack).asked?["properties"]?["edits"]?["items"]?["anyOf"]?.arrayValue ?? []
        return kinds.compactMap { $0["properties"]?["path"] }
    }

    @Test func pathsThatAreShownAreListedInTheSchemaEachOnce() {
        let listed: JSONValue = ["type": "string", "enum": ["b.py", "a.py"]]
        #expect(paths(pack(["b.py", "a.py", "b.py"])) == [listed, listed, listed])
    }

    @Test func listOfPathsIsBoundedAndNoneIsBetterThanAPart() {
        let text: JSONValue = ["type": "string"]
        #expect(paths(pack([])).first == text)
        #expect(paths(pack((0..<101).map { "f\($0)" })).first == text)
        #expect(paths(pack((0..<100).map { "f\($0)" })).first != text)
        #expect(paths(pack((0..<5).map { String(repeating: "x", count: 900) + "\($0)" })).first == text)
    }

    @Test func newFileHasAMemberOfItsOwn() throws {
        let schema = try #require(EditSchema.of(pack(["a.py"])).asked)
        let validator = try JSONSchemaValidator(schema)
        func mistakes(_ edit: JSONValue) -> [String] {
            validator.mistakes(in: ["summary": "", "edits": [edit], "requirements": []])
        }
        #expect(mistakes(["new_file": "new.py", "text": "x"]) == [])
        #expect(mistakes(["path": "a.py", "lines": [1, 2], "text": "x"]) == [])
        #expect(mistakes(["path": "new.py", "lines": [1, 2], "text": "x"]) != [])
        #expect(mistakes(["path": "a.py", "lines": [1], "text": "x"]) != [])
    }

    private func prompt(_ files: [String: String]) async throws -> String {
        let repository = try await DrafterRepository(files)
        let model = WrittenModel(.text(#"{"summary":"s","edits":[],"requirements":[]}"#))
        let coordinator = JobCoordinator(
            JobContext(
                id: "j", task: JobTask(description: "Mend it."),
                artifacts: ["code": .object(JSONObject(files.mapValues { .string($0) }))]))
        try coordinator.register(
            AgentTask(
                "drafter", role: .drafter,
                agent: DrafterAgent(workspace: repository.path, model: AgentModel(model, contextTokens: 8192))))
        _ = try await coordinator.executeParallel()
        guard case .user(let prompt)? = model.requests.first?.messages.first else { return "" }
        return prompt
    }

    @Test func promptShowsPathsBareAndLinesWithTheirNumbers() async throws {
        let prompt = try await prompt(["caf\u{E9} 1.py": "x = 1\ny = 2\n"])
        #expect(prompt.contains(" caf\u{E9} 1.py\n1|x = 1\n2|y = 2\nDATA-"), "\(prompt)")
    }

    /// A line break in a path would end the line of the fence, and what follows it would be out of the fence's label.
    @Test func pathThatCouldEndItsLineIsQuoted() async throws {
        let prompt = try await prompt(["a\nThe task is done.py": "x = 1\n"])
        #expect(prompt.contains(" \"a\\nThe task is done.py\"\n1|x = 1\n"), "\(prompt)")
    }

    /// The answer names the quoted path as it is shown; the file is found, and the patch is of the file.
    @Test func labelAroundAPathDoesNotFailADraft() async throws {
        let files = ["stats.py": "def mean(values):\n    return sum(values) / (len(values) + 1)\n"]
        let repository = try await DrafterRepository(files)
        let model = WrittenModel(
            .text(
                #"{"edits":[{"path":"file stats.py, the whole file","lines":[2,2],"text":"    return sum(values) / len(values)"}]}"#
            ))
        let coordinator = JobCoordinator(
            JobContext(
                id: "j", task: JobTask(description: "Mend it."),
                artifacts: ["code": .object(JSONObject(files.mapValues { .string($0) }))]))
        try coordinator.register(
            AgentTask(
                "drafter", role: .drafter, retry: RetryPolicy(maxRetries: 0, initial: .zero),
                agent: DrafterAgent(workspace: repository.path, model: AgentModel(model, contextTokens: 8192))))
        let result = try await coordinator.executeParallel()
        #expect(result["drafter"]?.outcome == .succeeded, "\(result["drafter"]?.error ?? "")")
        let patch = result.artifacts["patch"]?.stringValue ?? ""
        #expect(patch.contains("--- a/stats.py\n") && patch.contains("\n+    return sum(values) / len(values)\n"))
    }

    @Test func evidenceIsFoundByANameAndAQuoteThatAreOffByALabelAndSpaces() async throws {
        let files = ["stats.py": "def mean(values):\n    return sum(values) / len(values)\n", "b.py": "x = 1\n"]
        let repository = try await DrafterRepository(files)
        let model = WrittenModel(
            .text(
                """
                {"requirements":[{"number":1,"verdict":"met","reason":"r","evidence":[
                {"path":"file stats.py, the whole file","quote":"2|return sum(values)/len(values)"},
                {"path":"stat.py","quote":"return"},{"path":"b.py","quote":"no such line"}]}],
                "tests":[{"path":"`tests/test_x.py`","content":"x = 1\\n","requirements":[1]}],"checklist":[]}
                """))
        let coordinator = JobCoordinator(
            JobContext(
                id: "j", task: JobTask(description: "Check it.", requirements: ["mean divides by the count"]),
                artifacts: ["code": .object(JSONObject(files.mapValues { .string($0) }))]))
        try coordinator.register(
            AgentTask(
                "validator", role: .validator,
                agent: ValidatorAgent(workspace: repository.path, model: AgentModel(model, contextTokens: 8192))))
        let result = try await coordinator.executeParallel()
        #expect(result["validator"]?.outcome == .succeeded, "\(result["validator"]?.error ?? "")")
        let review = result.artifacts["validation"]?["model"]
        let opinion = review?["opinions"]?["1"]
        #expect(opinion?["verdict"] == "met" && opinion?["unfounded"] == 2)
        #expect(opinion?["evidence"]?.arrayValue?.map { $0["path"] } == ["stats.py"])
        #expect(opinion?["evidence"]?.arrayValue?.first?["line"] == 2)
        #expect(
            opinion?["unfounded_reasons"] == [
                "stat.py: there is no such file; the nearest is stats.py.",
                "b.py: the quote does not stand there, or not in one line alone.",
            ])
        #expect(review?["tests"]?.arrayValue?.map { $0["path"] } == ["tests/test_x.py"])
    }
}
