import Coordinator
import Foundation
import JobFile
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SchemaTests {
    /// The validator of the test environment; `scripts/test` installs it.
    private static let checker: String = {
        let given = ProcessInfo.processInfo.environment["COORDINATOR_TEST_VENV"]
        let root = Examples.folder.deletingLastPathComponent()
        return (given.map { URL(filePath: $0) } ?? root.appending(path: ".build/venv")).appending(
            path: "bin/check-jsonschema"
        ).path
    }()

    private static let isInstalled = FileManager.default.isExecutableFile(atPath: checker)

    private func check(_ arguments: [String]) async throws -> Program {
        try await Program.run(URL(filePath: Self.checker), arguments)
    }

    private func withFiles<Result>(
        _ files: [String: String], _ body: (URL) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        return try await body(folder.url)
    }

    @Test(.enabled(if: isInstalled, "check-jsonschema is not installed"))
    func jobSchemaIsValidJSONSchema() async throws {
        try await withFiles(["schema.json": JobFileSchema.json]) { folder in
            let found = try await check(["--check-metaschema", folder.appending(path: "schema.json").path])
            #expect(found.status == 0, "\(found.output)")
        }
    }

    @Test(.enabled(if: isInstalled, "check-jsonschema is not installed"))
    func schemaAcceptsTheExamples() async throws {
        let paths = try Examples.names().map { Examples.folder.appending(path: $0).path }
        try await withFiles(["schema.json": JobFileSchema.json]) { folder in
            let found = try await check(["--schemafile", folder.appending(path: "schema.json").path] + paths)
            #expect(found.status == 0, "\(found.output)")
        }
    }

    @Test(.enabled(if: isInstalled, "check-jsonschema is not installed"))
    func schemaRefusesWhatTheReaderRefuses() async throws {
        let broken = [
            "workflow: w", "workflow: w\nagents: []", "[]", agent("timout: 5s"), agent("timeout: 30"),
            agent("timeout: 5 s"), agent("timeout: 5s, timeouts: {attempt: 5s}"), agent("max_retries: -1"),
            agent("max_retries: 1, retry: {}"), agent("command: [x]"), agent("env: [X]"), agent("fixers: [ruff]"),
            agent("sandbox: true"), program("sandbox: bubblwrap"), program("sandbox: [true]"),
            program("sandbox: {level: all}"), program("sandbox: {reads: [a]}"), program("sandbox: {reads: [/a, /a]}"),
            program("sandbox: {limits: {memory: 2GB}}"), program("sandbox: {limits: {memory: 1}}"),
            program("sandbox: {limits: {processes: 0}}"), program("sandbox: {limits: {cpu: 60}}"),
            agent("required: \"yes\""),
            agent("needs: b"),
            agent("when: {}"), agent("when: {exists: a, not: {exists: b}}"), agent("when: {not: {exist: a}}"),
            agent("slo: {success: 99}"), agent("role: {read: []}"), agent("role: 'a b'"),
            "workflow: w\nagents: [{name: a, uses: command}]", "workflow: w\nagents: [{name: a, uses: http}]",
            "workflow: w\nagents: [{name: a, uses: command, command: x y}]",
            "workflow: w\nagents: [{name: a, uses: command, command: []}]",
            "workflow: w\nagents: [{name: a, uses: http, url: 'ftp://x'}]",
            agent("required: true", and: "limits: {concurrency: 0}"),
            agent("required: true", and: "resources: {m: {rate: 60/minute}}"),
            agent("required: true", and: "artifacts: {c: {include: []}}"),
            agent("required: true", and: "artifacts: {c: {include: [a], exlude: [b]}}"),
            agent("required: true", and: "fields: {a: {merge: apend}}"),
            agent("required: true", and: "task: {validation: [git]}"),
            agent("required: true", and: "task: {requirements: [{verify: [[git]]}]}"),
            agent("required: true", and: "task: {requirements: [{text: a, verify: [git]}]}"),
            agent("required: true", and: "task: {requirements: [{text: a, verfy: [[git]]}]}"),
            agent("required: true", and: "limits: {require: {equals: {path: artifacts.context}}}"),
            agent("required: true", and: "limits: {require: {equals: {}}}"),
            agent("required: true", and: "limits: {require: {one_of: {artifacts.context: 1}}}"),
            agent("required: true", and: "limits: {require: true}"),
            agent("as: file"), agent("quorum: {at_least: 1}"), agent("for_each: [a]"),
            agent("for_each: task, as: 'a b'"),
            agent("for_each: task, as: task"), agent("for_each: task, at_most: 0"),
            agent("for_each: task, quorum: {at_least: 0.5}"), agent("for_each: task, quorum: {}"),
            agent("required: true", and: "repeat: [{name: r, agents: [a]}]"),
            agent("required: true", and: "repeat: [{name: r, agents: [], until: {exists: task}}]"),
            agent("required: true", and: "repeat: [{name: r, agents: [a], until: {exists: task}, at_most: 101}]"),
            agent("required: true", and: "repeat: {name: r, agents: [a], until: {exists: task}}"),
            agent("instructions: Say it."), agent("tools: [files]"), modelAgent("input: [task]"),
            modelAgent("instructions: ''"), modelAgent("instructions: Say it., tools: [shell]"),
            modelAgent("instructions: Say it., tools: [{shell: {}}]"),
            modelAgent("instructions: Say it., tools: [{shell: {commands: [[x]]}, mcp: y}]"),
            modelAgent("instructions: Say it., tools: [{allow: [x]}]"),
            modelAgent("instructions: Say it., tools: [{shell: {commands: [[x]]}, allow: [x]}]"),
            modelAgent("instructions: Say it., limits: {turns: 0}"),
            modelAgent("instructions: Say it., limits: {tool_timeout: 5}"),
            modelAgent("instructions: Say it., output: {schema: x.yaml}"),
            modelAgent("instructions: Say it., output: {to: review}"),
            modelAgent("instructions: Say it., input: [a b, 7]"),
            modelAgent("instructions: Say it.", and: "tools: {g: {}}"),
            modelAgent("instructions: Say it.", and: "tools: {g: {mcp: {}}}"),
            modelAgent("instructions: Say it.", and: "tools: {g: {mcp: {command: [x], url: 'http://x'}}}"),
            modelAgent("instructions: Say it.", and: "tools: {g: {mcp: {command: [x], token_env: T}}}"),
            modelAgent("instructions: Say it.", and: "tools: {g: {mcp: {url: 'http://x', env: [T]}}}"),
            modelAgent("instructions: Say it.", and: "tools: {shell: {mcp: {command: [x]}}}"),
            modelAgent("instructions: Say it.", and: "tools: {a__b: {mcp: {command: [x]}}}"),
            modelAgent("instructions: Say it.", and: "tools: {g: {mcp: {command: [x]}, effects: {a: 1}}}"),
        ]
        let files = Dictionary(
            uniqueKeysWithValues: broken.enumerated().map { ("broken-\($0.offset).yaml", $0.element) })
        let others = [
            "schema.json": JobFileSchema.json, "right.yaml": agent("timeout: 5s"),
            "fixers-right.yaml": "workflow: w\nagents: [{name: a, uses: drafter, fixers: [eslint, clang-format]}]",
            "variables-right.yaml": "workflow: w\nagents: [{name: a, uses: validator, env: [DATABASE_URL]}]",
            "sandbox-right.yaml": program(
                "sandbox: {level: landlock, reads: [/srv], limits: {memory: 1GiB, file_size: 4096, cpu: 1m}}"),
            "sandbox-level-right.yaml": program("sandbox: none"), "sandbox-word-right.yaml": program("sandbox: false"),
            "items-right.yaml": """
            workflow: w
            fields: {findings: {merge: append}}
            repeat: [{name: r, agents: [a], until: {exists: findings}, at_most: 2}]
            agents:
            - name: a
              uses: command
              command: [x]
              role: {writes: [findings]}
              for_each: task.requirements
              as: sentence
              at_most: 7
              concurrency: 2
              quorum: {at_least: 95%}
            """,
            "model-right.yaml": """
            workflow: w
            tools:
              github: {mcp: {command: [gh-mcp, stdio], env: [GITHUB_TOKEN], sandbox: true}, effects: {get_issue: false}}
              wiki: {mcp: {url: 'https://wiki.example/mcp', token_env: WIKI}}
            agents:
            - name: a
              uses: model
              model: ollama/smollm2
              instructions: prompts/a.md
              input: [task, file]
              for_each: task.requirements
              as: file
              output: {schema: {type: object, properties: {a: {type: string}}}, to: artifacts.review}
              tools: [files, edit, {shell: {commands: [[swift, test]], sandbox: landlock}}, {mcp: github, allow: [get_issue]}, {mcp: wiki}]
              limits: {turns: 3, tool_calls: 0, tool_timeout: 5s}
              approve: [shell, wiki.*]
            """,
            "model-schema-right.yaml": modelAgent("instructions: Say it., output: {schema: a.json}"),
            "requirements-right.yaml": agent(
                "when: {equals: {artifacts.context: 1}}",
                and: """
                    task: {requirements: [fast, {text: small, verify: [[du]]}]}
                    limits: {require: {all: [{equals: {artifacts.context.x: true}}, {one_of: {path: task, values: [1]}}]}}
                    """),
        ]
        try await withFiles(files.merging(others) { $1 }) { folder in
            let right = [
                "right.yaml", "fixers-right.yaml", "variables-right.yaml", "requirements-right.yaml",
                "items-right.yaml", "sandbox-right.yaml", "model-right.yaml", "model-schema-right.yaml",
                "sandbox-level-right.yaml", "sandbox-word-right.yaml",
            ]
            let paths = (files.keys.sorted() + right).map {
                folder.appending(path: $0).path
            }
            let found = try await check(
                ["--output-format", "json", "--schemafile", folder.appending(path: "schema.json").path] + paths)
            #expect(!found.output.contains("right.yaml"), "the schema refuses what is right")
            for (name, text) in files {
                #expect(found.output.contains(name), "the schema accepts:\n\(text)")
                #expect(!mistakes(in: text).isEmpty, "the reader accepts:\n\(text)")
            }
        }
    }

    @Test func schemaReferencesResolveAndEveryKeyIsDescribed() {
        var (references, described) = (0, 0)
        func walk(_ value: JSONValue, at path: String) {
            switch value {
            case .object(let members):
                if let target = members["$ref"]?.stringValue {
                    references += 1
                    let name = target.replacing("#/$defs/", with: "")
                    #expect(JobFileSchema.document["$defs"]?[name] != nil, "\(path): \(target)")
                }
                for (key, property) in members["properties"]?.objectValue ?? [:] where !path.contains("/if/") {
                    described += 1
                    #expect(property["description"]?.stringValue?.isEmpty == false, "\(path)/\(key)")
                }
                for (key, member) in members { walk(member, at: "\(path)/\(key)/") }
            case .array(let elements): for element in elements { walk(element, at: path) }
            default: break
            }
        }
        walk(JobFileSchema.document, at: "")
        #expect(references > 0 && described > 0)
    }

    @Test func everyKeyOfTheSchemaIsCheckedByTheReader() async throws {
        let properties = try #require(JobFileSchema.document["$defs"]?["agent"]?["properties"]?.objectValue)
        // A path cannot be a number anywhere; only `$schema`, conditions' values and artifacts take anything.
        for key in properties.keys where !["name", "uses"].contains(key) {
            let found = mistakes(in: agent("\(key): [[7]]"))
            #expect(found.contains { $0.contains("agents[0].\(key)") }, "\(key) is not checked")
        }
        let members = try #require(JobFileSchema.document["properties"]?.objectValue)
        for key in members.keys where key != "decisions" {
            let found = mistakes(in: "\(key): 7.5\n")
            #expect(
                found.contains { $0.hasPrefix("x.yaml:1:\(key.string.count + 3): ") }, "\(key) is not checked: \(found)"
            )
        }
    }
}
