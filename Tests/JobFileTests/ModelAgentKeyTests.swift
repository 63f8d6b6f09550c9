import Coordinator
import JobFile
import Testing

/// `uses: model` and the keys that go with it.
@Suite struct ModelAgentKeys {
    private static let servers =
        "tools: {github: {mcp: {command: [gh-mcp, stdio], env: [GITHUB_TOKEN]}, effects: {get_issue: false}}}"

    private static func file(_ keys: String, and more: String = servers) -> String {
        "workflow: w\n\(more)\nagents:\n- {name: a, uses: model, \(keys)}\n"
    }

    private static func model(_ read: JobSpecification) throws -> ModelAgentSpecification {
        guard case .model(let model)? = read.agents.first?.uses else {
            Issue.record("no agent made of a model was read")
            return ModelAgentSpecification(instructions: .init(""), output: .init(to: "artifacts.a"))
        }
        return model
    }

    @Test func everyKeyOfAnAgentMadeOfAModelIsRead() throws {
        let read = try job(
            """
            workflow: w
            \(Self.servers)
            artifacts: {patch: text}
            agents:
            - name: reviewer
              uses: model
              model: ollama/smollm2
              instructions: Find what is wrong.
              input: [task, artifacts.patch]
              output: {schema: {type: object, properties: {verdict: {type: string}}}, to: artifacts.review}
              tools:
              - files
              - search
              - context
              - edit
              - shell: {commands: [[swift, test]], sandbox: landlock}
              - {mcp: github, allow: [get_issue, create_issue]}
              limits: {turns: 5, tool_calls: 9, tool_timeout: 20s}
              approve: [shell, github.create_issue]
            """)
        let expected = ModelAgentSpecification(
            instructions: .init("Find what is wrong."), input: ["task", "artifacts.patch"],
            output: .init(
                schema: ["type": "object", "properties": ["verdict": ["type": "string"]]], to: "artifacts.review"),
            tools: [
                .files, .search, .context, .edit,
                .shell(commands: [["swift", "test"]], sandbox: SandboxPolicy(level: .landlock)),
            ], servers: [.init("github", allow: ["get_issue", "create_issue"])],
            limits: ConversationLimits(turns: 5, toolCalls: 9, toolTimeout: .seconds(20)),
            approve: ["shell", "github.create_issue"])
        #expect(try Self.model(read) == expected)
        #expect(read.agents.first?.model == .named("ollama/smollm2"))
        #expect(
            read.tools == [
                "github": ToolServerSpecification(
                    .command(["gh-mcp", "stdio"], variables: ["GITHUB_TOKEN"], sandbox: nil),
                    effects: ["get_issue": false])
            ])
    }

    @Test func instructionsAloneMakeAnAgent() throws {
        let read = try job("workflow: w\nagents: [{name: a, uses: model, instructions: Say what is wrong.}]")
        let expected = ModelAgentSpecification(
            instructions: .init("Say what is wrong."), input: ["task"], output: .init(to: "artifacts.a"))
        #expect(try Self.model(read) == expected)
        #expect(read.agents.first?.role == Role(name: "a", reads: ["task"], writes: ["artifacts.a"]))
        #expect(expected.limits == ConversationLimits(turns: 20, toolCalls: 60, toolTimeout: .seconds(60)))
    }

    @Test func serversAreProgramsOrServices() throws {
        let read = try job(
            """
            workflow: w
            tools:
              notes: {mcp: {command: [python3, notes.py], sandbox: true}}
              wiki: {mcp: {url: https://wiki.example/mcp, token_env: WIKI_TOKEN}, effects: {read: false, write: true}}
            agents:
            - {name: a, uses: model, instructions: Look it up., tools: [{mcp: notes}, {mcp: wiki}], approve: [wiki.*]}
            """)
        #expect(
            read.tools["notes"]
                == ToolServerSpecification(.command(["python3", "notes.py"], variables: [], sandbox: SandboxPolicy())))
        #expect(
            read.tools["wiki"]
                == ToolServerSpecification(
                    .url("https://wiki.example/mcp", tokenVariable: "WIKI_TOKEN"),
                    effects: ["read": false, "write": true]))
        #expect(read.secretVariables == ["WIKI_TOKEN"])
        #expect(try Self.model(read).servers == [.init("notes"), .init("wiki")])
    }

    // MARK: roles

    @Test(arguments: [
        ("tools: [files]", ["task", "artifacts.code"], ["artifacts.a"]),
        ("tools: [edit]", ["task", "artifacts.code"], ["artifacts.a.answer", "artifacts.a.patch"]),
        (
            "tools: [edit], output: {to: artifacts.said}", ["task", "artifacts.code"],
            ["artifacts.said", "artifacts.a.patch"]
        ),
        ("tools: [context]", ["task", "constraints", "decisions", "artifacts.**"], ["artifacts.a"]),
        ("input: [decisions]", ["decisions"], ["artifacts.a"]),
        ("for_each: task.requirements, as: file", ["task"], ["artifacts.a"]),
    ])
    func roleIsWhatInputAndToolsNeed(_ keys: String, _ reads: [String], _ writes: [String]) throws {
        let read = try job(Self.file("instructions: Say what is wrong., \(keys)"))
        let role = try #require(read.agents.first?.role)
        #expect(role.reads.map(\.description) == reads && role.writes.map(\.description) == writes)
    }

    @Test func roleOfTheFileMustLetTheAgentWork() {
        let found = mistakes(
            in: Self.file("instructions: Say it., input: [decisions], role: {reads: [task], writes: [artifacts.b]}"))
        #expect(
            found == [
                "x.yaml:4:75: agents[0].role: the role does not let the agent read decisions, which is its input",
                "x.yaml:4:75: agents[0].role: the role does not let the agent write artifacts.a, where its work goes",
            ])
    }

    // MARK: elements

    @Test func answersOfElementsFoldIntoAnObjectByIndex() throws {
        let read = try job(
            Self.file("instructions: Say it., for_each: task.requirements, as: point, tools: [edit]"))
        #expect(try Self.model(read).input == ["task", "point"])
        #expect(
            read.fields == [
                FieldDeclaration("artifacts.a.answer", merge: .merge),
                FieldDeclaration("artifacts.a.patch", merge: .merge),
            ])
        let declared = "fields: {artifacts.a: {merge: merge}}"
        #expect(
            try job(Self.file("instructions: Say it., for_each: task.requirements", and: declared)).fields.count == 1)
        let found = mistakes(
            in: Self.file(
                "instructions: Say it., for_each: task.requirements", and: "fields: {artifacts.a: {merge: append}}"))
        #expect(
            found == [
                "x.yaml:4:10: agents[0].name: the answers of a for_each become an object by index at artifacts.a, which fields: "
                    + "declares as append; write another path, or remove the field"
            ])
    }

    @Test func elementThatIsNoPartOfTheInputIsReported() {
        let found = mistakes(
            in: Self.file("instructions: Say it., for_each: task.requirements, as: point, input: [task]"))
        #expect(
            found == [
                "x.yaml:4:97: agents[0].input[0]: each of its runs would be asked the same, since the element is no part of "
                    + "the input; add point"
            ])
    }

    // MARK: mistakes

    /// The keys of an agent that begin in column 26 of line 4, and what is said of line 4.
    @Test(arguments: [
        ("input: [task]", "4:3: agents[0]: uses: model needs the key 'instructions'"),
        ("instructions: ''", "4:40: agents[0].instructions: the text is empty"),
        ("instructions: '  '", "4:40: agents[0].instructions: the text is empty"),
        (
            "instructions: prompts/review",
            "4:40: agents[0].instructions: 'prompts/review' is one word; write sentences, or a file of the job file's folder "
                + "that ends in .md or .txt"
        ),
        (
            "prompt: Say it.",
            "4:3: agents[0]: uses: model needs the key 'instructions'\n"
                + "4:26: agents[0].prompt: unknown key; did you mean 'instructions'?"
        ),
        (
            "instructions: Say it., model: none",
            "4:56: agents[0].model: uses: model has no rules to work by; name a model, or remove the key"
        ),
        (
            "instructions: Say it., input: [artifacts.pach]",
            "4:57: agents[0].input[0]: no agent of this job may write artifacts.pach, so there will be nothing to put into the "
                + "prompt; did you mean 'artifacts.a'?"
        ),
        (
            "instructions: Say it., input: [task, task]",
            "4:63: agents[0].input[1]: the path 'task' stands twice"
        ),
        (
            "instructions: Say it., output: {shema: {}}",
            "4:58: agents[0].output.shema: unknown key; did you mean 'schema'?"
        ),
        (
            "instructions: Say it., output: {schema: {type: array}}",
            "4:66: agents[0].output.schema: an answer is an object: the root of its schema needs type: object, and what you "
                + "want as a member"
        ),
        (
            "instructions: Say it., output: {schema: review.yaml}",
            "4:66: agents[0].output.schema: 'review.yaml' is no schema; write a JSON Schema, or a file of the job file's "
                + "folder that ends in .json"
        ),
        (
            "instructions: Say it., output: {to: review}",
            "4:62: agents[0].output.to: an answer is an artifact, and 'review' is none; did you mean 'artifacts.review'?"
        ),
        (
            "instructions: Say it., tools: [edit], output: {to: artifacts.a}",
            "4:77: agents[0].output.to: the agent's patch stands below artifacts.a, where its answer would take its place; "
                + "did you mean 'artifacts.a.answer'?"
        ),
        (
            "instructions: Say it., tools: [fils]",
            "4:57: agents[0].tools[0]: there is no tool 'fils'; did you mean 'files'?"
        ),
        (
            "instructions: Say it., tools: [browser]",
            "4:57: agents[0].tools[0]: there is no tool 'browser'; write one of files, search, context, edit, shell, or {mcp: "
                + "NAME} for a server under tools:"
        ),
        (
            "instructions: Say it., tools: [github]",
            "4:57: agents[0].tools[0]: 'github' is a server of the job; did you mean '{mcp: github}'?"
        ),
        (
            "instructions: Say it., tools: [shell]",
            "4:57: agents[0].tools[0]: the shell runs only what is listed; did you mean '{shell: {commands: [[swift, test]]}}'?"
        ),
        (
            "instructions: Say it., tools: [files, files]",
            "4:64: agents[0].tools[1]: the tool 'files' stands twice"
        ),
        (
            "instructions: Say it., tools: [{shell: {}}]",
            "4:65: agents[0].tools[0].shell: the key 'commands' is missing"
        ),
        (
            "instructions: Say it., tools: [{shell: {commands: [swift test]}}]",
            "4:77: agents[0].tools[0].shell.commands[0]: a command is never handed to a shell; write a list of arguments; did "
                + "you mean '[swift, test]'?"
        ),
        (
            "instructions: Say it., tools: [{mcp: gihub}]",
            "4:63: agents[0].tools[0].mcp: there is no server 'gihub' under tools: of the job; did you mean 'github'?"
        ),
        (
            "instructions: Say it., tools: [{mcp: github}, {mcp: github}]",
            "4:78: agents[0].tools[1].mcp: the server 'github' stands twice; write one list of what is allowed"
        ),
        (
            "instructions: Say it., tools: [{mcp: github, allow: [get issue]}]",
            "4:79: agents[0].tools[0].allow[0]: a tool's name is of letters, digits, '_', '-', '.' and '/', at most 128 "
                + "characters in all; servers give them"
        ),
        (
            "instructions: Say it., tools: [{allow: [x]}]",
            "4:57: agents[0].tools[0]: one of the keys 'shell' and 'mcp' is missing\n"
                + "4:58: agents[0].tools[0].allow: the key 'allow' goes with mcp: a shell has 'commands'"
        ),
        (
            "instructions: Say it., limits: {turns: 0}",
            "4:65: agents[0].limits.turns: 0 is out of range; it must be from 1 to 1000"
        ),
        (
            "instructions: Say it., limits: {tool_calls: 10001}",
            "4:70: agents[0].limits.tool_calls: 10001 is out of range; it must be from 0 to 10000"
        ),
        (
            "instructions: Say it., limits: {tool_timeout: 25h}",
            "4:58: agents[0].limits.tool_timeout: 25h is out of range; it must be 24h at most"
        ),
        (
            "instructions: Say it., approve: [shell]",
            "4:59: agents[0].approve[0]: 'shell' is none of the agent's tools, so nobody would ever be asked; it has none"
        ),
        (
            "instructions: Say it., tools: [{mcp: github, allow: [create_issue]}], approve: [github.create_isue]",
            "4:106: agents[0].approve[0]: 'github.create_isue' is none of the agent's tools, so nobody would ever be asked; "
                + "did you mean 'github.create_issue'?"
        ),
        (
            "instructions: Say it., tools: [{mcp: github}], approve: [githib.create_issue]",
            "4:83: agents[0].approve[0]: 'githib.create_issue' is none of the agent's tools, so nobody would ever be asked; "
                + "they are github.*"
        ),
        (
            "instructions: Say it., sandbox: true",
            "4:49: agents[0].sandbox: the key 'sandbox' goes with agents that start programs, not with uses: model: what its "
                + "tools start has one of its own, such as tools: [{shell: {commands: [...], sandbox: true}}]"
        ),
        (
            "instructions: Say it., env: [X]",
            "4:49: agents[0].env: the key 'env' goes with uses: command or validator, not with uses: model"
        ),
    ])
    func mistakesAreReportedWithTheirLocation(_ keys: String, _ expected: String) {
        #expect(mistakes(in: Self.file(keys)) == expected.split(separator: "\n").map { "x.yaml:\($0)" })
    }

    @Test func keysOfAModelsAgentGoWithNoOther() {
        let found = mistakes(in: agent("instructions: Say it., tools: [files]"))
        #expect(
            found == [
                "x.yaml:4:30: agents[0].instructions: the key 'instructions' goes with uses: model, not with uses: collector",
                "x.yaml:4:53: agents[0].tools: the key 'tools' goes with uses: model, not with uses: collector",
            ])
    }
}
