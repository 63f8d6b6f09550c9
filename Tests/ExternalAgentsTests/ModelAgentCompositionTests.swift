import Coordinator
import CurlClient
import JobComposition
import JobFile
import Logging
import SourceCodeTestSupport
import Testing

/// Jobs with agents made of models, as they are composed: what of them is pinned, and what is refused.
@Suite(.timeLimit(.minutes(5))) struct ModelAgentComposition {
    private static let file = """
        workflow: look
        tools:
          notes: {mcp: {command: [printf, x], env: [NOTES]}, effects: {search: false}}
        agents:
          - name: a
            uses: model
            model: openai/gpt-4.1
            instructions: Say what is wrong.
            output: {schema: {type: object, properties: {fault: {type: string}}}}
            tools: [files, {shell: {commands: [[wc, -l]]}}, {mcp: notes, allow: [search]}]
            approve: [shell]
        """

    private func models(_ name: String? = nil) throws -> ModelSource {
        try ModelSource(
            environment: ["OPENAI_API_KEY": "sk-none", "ANTHROPIC_API_KEY": "sk-none"], name: name,
            client: SharedHTTPClient())
    }

    private func spec(
        _ text: String = Self.file, overrides: [String] = [], folder: JobFolder = .none
    ) throws -> JobSpecification {
        try JobFileReader.read(
            text, file: "job", options: .init(overrides: overrides, surroundings: JobSurroundings(folder: folder))
        ).get()
    }

    private func composed(_ spec: JobSpecification, _ models: ModelSource?) async throws -> JobComposer.ComposedJob {
        let scratch = try ScratchFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let composer = JobComposer(workspace: scratch.path, logger: logger, models: models)
        return try await composer.compose(spec, jobID: "job-1")
    }

    private func definitions(_ overrides: String...) async throws -> [PinnedDefinition] {
        let job = try await composed(try spec(overrides: overrides), try models()).coordinator
        try await job.submit()
        for try await event in job.events {
            guard case .jobSubmitted(let submitted) = event.payload else { break }
            return submitted.definitions
        }
        return []
    }

    /// What a job consists of that is to go on is the same, or its resumption says what is not.
    @Test func everyPartOfAnAgentMadeOfAModelIsPinned() async throws {
        let plain = try await definitions()
        #expect(
            plain.map(\.kind) == ["role", "policy", "model", "instructions", "schema", "tools", "tool server"])
        #expect(plain.map(\.name) == ["a", "a", "openai/gpt-4.1", "a", "a", "a", "notes"])
        let changes: [(override: String, kind: String)] = [
            ("agents.a.instructions=Say what is right.", "instructions"),
            ("agents.a.output.schema={type: object}", "schema"),
            ("agents.a.model=anthropic/claude-sonnet-4-5", "model"),
            ("agents.a.tools[0]=search", "tools"), ("agents.a.tools[1].shell.commands=[[wc]]", "tools"),
            ("agents.a.tools[1].shell.sandbox=none", "tools"), ("agents.a.tools[2].allow=[search, add]", "tools"),
            ("agents.a.limits={turns: 3}", "tools"), ("agents.a.limits={tool_timeout: 5s}", "tools"),
            ("agents.a.approve=[shell, notes.search]", "tools"),
            ("tools.notes.mcp.command=[printf, y]", "tool server"), ("tools.notes.mcp.env=[OTHER]", "tool server"),
            ("tools.notes.mcp.sandbox=true", "tool server"), ("tools.notes.effects={search: true}", "tool server"),
        ]
        for (override, kind) in changes {
            let changed = Set(try await definitions(override)).symmetricDifference(plain)
            #expect(Set(changed.map(\.kind)) == [kind], "\(override): \(changed)")
        }
    }

    @Test func agentWithoutAModelIsRefusedWithWhatToDo() async throws {
        let text = "workflow: w\nagents: [{name: a, uses: model, instructions: Say what is wrong.}]"
        for models in [nil, try models()] {
            let error = await #expect(throws: JobCompositionError.self) {
                _ = try await composed(try spec(text), models)
            }
            #expect(error?.code == .unavailableModel)
            #expect(error?.message.contains("write model: NAME in the job file, or give --model NAME") == true)
            let options = KnownAgents(AgentRegistry()).options(models: models)
            guard case .failure(let failure) = JobFileReader.read(text, file: "x", options: options) else {
                Issue.record("the file was taken")
                continue
            }
            #expect(failure.problems.map(\.path) == ["agents[0].uses"])
            #expect(failure.problems.first?.message.contains("docs/models.md") == true)
        }
        let named = try models("gpt-4.1")
        #expect(
            try await composed(try spec(text), named).notes.contains { $0.contains("gpt-4.1") && $0.hasSuffix("for a") }
        )
        #expect(
            (try? JobFileReader.read(text, file: "x", options: KnownAgents(AgentRegistry()).options(models: named))
                .get()) != nil)
    }

    @Test func schemaThatCannotBeUsedIsRefusedWhereItStands() throws {
        let text =
            "workflow: w\nagents:\n- {name: a, uses: model, instructions: Say it., output: {schema: {type: object, properties: {a: {formt: x}}}}}"
        let options = KnownAgents(AgentRegistry()).options(models: try models("gpt-4.1"))
        guard case .failure(let failure) = JobFileReader.read(text, file: "x.yaml", options: options) else {
            Issue.record("the schema was taken")
            return
        }
        #expect(
            failure.problems.map(\.description) == [
                "x.yaml:3:105: agents[0].output.schema.properties.a.formt: #/properties/a/formt: this keyword is not known "
                    + "here"
            ])
    }

    @Test func fileThatWasNotReadIsNotRun() async throws {
        let unread = try spec(overrides: ["agents.a.instructions=prompt.md"], folder: .unread)
        let error = await #expect(throws: JobCompositionError.self) { _ = try await composed(unread, try models()) }
        #expect(error?.message == "agent 'a': prompt.md was not read")
    }

    @Test func modelWithoutAPriceIsNamedWhereMoneyIsBounded() async throws {
        let text =
            "workflow: w\nlimits: {budget: {cost_usd: 1.0}}\nagents: [{name: a, uses: model, instructions: Say it., model: openai/nameless-1}]"
        let notes = try await composed(try spec(text), try models()).notes
        #expect(notes.contains { $0.contains("nameless-1 has no price") }, "\(notes)")
    }

    @Test func agentThatAsksBeforeCallsNeedsSomebodyToAsk() throws {
        #expect(try spec().agents.first?.asksPeople == true)
        #expect(try spec(overrides: ["agents.a.approve=[]"]).agents.first?.asksPeople == false)
    }
}
