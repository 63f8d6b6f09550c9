import Coordinator
import Foundation
import TestSupport
import Testing

/// Approvals of the real program: asked on a terminal, and refused where nobody can be asked.
@Suite(.timeLimit(.minutes(10))) struct TerminalApprovals {
    private static let file = """
        workflow: release
        artifacts: {patch: "+ a line\\n- another"}
        agents:
        - {name: release, uses: approval, question: May it be released?, show: [artifacts.patch]}
        - name: publish
          uses: command
          needs: [release]
          command: [python3, -c, "import json; print(json.dumps({'set': {'artifacts.published': True}}))"]
          role: {writes: [artifacts.published]}
        """

    private func repository(_ file: String = Self.file) async throws -> Repository {
        try await Repository(["job.yaml": file, "README.md": "A repository.\n"])
    }

    private func decisions(in folder: URL) throws -> [JSONValue] {
        let context = try JSONValue(
            json: Array(try Data(contentsOf: folder.appending(path: "out/context.json"))))
        return context["context"]?["decisions"]?.arrayValue ?? []
    }

    @Test(arguments: [[], ["--no-progress"], ["--log-format", "json"]] as [[String]])
    func personAtTheTerminalIsAsked(options: [String]) async throws {
        let repository = try await repository()
        let run = try await TerminalRun(
            ["run", "job.yaml", "--out", "out"] + options, typing: ["", "aprove", "1 looks good"],
            in: repository.folder.url)
        #expect(run.status == 0, "\(run.shown)")
        #expect(run.shown.contains("? release asks: May it be released?") && run.shown.contains("    + a line"))
        #expect(run.shown.contains("Not taken: 'aprove' is none of the choices; did you mean 'approve'?"))
        let decision = try #require(try decisions(in: repository.folder.url).first)
        #expect(decision["choice"] == "approve" && decision["remark"] == "looks good")
        #expect(decision["by"]?.stringValue?.contains("uid \(getuid())") == true)
    }

    @Test func whatWasTypedBeforeTheQuestionAnswersNothing() async throws {
        let repository = try await repository()
        let run = try await TerminalRun(
            ["run", "job.yaml", "--out", "out"], typing: ["reject"], early: "approve\n", in: repository.folder.url)
        #expect(run.status == 0, "\(run.shown)")
        #expect(try decisions(in: repository.folder.url).first?["choice"] == "reject")
    }

    @Test func interruptAtTheQuestionEndsTheJob() async throws {
        let repository = try await repository()
        let run = try await TerminalRun(
            ["run", "job.yaml", "--out", "out"], typing: ["^C"], in: repository.folder.url)
        #expect(run.status == 130, "\(run.shown)")
        #expect(run.shown.contains("The answer is not needed any more."))
        #expect(try decisions(in: repository.folder.url).isEmpty)
    }

    @Test func endOfInputIsNoAnswer() async throws {
        let repository = try await repository()
        let run = try await TerminalRun(
            ["run", "job.yaml", "--out", "out"], typing: ["^D", "approve"], in: repository.folder.url)
        #expect(run.status == 0, "\(run.shown)")
        #expect(try decisions(in: repository.folder.url).first?["choice"] == "approve")
    }

    @Test func questionGoesAwayAtItsTimeout() async throws {
        let file = Self.file.replacing("show: [artifacts.patch]", with: "timeout: 300ms, on_timeout: reject")
        let repository = try await repository(file)
        let run = try await TerminalRun(["run", "job.yaml", "--out", "out"], typing: [], in: repository.folder.url)
        #expect(run.status == 0, "\(run.shown)")
        #expect(run.shown.contains("Without an answer in time, 'reject' counts."))
        #expect(try decisions(in: repository.folder.url).first?["by"] == "timeout")
    }

    @Test func jobThatAsksIsRefusedWhereNobodyCanBeAsked() async throws {
        let repository = try await repository()
        let run = try await CoordinatorProgram.run(
            "run", "job.yaml", "--out", "out", in: repository.folder.url, input: "approve\n")
        #expect(run.status == 2 && run.standardOutput.isEmpty)
        #expect(
            run.standardError == """
                error: agent 'release' asks a person, and nobody can be asked here: standard input and standard error are \
                no terminal, and the job is not kept for an answer later. Run it on a terminal, or with --store FILE, and \
                answer it with coordinator approve; nothing was run

                """)
        #expect(!FileManager.default.fileExists(atPath: repository.folder.file("out").path))
        let checked = try await CoordinatorProgram.run("validate", "job.yaml", in: repository.folder.url)
        #expect(checked.status == 0)
    }

    @Test func peopleAreNotified() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(204))
        // The program looks for the key in what the system shows of the process that started it.
        let tell = "cat >> told.json; echo >> told.json; cat /proc/$PPID/environ >> seen"
        let notified = """
            notify:
            - {command: [sh, -c, '\(tell)']}
            - {url: '\(server.url("/hook"))', key_env: NOTIFY_KEY}

            """
        let repository = try await repository(notified + Self.file)
        let run = try await TerminalRun(
            ["run", "job.yaml", "--out", "out"], typing: ["approve"], environment: ["NOTIFY_KEY": "a-key-of-both"],
            in: repository.folder.url)
        #expect(run.status == 0, "\(run.shown)")
        let told = try String(contentsOf: repository.folder.file("told.json"), encoding: .utf8)
            .split(separator: "\n").map { try JSONValue(json: Array($0.utf8))["kind"] }
        #expect(told == ["approval_waiting", "job_ended"])
        let requests = try server.requests()
        #expect(requests.count == 2 && requests.allSatisfy { $0.values(of: "x-coordinator-signature").count == 1 })
        let seen = try Data(contentsOf: repository.folder.file("seen"))
        #expect(seen.range(of: Data("PATH=".utf8)) != nil && seen.range(of: Data("a-key-of-both".utf8)) == nil)
        let unsigned = try await CoordinatorProgram.run("validate", "job.yaml", in: repository.folder.url)
        #expect(unsigned.status == 2 && unsigned.standardError.contains("NOTIFY_KEY"))
    }
}
