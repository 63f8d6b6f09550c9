import Foundation
import TestSupport
import Testing

/// What the program says to a person who made a mistake.
@Suite(.timeLimit(.minutes(10))) struct Messages {
    /// A mistaken invocation in a folder with the files below, and words that its message must hold.
    private static let invocations: [(arguments: [String], status: Int32, words: String)] = [
        (["run", "none.yaml"], 2, "error: none.yaml: there is no such file"),
        (["validate", "folder"], 2, "error: folder: this is a folder, not a file"),
        (["validate", "latin.yaml"], 2, "latin.yaml:1:14: the text is not UTF-8 from here on"),
        (["validate", "colon.yaml"], 2, "colon.yaml:2:22: a value that holds ': ' goes in quotes"),
        (["run", "ok.yaml", "--out", "ok.yaml"], 2, "choose another --out"),
        (["run", "ok.yaml", "--agents", "nowhere"], 2, "--agents nowhere: there is no such folder"),
        (["run", "ok.yaml", "--agents", "ok.yaml"], 2, "--agents ok.yaml: this is no folder"),
        (["run", "ok.yaml", "--workspace", "nowhere"], 2, "The workspace \"nowhere\" does not exist."),
        (["run", "ok.yaml", "--timeout", "5"], 2, "'5' is no duration"),
        (["run", "ok.yaml", "--set", "workflow"], 2, "write PATH=VALUE"),
        (["run", "ok.yaml", "--set", "agents.x.timeout=1s"], 2, "there is no element named 'x'"),
        (["run", "ok.yaml", "--set", "agents.a.command=[sh"], 2, "the '[' here is closed by no ']'"),
        (["run", "ok.yaml", "--model", "openai/x"], 2, "error: --model: the model 'x' is asked for at"),
        (["validate", "ok.yaml", "--model", "openai/x"], 2, "needs a key: set OPENAI_API_KEY"),
        (["run", "ok.yaml", "--metrics-file", "nowhere/x.prom", "--out", "m"], 0, "metrics file nowhere/x.prom"),
        (["run", "missing.yaml", "--out", "m"], 1, "The program \"no-such-program\" was not found."),
        (["run", "x-bit.yaml", "--out", "m"], 1, "Run \"chmod +x ./tool\" to allow it."),
        (["serve", "--token-file", "nowhere"], 2, "--token-file nowhere: there is no such file; make one with"),
        (["serve", "--token-file", "folder"], 2, "--token-file folder: this is a folder, not a file; give a file"),
        (["serve", "--host", "nowhere.invalid", "--token-file", "token"], 2, "knows no address of that name"),
        (["serve", "--host", "[::1]"], 2, "--host [::1]: a host is a name or an address"),
        (["serve", "--host", ""], 2, "a host is a name or an address"),
        (["serve", "--host", "192.0.2.1", "--token-file", "token"], 2, "this machine does not have the address"),
        (["serve", "--port", "99999"], 2, "a port is a number from 0 to 65535"),
        (["init", "ok.yaml"], 2, "the file is there already"),
        (["init", "nowhere/x.yaml"], 2, "there is no such folder"),
        (["agents", "--agents", "nowhere"], 2, "there is no such folder"),
        (["assets", "--objectives", "none.yaml"], 2, "none.yaml: there is no such file"),
        (["doctor", "--workspace", "nowhere"], 1, "✗ workspace: The workspace \"nowhere\" does not exist."),
        (["schema", "nothing"], 2, "nothing"),
    ]

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let command = { (program: String) in
            "workflow: w\nagents: [{name: a, uses: command, command: [\(program)], max_retries: 0}]\n"
        }
        try Data(command("echo, '{}'").utf8).write(to: folder.file("ok.yaml"))
        try Data(command("no-such-program").utf8).write(to: folder.file("missing.yaml"))
        try Data(command("./tool").utf8).write(to: folder.file("x-bit.yaml"))
        try Data("#!/bin/sh\n".utf8).write(to: folder.file("tool"))
        try Data("workflow: w\ntask: {description: a: b}\n".utf8).write(to: folder.file("colon.yaml"))
        try Data("workflow: caf".utf8 + [0xE9]).write(to: folder.file("latin.yaml"))
        try Data(String(repeating: "0123456789abcdef", count: 4).utf8).write(to: folder.file("token"))
        try FileManager.default.createDirectory(at: folder.file("folder"), withIntermediateDirectories: true)
        return folder
    }

    @Test func mistakenInvocationsAreToldInWholeWords() async throws {
        let folder = try folder()
        for (arguments, status, words) in Self.invocations {
            let run = try await Program.run(CoordinatorProgram.url, arguments, in: folder.url)
            let said = run.standardError + run.standardOutput
            #expect(run.status == status, "\(arguments): \(said)")
            #expect(said.contains(words), "\(arguments): \(said)")
            for line in said.split(separator: "\n") { Self.check(String(line), arguments) }
        }
    }

    /// The model's service is not there, so that two texts are joined: the client's and the remedy for this service.
    @Test(arguments: ["http://no-such-host.invalid/v1", nil])
    func aModelThatIsNotReachedIsToldWithOneQuestionAtMost(unknown: String?) async throws {
        let refusing = try SilentPort(.refusing)
        let address = unknown ?? "http://127.0.0.1:\(refusing.port)/v1"
        let folder = try folder()
        let job = "workflow: w\nagents: [{name: a, uses: drafter, max_retries: 0}]\n"
        try Data(job.utf8).write(to: folder.file("draft.yaml"))
        let repository = try await Repository()
        let run = try await Program.run(
            CoordinatorProgram.url,
            [
                "run", "draft.yaml", "--workspace", repository.path, "--model", "openai/m", "--out", "m",
                "--no-progress",
            ],
            environment: ["OPENAI_BASE_URL": address, "OPENAI_API_KEY": "k"], in: folder.url)
        let line = try #require(run.standardOutput.split(separator: "\n").first { $0.hasPrefix("a failed") })
        Self.check(String(line), ["run"])
        #expect(line.hasSuffix(". OPENAI_BASE_URL says where it is looked for.") || line.contains("? OPENAI_BASE_URL"))
    }

    /// Rules for every line: nothing in the form of a Swift value, at most one question, no mark doubled, nothing that a
    /// terminal does not show.
    private static func check(_ line: String, _ arguments: [String]) {
        for form in [
            "Optional(", "CancellationError", "Error Domain", "DecodingError", "errno:", "(_:", "(descriptor:", "[\"",
            "..;", "?;", ". ;", "? Is ", ".. ", ";;", "1 agents ", "1 files", "1 mistakes", "1 attempts", "nil",
        ] {
            #expect(!line.contains(form), "\(arguments): \(line)")
        }
        #expect(line.count { $0 == "?" } <= 1, "\(arguments): \(line)")
        #expect(
            line.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{FEFF}"
            },
            "\(arguments): \(line)")
    }
}
