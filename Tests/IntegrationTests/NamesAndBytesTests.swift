import Coordinator
import Foundation
import TestSupport
import Testing

/// Names of files, patches and results as the real program has them.
@Suite(.timeLimit(.minutes(5))) struct NamesAndBytes {
    /// A repository with the files that a script makes, committed.
    private func repository(_ script: String) async throws -> TemporaryFolder {
        let repository = try await Repository([:])
        let run = try await Program.run(URL(filePath: "/bin/sh"), ["-c", script], in: repository.folder.url)
        try #require(run.status == 0, "\(run.output)")
        try await repository.git("add", "--all")
        try await repository.git("commit", "--quiet", "--message", "first")
        return repository.folder
    }

    private func json(_ path: String) throws -> JSONValue {
        try JSONValue(json: FileManager.default.contents(atPath: path) ?? Data())
    }

    @Test func filesWithCanonicallyEqualNamesAreCollectedShownAndWrittenApart() async throws {
        let workspace = try await repository(
            #"printf 'one = 1\n' > "$(printf 'caf\303\251.py')"; printf 'two = 2\n' > "$(printf 'cafe\314\201.py')""#)
        let files = try JobFiles(
            """
            workflow: twins
            task: {description: Look}
            artifacts: {code: {include: ["**"]}}
            agents:
              - {name: collector, uses: collector, max_retries: 0}
              - name: twins
                uses: command
                command: [python3, -c, 'import json, sys; sys.stdout.write(json.dumps({"set": {"artifacts.twins": json.load(sys.stdin)["context"]["artifacts"]["code"]}}))']
                role: {reads: [artifacts.code], writes: [artifacts.twins]}
            """)
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", workspace.path, "--out", files.out, "--no-progress")
        #expect(run.status == 0, "\(run.output)")
        let context = try json(files.out + "/artifacts/context.json")
        let paths = context["files"]?.arrayValue?.compactMap { $0["path"]?.stringValue }
        #expect(paths?.map { Array($0.utf8) } == ["cafe\u{301}.py", "caf\u{E9}.py"].map { Array($0.utf8) })
        let document = FileManager.default.contents(atPath: files.out + "/context.json") ?? Data()
        let text = String(decoding: document, as: UTF8.self)
        #expect(text.contains(#""cafe\u0301.py""#) && text.contains("\"caf\u{E9}.py\""))
        let written = try FileManager.default.contentsOfDirectory(atPath: files.out + "/artifacts/twins")
        let contents = written.map { FileManager.default.contents(atPath: files.out + "/artifacts/twins/" + $0) }
        #expect(Set(contents) == [Data("one = 1\n".utf8), Data("two = 2\n".utf8)], "\(written)")
        let events = FileManager.default.contents(atPath: files.out + "/events.jsonl") ?? Data()
        let lines = events.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        let start = try #require(lines.first { $0.contains(#""type":"job_started""#) })
        #expect(start.contains("one = 1") && start.contains("two = 2"))
    }

    @Test func aPatchThatLostItsLastNewlineIsAppliedAndGitTakesTheFileThatIsWritten() async throws {
        let workspace = try await repository(#"printf 'def add(a, b):\n    return a + b\n' > calc.py"#)
        let files = try JobFiles(
            #"""
            workflow: patch
            task: {description: x, requirements: [add has a docstring], validation: [[grep, Adds, calc.py]]}
            agents:
              - name: mine
                uses: command
                command: [python3, -c, 'import json; print(json.dumps({"set": {"artifacts.patch": "--- a/calc.py\n+++ b/calc.py\n@@ -1,2 +1,3 @@\n def add(a, b):\n+    \"\"\"Adds.\"\"\"\n     return a + b"}}))']
                role: {reads: [task], writes: [artifacts.patch]}
              - {name: validator, uses: validator, needs: [mine], max_retries: 0}
            """#)
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", workspace.path, "--out", files.out, "--no-progress")
        #expect(run.status == 0, "\(run.output)")
        let validation = try json(files.out + "/artifacts/validation.json")
        #expect(validation["patch"]?["state"] == "applied", "\(validation)")
        #expect(validation["commands"]?.arrayValue?.map { $0["outcome"] } == ["passed"])
        let check = try await Program.run(
            URL(filePath: "/usr/bin/env"), ["git", "apply", "--check", files.out + "/artifacts/patch.diff"],
            in: workspace.url)
        #expect(check.status == 0, "\(check.output)")
    }

    @Test(arguments: [[], ["--out", "build/x/one"]])
    func resultsInTheWorkspaceAreNoInputOfTheNextRunAndGitPassesThemOver(
        _ options: [String]
    ) async throws {
        let workspace = try await repository("printf 'x = 1\\n' > calc.py")
        let files = try JobFiles(
            """
            workflow: validate
            task: {description: Look, requirements: [add works], validation: [[git, ls-files, --others]]}
            agents:
              - {name: validator, uses: validator, max_retries: 0}
            """)
        for number in 1...3 {
            let out = options.map { $0.replacingOccurrences(of: "one", with: "\(number)") }
            let run = try await Program.run(
                CoordinatorProgram.url, ["run", files.job, "--no-progress"] + out, in: workspace.url)
            #expect(run.status == 0, "\(run.output)")
        }
        let results = workspace.files.filter { $0.hasSuffix("artifacts/validation.json") }
        #expect(results.count == 3, "\(workspace.files)")
        for result in results {
            let copy = try json(workspace.file(result).path)["copy"]
            #expect(copy?["file_count"] == 1, "\(result): \(String(describing: copy))")
        }
        let status = try await Program.run(
            URL(filePath: "/usr/bin/env"), ["git", "status", "--short"], in: workspace.url)
        #expect(status.status == 0 && status.standardOutput.isEmpty, "\(status.output)")
    }

    @Test func aBareRepositoryIsToldAsWhatItIs() async throws {
        let workspace = try await repository("printf 'x = 1\\n' > calc.py")
        let clone = try await Program.run(
            URL(filePath: "/usr/bin/env"), ["git", "clone", "-q", "--bare", ".", "bare.git"], in: workspace.url)
        try #require(clone.status == 0, "\(clone.output)")
        let files = try JobFiles(JobFiles.threeAgents)
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", workspace.file("bare.git").path, "--out", files.out, "--no-progress")
        #expect(run.status != 0 && run.output.contains("is a bare repository"), "\(run.output)")
    }
}
