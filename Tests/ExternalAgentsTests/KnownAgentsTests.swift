import Coordinator
import CurlClient
import JobComposition
import JobFile
import Testing

/// What a job file is told of the agents and the models that it names.
@Suite struct KnownAgentsTests {
    private struct Silent: Agent {
        func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution { Contribution() }
    }

    @Test func anAgentWithoutARoleHasTheNarrowestAsInARun() {
        let registry = AgentRegistry()
        registry.register(.init("lint", capabilities: ["check"], agent: Silent()))
        let options = KnownAgents(registry).options(models: nil)
        let writer = "- {name: other, uses: command, command: [x], role: {writes: [artifacts.tidy]}}\n"
        for uses in ["lint", "{capability: check}"] {
            let text = "workflow: w\nagents:\n- {name: tidy, uses: \(uses)}\n"
            #expect((try? JobFileReader.read(text, file: "x.yaml", options: options).get()) != nil)
            guard case .failure(let failure) = JobFileReader.read(text + writer, file: "x.yaml", options: options)
            else {
                Issue.record("\(uses) may write what another agent does")
                continue
            }
            #expect(
                failure.problems.count == 1
                    && failure.problems[0].message.contains("'tidy' and 'other' may both write artifacts.tidy"),
                "\(failure.problems)")
        }
    }

    /// The mistakes of a file whose agents ask these models.
    private func mistakes(_ names: some Sequence<String>, and more: String = "", in models: ModelSource?) -> [String] {
        let agents = names.enumerated().map {
            "- {name: a\($0), uses: collector, role: {reads: [task]}, model: \($1)}\n"
        }
        let options = KnownAgents(AgentRegistry()).options(models: models)
        let text = "workflow: w\n\(more)\nagents:\n\(agents.joined())"
        guard case .failure(let failure) = JobFileReader.read(text, file: "x.yaml", options: options) else { return [] }
        return failure.problems.map(\.description)
    }

    private func source() throws -> ModelSource {
        try ModelSource(environment: ["OPENAI_API_KEY": "sk-1"], client: SharedHTTPClient())
    }

    @Test func lookingAModelUpMakesNone() throws {
        let source = try source()
        for round in 0..<3 {
            let names = (0..<ModelSource.limit).map { "openai/m\(round)-\($0)" }
            #expect(mistakes(names, and: "wrong: 1", in: source).count == 1)
        }
        #expect(mistakes(["openai/other"], in: source) == [])
    }

    @Test func oneFileNamesNoMoreModelsThanThereIsRoomFor() throws {
        let names = (0...ModelSource.limit).map { "openai/m\($0)" }
        let found = mistakes(names + names, in: try source())
        // The last name, where it stands first and where it stands again.
        #expect(found.count == 2 && found.allSatisfy { $0.contains("100 models are in use already") }, "\(found)")
        #expect(found.first?.hasPrefix("x.yaml:104:") == true, "\(found)")
    }

    @Test func modelsAreRefusedWhereThereAreNone() {
        let found = mistakes(["openai/m"], in: nil)
        #expect(
            found.count == 1
                && found[0].hasSuffix("agents[0].model: models are not set up here, so 'openai/m' cannot be asked"),
            "\(found)")
        #expect(mistakes(["none"], in: nil) == [])
    }
}
