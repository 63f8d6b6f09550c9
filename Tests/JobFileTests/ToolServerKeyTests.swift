import JobFile
import Testing

/// Servers of tools under `tools:` of the job, and what of agents made of models is bounded.
@Suite struct ToolServerKeys {
    private static let servers =
        "tools: {github: {mcp: {command: [gh-mcp, stdio], env: [GITHUB_TOKEN]}, effects: {get_issue: false}}}"

    private static func file(_ keys: String, and more: String = servers) -> String {
        "workflow: w\n\(more)\nagents:\n- {name: a, uses: model, \(keys)}\n"
    }

    /// What stands under `tools:` of the job, from column 9 of line 2 on, and what is said of it.
    @Test(arguments: [
        ("{g: {}}", "12: tools.g: the key 'mcp' is missing"),
        ("{g: {mcp: {}}}", "18: tools.g.mcp: one of the keys 'command' and 'url' is missing"),
        (
            "{g: {mcp: {command: [x], url: 'http://x'}}}",
            "33: tools.g.mcp.url: command and url exclude each other; write two servers"
        ),
        (
            "{g: {mcp: {command: x y}}}",
            "28: tools.g.mcp.command: a command is never handed to a shell; write a list of arguments; did you mean '[x, y]'?"
        ),
        (
            "{g: {mcp: {command: [x], token_env: T}}}",
            "33: tools.g.mcp.token_env: the key 'token_env' goes with url: a program gets variables by 'env'"
        ),
        (
            "{g: {mcp: {url: 'http://x', env: [T]}}}",
            "36: tools.g.mcp.env: the key 'env' goes with command: a service is no program of this machine"
        ),
        (
            "{g: {mcp: {url: 'http://x', sandbox: true}}}",
            "36: tools.g.mcp.sandbox: the key 'sandbox' goes with command: a service is no program of this machine"
        ),
        ("{g: {mcp: {url: 'ftp://x'}}}", "24: tools.g.mcp.url: 'ftp://x' is not an http:// or https:// address"),
        (
            "{g: {mcp: {command: [x]}, effects: {a: maybe}}}",
            "47: tools.g.effects.a: expected true or false, found the text 'maybe'"
        ),
        (
            "{shell: {mcp: {command: [x]}}}",
            "9: tools.shell: 'shell' is a tool that ships; give the server another name"
        ),
        (
            "{a__b: {mcp: {command: [x]}}}",
            "9: tools.a__b: a server's name holds no '__', which stands between it and a tool's name"
        ),
        (
            "{\(String(repeating: "s", count: 33)): {mcp: {command: [x]}}}",
            "9: tools.\(String(repeating: "s", count: 33)): a server's name takes 32 characters at most: the model sees it "
                + "before each tool's"
        ),
    ])
    func mistakesInServersAreReportedWithTheirLocation(_ servers: String, _ expected: String) {
        let found = mistakes(in: Self.file("instructions: Say it.", and: "tools: \(servers)"))
        #expect(found == ["x.yaml:2:\(expected)"])
    }

    @Test func amountsAreBounded() {
        func list(_ count: Int, _ element: (Int) -> String) -> String {
            "[" + (0..<count).map(element).joined(separator: ", ") + "]"
        }
        let paths = list(ModelAgentSpecification.mostInputs + 1) { "artifacts.a.p\($0)" }
        let names = list(ModelAgentSpecification.mostNames + 1) { "t\($0)" }
        let commands = list(ModelAgentSpecification.mostCommands + 1) { "[c\($0)]" }
        let rows: [(keys: String, words: String)] = [
            ("input: \(paths)", "there are 21 paths, and may be 20"),
            ("tools: [{mcp: github, allow: \(names)}]", "there are 201 tools, and may be 200"),
            ("tools: [{shell: {commands: \(commands)}}]", "there are 51 commands, and may be 50"),
        ]
        for (keys, words) in rows {
            let found = mistakes(in: Self.file("instructions: Say it., \(keys)"))
            #expect(found.contains { $0.hasSuffix(words) }, "\(found)")
        }
        let long = String(repeating: "a b ", count: ModelAgentSpecification.longestInstructions / 4) + "c"
        #expect(
            mistakes(in: Self.file("instructions: \(long)")).contains {
                $0.hasSuffix("the instructions take 65537 bytes, and may take 64KiB")
            })
        let most = ToolServerSpecification.most
        let servers = (0...most).map { "s\($0): {mcp: {command: [x]}}" }.joined(separator: ", ")
        #expect(
            mistakes(in: Self.file("instructions: Say it.", and: "tools: {\(servers)}")).contains {
                $0.hasSuffix("there are 21 servers, and may be 20")
            })
        let effects = (0...ModelAgentSpecification.mostNames).map { "t\($0): true" }.joined(separator: ", ")
        #expect(
            mistakes(
                in: Self.file("instructions: Say it.", and: "tools: {s: {mcp: {command: [x]}, effects: {\(effects)}}}")
            )
            .contains { $0.hasSuffix("there are 201 tools, and may be 200") })
    }
}
