#if Server
    import Foundation
    import TestSupport
    import Testing

    /// `validate`, `run` and a server are of one mind about a job file, and say it in the same words.
    @Suite(.timeLimit(.minutes(10))) struct SameMistakes {
        private struct Mistake: Decodable, Hashable {
            let line: Int
            let column: Int
            let path: String
            let message: String
        }

        private struct Problem: Decodable {
            let errors: [Mistake]
        }

        /// Job files, and words of each mistake in order of location; none for a file that can be run.
        private static let files: [(text: String, words: [String])] = [
            ("agents: [{name: a, uses: command, command: [echo, '{}']}]", []),
            (
                """
                agents:
                  - {name: a, uses: command, command: [x], role: {writes: [artifacts.x]}}
                  - {name: b, uses: command, command: [x], role: {writes: [artifacts.x]}}
                """, ["'a' and 'b' may both write artifacts.x"]
            ),
            (
                """
                fields: {plan: {merge: replace}}
                agents:
                  - {name: a, uses: command, command: [x], role: {writes: [plan]}}
                  - {name: b, uses: command, command: [x], role: {writes: [plan]}}
                """, ["order them with needs"]
            ),
            ("agents: [{name: a, uses: {capability: fly}}]", ["no agent has the capability 'fly'"]),
            ("agents: [{name: a, uses: nobody}]", ["there is no such agent as 'nobody'"]),
            (
                "agents: [{name: a, uses: words}, {name: b, uses: words}]",
                ["'a' and 'b' may both write artifacts.words"]
            ),
            (
                "agents: [{name: a, uses: {capability: count}}, {name: b, uses: words}]",
                ["may both write artifacts.words"]
            ),
            (
                """
                agents:
                  - {name: lint, uses: lint}
                  - {name: b, uses: command, command: [x], role: {writes: [artifacts.lint]}}
                """, ["'lint' and 'b' may both write artifacts.lint"]
            ),
            (
                "limits: {require: {exists: artifacts.wrods}}\nagents: [{name: a, uses: {capability: count}}]",
                ["no agent of this job may write artifacts.wrods"]
            ),
            (
                "agents: [{name: a, uses: {capability: draft}}, {name: b, uses: drafter}]",
                ["artifacts.draft", "artifacts.patch"]
            ),
            (
                "agents: [{name: a, uses: collector, fallback: b, needs: [b]}, {name: b, uses: drafter}]",
                ["wait for each other"]
            ),
            ("agents: [{name: a, uses: collector, resource: r}]", ["there is no resource 'r'"]),
            ("agents: [{name: a, uses: drafter, model: openai/gpt-x}]", ["needs a key: set OPENAI_API_KEY"]),
            ("agents: [{name: a, uses: drafter, model: openai/}]", ["openai"]),
            ("agents: [{name: a, uses: model, instructions: Say it.}]", ["none is named: write model: NAME"]),
            (
                "tools: {g: {mcp: {url: 'http://x', token_env: NO_TOKEN}}}\nagents: [{name: a, uses: model, model: ollama/x, instructions: Say it., tools: [{mcp: h}]}]",
                ["no variable NO_TOKEN", "there is no server 'h'"]
            ),
            (
                "agents: [{name: a, uses: model, model: ollama/x, instructions: Say it., output: {schema: {type: object, allOf: []}}}]",
                ["#/allOf: this keyword is not known here"]
            ),
            ("agents: [{name: a, uses: drafter, fallback: c, needs: [d]}]", ["no agent 'c'", "no agent 'd'"]),
            (
                "agents: [{name: a, uses: drafter, role: {reads: [task], redact: [{path: task, match: '('}]}}]",
                ["regular expression"]
            ),
            ("task: {validation: [[]]}\nagents: [{name: a, uses: validator}]", ["empty"]),
            ("limits: {quorum: {at_least: 3}}\nagents: [{name: a, uses: validator}]", ["3 agents cannot succeed"]),
            ("task: {description: a: b}\nagents: []", ["goes in quotes"]),
        ]

        @Test func validateRunAndAServerFindTheSameMistakes() async throws {
            let workspace = try TemporaryFolder()
            let agents = workspace.file("agents")
            try FileManager.default.createDirectory(at: agents, withIntermediateDirectories: true)
            try Data(
                """
                name: words
                version: "1"
                capabilities: [count]
                command: [echo, '{}']
                role: {reads: [task], writes: [artifacts.words]}
                """.utf8
            ).write(to: agents.appending(path: "words.yaml"))
            // Without a role it may write the artifact of its own name.
            try Data("name: lint\nversion: \"1\"\ncommand: [echo, '{}']\n".utf8)
                .write(to: agents.appending(path: "lint.yaml"))
            let server = try await ServerProcess(["serve", "--port", "0", "--workspace", workspace.path])
            for (text, words) in Self.files {
                let files = try JobFiles("workflow: w\n" + text)
                // What a former run left is not touched by one that is refused.
                try FileManager.default.createDirectory(atPath: files.out, withIntermediateDirectories: true)
                let former = URL(filePath: files.out).appending(path: "events.jsonl")
                try Data("former".utf8).write(to: former)
                let validated = try await CoordinatorProgram.run("validate", files.job, "--workspace", workspace.path)
                let ran = try await CoordinatorProgram.run(
                    "run", files.job, "--workspace", workspace.path, "--out", files.out, "--no-progress")
                let answer = try await server.ask("POST", "/v1/jobs", "workflow: w\n" + text)
                guard !words.isEmpty else {
                    #expect(
                        (validated.status, ran.status, answer.status) == (0, 0, 202), "\(text)\n\(ran.standardError)")
                    continue
                }
                #expect((validated.status, ran.status, answer.status) == (2, 2, 422), "\(text)\n\(answer.text)")
                #expect(validated.standardError == ran.standardError, "\(text)")
                #expect(try String(contentsOf: former, encoding: .utf8) == "former", "\(text)")
                let mistakes = try JSONDecoder().decode(Problem.self, from: Data(answer.body)).errors
                #expect(mistakes.count == words.count, "\(text)\n\(mistakes)")
                for (mistake, words) in zip(mistakes, words) {
                    #expect(mistake.message.contains(words), "\(text)\n\(mistake)")
                    let line =
                        "\(files.job):\(mistake.line):\(mistake.column): "
                        + (mistake.path.isEmpty ? "" : mistake.path + ": ") + mistake.message
                    #expect(validated.standardError.contains(line), "\(line)\n\(validated.standardError)")
                }
            }
            _ = try await server.end()
        }

        /// A second job may not declare a resource of the first otherwise; only a server shares them.
        @Test func aResourceThatAServerKnowsOtherwiseIsToldWhereTheFileDeclaresIt() async throws {
            let server = try await ServerProcess(["serve", "--port", "0"])
            let job = { (limit: Int) in
                "workflow: w\nresources: {r: {concurrency: \(limit)}}\nagents: [{name: a, uses: command, command: [echo, '{}']}]"
            }
            #expect(try await server.ask("POST", "/v1/jobs", job(1)).status == 202)
            let answer = try await server.ask("POST", "/v1/jobs", job(2))
            #expect(answer.status == 422)
            let mistakes = try JSONDecoder().decode(Problem.self, from: Data(answer.body)).errors
            #expect(mistakes.map(\.path) == ["resources.r"] && mistakes.map(\.line) == [2], "\(answer.text)")
            _ = try await server.end()
        }
    }
#endif
