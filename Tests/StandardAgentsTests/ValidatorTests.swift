import Coordinator
import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ValidatorTests {
    private func request(_ repository: DrafterRepository, _ texts: [ExactString: String] = [:]) -> ValidationRequest {
        ValidationRequest(workspace: repository.path, texts: texts, symbols: [:])
    }

    @Test func patchIsAppliedOnlyInTheCopy() async throws {
        let repository = try await DrafterRepository(["a.py": "x = 1\n", "data.json": "{}\n", "run me.txt": "1\n"])
        let before = try repository.snapshot()
        var request = request(repository)
        request.patch = UnifiedDiff().patch([
            FileRevision(path: "a.py", old: "x = 1\n", new: "x = 2\n"),
            FileRevision(path: "data.json", old: "{}\n", new: "{\n"),
            FileRevision(path: "new.swift", old: nil, new: "func f(\n"),
            FileRevision(path: "run me.txt", old: "1\n", new: nil),
        ])
        request.task.validation = [
            ["cat", "a.py"], ["git", "status", "--porcelain"], ["sh", "-c", "echo bad >&2; exit 3"],
            ["no-such-program"],
            ["ls", "run me.txt"],
        ]
        let validation = try await Validator().validate(request)
        let report = validation.report
        #expect(report.patch.state == .applied)
        #expect(report.patch.files.map(\.path) == ["a.py", "data.json", "new.swift", "run me.txt"])
        #expect(report.patch.files.map(\.syntax.outcome) == [.parses, .fails, .fails, .unchecked])
        #expect(report.commands.map(\.outcome) == [.passed, .passed, .failed, .notStarted, .failed])
        #expect(report.commands[0].outputTail == "x = 2\n")
        #expect(report.commands[1].outputTail.contains(" M a.py"))
        #expect(report.commands[2].exitStatus == 3)
        #expect(report.commands[2].errorTail == "bad\n")
        #expect(!report.passed)
        #expect(try repository.snapshot() == before)
        #expect(validation.checklist.contains("- [x] The patch applies."))
        #expect(validation.checklist.contains("`no-such-program`"))
    }

    @Test func workspaceWithoutAPatchIsValidatedUnchanged() async throws {
        let repository = try await DrafterRepository([
            "kept.txt": "committed\n", "gone.txt": "x\n", ".gitignore": "*.log\n",
        ])
        try repository.write("kept.txt", "changed\n")
        try repository.write("fresh.txt", "untracked\n")
        try repository.write("big.log", "ignored\n")
        try repository.remove("gone.txt")
        var request = request(repository)
        request.task.validation = [["cat", "kept.txt", "fresh.txt"], ["ls"]]
        let report = try await Validator().validate(request).report
        #expect(report.patch.state == .none)
        #expect(report.statement.contains("no patch"))
        #expect(report.commands[0].outputTail == "changed\nuntracked\n")
        #expect(report.commands[1].outputTail == "fresh.txt\nkept.txt\n")
        #expect(report.copy.skipped.map(\.path) == ["gone.txt"])
    }

    @Test func linksOutOfTheWorkspaceAreNotCopied() async throws {
        let repository = try await DrafterRepository(["real/file.txt": "inside\n"])
        let outside = try await DrafterRepository(["secret.txt": "outside\n"])
        for (name, target) in [
            ("out", outside.path + "/secret.txt"), ("up", "../" + (outside.path as NSString).lastPathComponent),
            ("in", "real/file.txt"), ("folder", outside.path), ("dangling", "nowhere"), ("repository", ".git/config"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: repository.path + "/" + name, withDestinationPath: target)
        }
        try await repository.commit()
        // A tracked folder that became a link to the outside since.
        try FileManager.default.removeItem(atPath: repository.path + "/real")
        try FileManager.default.createSymbolicLink(atPath: repository.path + "/real", withDestinationPath: outside.path)
        try outside.write("file.txt", "must not be copied\n")
        var request = request(repository)
        request.task.validation = [["sh", "-c", "find . -path ./.git -prune -o -print | sort; cat */file.txt"]]
        let report = try await Validator().validate(request).report
        #expect(!report.commands[0].outputTail.contains("must not"))
        #expect(!report.commands[0].outputTail.contains("./out"))
        #expect(
            Set(report.copy.skipped.map(\.path)).isSuperset(of: ["out", "up", "folder", "repository", "real/file.txt"]))
        #expect(report.copy.skipped.filter { $0.path == "out" }.map(\.reason) == [.outsideWorkspace])
        #expect(outside.read("file.txt") == "must not be copied\n")
    }

    @Test func commandsHaveATimeoutAndOnlyTheirOutputTailIsKept() async throws {
        let repository = try await DrafterRepository(["a": "a\n"])
        var request = request(repository)
        request.task.validation = [
            ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"],
            ["sh", "-c", "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done"],
            ["true"],
        ]
        let limits = CommandLimits(timeoutSeconds: 1, tailBytes: 100, commandCount: 2)
        let report = try await Validator(commandLimits: limits).validate(request).report
        #expect(report.commands.map(\.outcome) == [.timedOut, .passed, .notRun])
        #expect(report.commands[1].outputTail.hasSuffix("line 1998\nline 1999\n"))
        #expect(report.commands[1].outputTail.utf8.count == 100)
        #expect(report.commands[1].truncated)
    }

    /// The tests' own environment has variables that no list names.
    @Test func commandsGetHarmlessVariablesAndThoseNamed() async throws {
        let repository = try await DrafterRepository(["a": "a\n"])
        var request = request(repository)
        request.task.validation = [["env", "-0"]]
        let report = try await Validator(
            commandLimits: CommandLimits(tailBytes: 1 << 20), variables: ["DATABASE_URL": "postgres://u:p@h/d"]
        ).validate(request).report
        let seen = Set(report.commands[0].outputTail.split(separator: "\0").map { String($0.prefix { $0 != "=" }) })
        let own: Set = ["DATABASE_URL", "PWD", "TMPDIR", "COORDINATOR_PROCESS_MARK"]
        #expect(seen.isSuperset(of: own))
        let expected = own.union(ProgramVariables.names.filter { getenv($0) != nil })
        #expect(seen.filter { !$0.hasPrefix("LC_") } == expected)
    }

    @Test func cancellationKillsTheCommandAndRemovesTheCopy() async throws {
        let repository = try await DrafterRepository(["a": "a\n"])
        var request = request(repository)
        let mark = repository.path + "/../mark-\(UUID().uuidString)"
        #expect(try await ProgramRunner().run(ProgramInvocation(["mkfifo", mark])).succeeded)
        defer { try? FileManager.default.removeItem(atPath: mark) }
        request.task.validation = [["sh", "-c", "echo $$ $PWD > \(mark); exec sleep 600"]]
        let started = request
        let task = Task { try await Validator().validate(started) }
        // The read ends when the command has written: it runs.
        let line = try await ProgramRunner().run(ProgramInvocation(["cat", mark])).outputText.split(
            whereSeparator: \.isWhitespace)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let process = try #require(line.first.flatMap { Int32($0) })
        #expect(kill(process, 0) == -1 && errno == ESRCH)
        #expect(!FileManager.default.fileExists(atPath: String(line[1])))
    }

    @Test func nonRepositoryAndOversizedWorkspaceAreErrors() async throws {
        let folder = try TemporaryFolder()
        let error = await #expect(throws: WorkspaceError.self) {
            try await Validator().validate(ValidationRequest(workspace: folder.path, texts: [:], symbols: [:]))
        }
        #expect(error?.code == .notARepository)
        let repository = try await DrafterRepository(["a": "a\n", "b": "b\n"])
        for limits in [WorkspaceCopyLimits(fileCount: 1), WorkspaceCopyLimits(totalBytes: 3)] {
            let error = await #expect(throws: WorkspaceCopyError.self) {
                try await Validator(copyLimits: limits)
                    .validate(ValidationRequest(workspace: repository.path, texts: [:], symbols: [:]))
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func emptyRepositoryIsValidated() async throws {
        let repository = try await DrafterRepository()
        let report = try await Validator().validate(request(repository)).report
        #expect(report.copy.fileCount == 0)
        #expect(report.passed)
    }

    @Test func mismatchingPatchIsReportedAsRejected() async throws {
        let repository = try await DrafterRepository(["a": "a\n"])
        var request = request(repository)
        request.patch = UnifiedDiff().patch(FileRevision(path: "a", old: "other\n", new: "b\n"))
        let report = try await Validator().validate(request).report
        #expect(report.patch.state == .rejected)
        #expect(report.patch.reason.contains("patch"))
    }

    @Test func placesWithItsWordsTickNoRequirement() async throws {
        let texts = [
            "Sources/Retry.swift": """
            /// Waits longer after each failure.
            struct RetryPolicy {
                var backoff = 2.0

                func jitteredBackoff(attempt: Int) -> Double { backoff * Double(attempt) }
            }

            """,
            "README.md": "# Tool\n\nExports spans over the network.\n",
            "job.yaml": "requirements: [\"Render a purple elephant\"]\n",
            "notes.md": "Render a purple elephant\n",
        ]
        let repository = try await DrafterRepository(texts)
        var request = request(repository, [ExactString: String](texts))
        request.task.requirements = [
            "Retries use a backoff with jitter", "Render a purple elephant", "Export spans", "§§§",
            "Retry policy is tested",
        ]
        request.task.validation = [["sh", "-c", "echo 'test retry policy: FAILED'; exit 1"]]
        let validation = try await Validator().validate(request)
        let found = validation.report.requirements
        #expect(found.allSatisfy { $0.status == .unverified && $0.reason == "No command is named for it." })
        #expect(found[0].places.first?.path == "Sources/Retry.swift")
        #expect(found[0].places.first?.line == 5)
        #expect(found[0].places.first?.matchedWords == ["backoff", "jitter", "retries"])
        #expect(found[2].places.first?.path == "README.md")
        #expect(found[2].places.first?.line == 3)
        #expect(found[1].missingWords == ["elephant", "purple", "render"])
        #expect(found[3].places.isEmpty)
        let lines = validation.checklist.split(separator: "\n")
        #expect(lines.contains("- [ ] Retries use a backoff with jitter (**unverified**)"))
        #expect(
            lines.contains("  - Places to look: `Sources/Retry.swift:5`, `Sources/Retry.swift:2`"), "\(lines)")
        #expect(lines[1].contains("0 of 5 requirements verified, 5 unverified"))
        #expect(lines[1].hasSuffix("Places that have a requirement's words are places to look, and show nothing."))
        // The only ticks are those of commands that passed.
        #expect(!validation.checklist.contains("[x]"))
    }

    @Test func reportJSONIsSnakeCaseAndRoundTrips() async throws {
        let repository = try await DrafterRepository(["a.txt": "retry\n"])
        var request = request(repository, ["a.txt": "retry\n"])
        request.task.requirements = ["retry"]
        request.task.validation = [["true"]]
        let report = try await Validator().validate(request).report
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(ValidationReport.self, from: data) == report)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["schema_version"] as? Int == 2)
        #expect(object["passed"] as? Bool == true)
        for key in Self.keys(object) { #expect(key == key.lowercased(), "\(key)") }
    }

    private static func keys(_ value: Any) -> [String] {
        if let object = value as? [String: Any] { return object.flatMap { [$0.key] + keys($0.value) } }
        return (value as? [Any])?.flatMap(keys) ?? []
    }
}
