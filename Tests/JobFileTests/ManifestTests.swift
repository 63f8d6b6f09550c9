import Coordinator
import Foundation
import JobFile
import Testing

/// Manifests of agents.
@Suite struct Manifests {
    private func read(_ text: String) -> Result<AgentManifest, JobFileProblems> {
        AgentManifestReader.read(Array(text.utf8), file: "agents/a.yaml")
    }

    @Test func everyManifestKeyIsRead() throws {
        let manifest = try read(
            """
            name: lint
            version: "2.1"
            description: Looks for long lines.
            capabilities: [lint, review]
            command: [python3, tools/lint.py]
            env: [LINT_TOKEN]
            role: {reads: [task, artifacts.code], writes: [artifacts.lint]}
            policy: {timeout: 30s, max_retries: 1, idempotent: false, breaker: {min_calls: 5}}
            slo: {success: 99%}
            """
        ).get()
        #expect(manifest.name == "lint" && manifest.version == "2.1" && manifest.capabilities == ["lint", "review"])
        #expect(
            manifest.implementation == .command(["python3", "tools/lint.py"]) && manifest.variables == ["LINT_TOKEN"])
        #expect(manifest.defaults.role?.name == "lint" && manifest.defaults.role?.writes == ["artifacts.lint"])
        #expect(manifest.defaults.timeouts?.attempt == .seconds(30) && manifest.defaults.retry?.maxRetries == 1)
        #expect(manifest.defaults.idempotent == false && manifest.defaults.breaker?.minimumCalls == 5)
        #expect(manifest.objective?.success == 0.99)
    }

    @Test func minimalManifestHasNameVersionAndImplementation() throws {
        let manifest = try read("{name: a, version: '1', http: 'http://127.0.0.1:9/agent'}").get()
        #expect(manifest.implementation == .http(url: "http://127.0.0.1:9/agent"))
        #expect(manifest.defaults == AgentDefaults() && manifest.capabilities.isEmpty)
        #expect(try read("{name: a, version: '1', command: [x], role: drafter}").get().defaults.role == .drafter)
    }

    @Test(
        arguments: [
            ("{version: '1', command: [x]}", "1:1: the key 'name' is missing"),
            ("{name: a, command: [x]}", "the key 'version' is missing"),
            ("{name: a, version: 1.0, command: [x]}", "expected text, found the number"),
            ("{name: a, version: '1'}", "one of the keys 'command' and 'http' is missing"),
            ("{name: a, version: '1', command: [x], http: 'http://h'}", "exclude each other"),
            ("{name: a, version: '1', http: 'http://h', env: [X]}", "the key 'env' goes with command"),
            ("{name: a, version: '1', command: x y}", "never handed to a shell"),
            ("{name: a, version: '1', command: [x], env: [X=secret]}", "'X' is not a variable's name"),
            ("{name: collector, version: '1', command: [x]}", "the name of an agent that ships"),
            ("{name: a, version: '1', command: [x], role: draftr}", "did you mean 'drafter'?"),
            (
                "{name: a, version: '1', command: [x], policy: {timeout: 1s, timeouts: {attempt: 1s}}}",
                "exclude each other"
            ),
            ("{name: a, version: '1', command: [x], policy: {retries: 1}}", "did you mean 'max_retries'?"),
            ("{name: a, version: '1', comand: [x]}", "did you mean 'command'?"),
            ("{name: a, version: '1', command: [x], capabilities: review}", "[review]"),
            ("- a", "an object that describes"),
        ])
    func mistakesAreReportedWithTheirLocation(text: String, words: String) {
        guard case .failure(let problems) = read(text) else { return #expect(Bool(false), "\(text) is taken") }
        #expect(problems.description.contains(words), "\(problems)")
        #expect(problems.description.contains("agents/a.yaml:"))
        #expect(!problems.description.contains("secret"))
    }

    /// The schema and the reader are made of the same tables; a validator of somebody else's agrees with both.
    @Test func manifestSchemaDescribesEveryKey() throws {
        let schema = AgentManifestSchema.document
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
        let properties = try #require(schema["properties"]?.objectValue)
        #expect(
            Set(properties.keys) == [
                "name", "version", "description", "capabilities", "command", "http", "env", "sandbox", "role", "policy",
                "slo",
            ])
        for (name, property) in properties where property["$ref"] == nil {
            #expect(property["description"]?.stringValue?.isEmpty == false, "\(name)")
        }
    }

    @Test func jobFilesUseManifestsByNameAndCapability() throws {
        let text = """
            workflow: w
            agents:
              - {name: a, uses: lint}
              - {name: b, uses: {capability: review}, idempotent: false}
            """
        let job = try JobFileReader.read(text, file: "j", options: .init(manifests: ["lint"])).get()
        #expect(job.agents.map(\.uses) == [.manifest("lint"), .capability("review")])
        #expect(job.agents.map(\.idempotent) == [nil, false] && job.agents.map(\.retry) == [nil, nil])
        for (wrong, words) in [
            ("{name: a, uses: lnt}", "did you mean 'lint'?"),
            ("{name: a, uses: {capabilty: x}}", "did you mean 'capability'?"),
            ("{name: a, uses: lint, model: m}", "the key 'model' goes with collector"),
            (
                "{name: a, uses: collector, env: [X]}",
                "the key 'env' goes with uses: command or validator, not with uses: collector"
            ),
            ("{name: a, uses: {capability: 1x}}", "a name is a letter"),
            ("{name: a, uses: drafter, fixers: [clang_format]}", "did you mean 'clang-format'?"),
            (
                "{name: a, uses: validator, fixers: [ruff]}",
                "'fixers' goes with uses: drafter, not with uses: validator"
            ),
        ] {
            let result = JobFileReader.read(
                "workflow: w\nagents: [\(wrong)]", file: "j", options: .init(manifests: ["lint"]))
            guard case .failure(let problems) = result else {
                Issue.record("\(wrong) is taken")
                continue
            }
            #expect(problems.description.contains(words), "\(problems)")
        }
    }

    @Test func programsAndValidationCommandsMayBeGivenVariablesByName() throws {
        let text = """
            workflow: w
            agents:
              - {name: a, uses: command, command: [x], env: [GITHUB_TOKEN]}
              - {name: b, uses: validator, env: [DATABASE_URL, CARGO_HOME]}
            """
        let job = try JobFileReader.read(text, file: "j").get()
        #expect(job.agents.map(\.variables) == [["GITHUB_TOKEN"], ["DATABASE_URL", "CARGO_HOME"]])
    }

    @Test(
        arguments: [
            ("", nil), (", fixers: []", []), (", fixers: [eslint]", [.eslint]),
        ] as [(String, [AgentSpecification.Fixer]?)])
    func drafterMayBeGivenToolsByName(key: String, fixers: [AgentSpecification.Fixer]?) throws {
        let text = "workflow: w\nagents: [{name: a, uses: drafter\(key)}]"
        #expect(try JobFileReader.read(text, file: "j").get().agents.map(\.fixers) == [fixers])
    }

    /// Where it is known what agents can do, a word that none of them has is a mistake with a place.
    @Test(
        arguments: [
            ("reveiw", "review lint", "did you mean 'review'?"), ("sing", "review lint", "known are lint, review"),
            ("sing", "", "none is known"),
        ])
    func unknownCapabilityIsAMistake(word: String, all: String, words: String) throws {
        let known = Set(all.split(separator: " ").map(String.init))
        let text = "workflow: w\nagents: [{name: a, uses: {capability: \(word)}}]"
        let result = JobFileReader.read(text, file: "j", options: .init(capabilities: known))
        guard case .failure(let problems) = result else { return #expect(Bool(false), "\(word) is taken") }
        #expect(
            problems.description.contains("j:2:39: agents[0].uses.capability: no agent has the capability '\(word)'"))
        #expect(problems.description.contains(words), "\(problems)")
        #expect(try JobFileReader.read(text, file: "j").get().agents.map(\.uses) == [.capability(word)])
        #expect(throws: Never.self) {
            try JobFileReader.read(text, file: "j", options: .init(capabilities: known.union([word]))).get()
        }
    }

    @Test func agentModelIsInheritedNamedOrNone() throws {
        let text = """
            workflow: w
            agents:
              - {name: a, uses: drafter}
              - {name: b, uses: drafter, model: none, role: {writes: [artifacts.b]}}
              - {name: c, uses: drafter, model: ollama/q, role: {writes: [artifacts.c]}}
            """
        let job = try JobFileReader.read(text, file: "j").get()
        #expect(job.agents.map(\.model) == [.inherited, .rules, .named("ollama/q")])
    }
}
