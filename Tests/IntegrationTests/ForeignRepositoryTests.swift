import Foundation
import Glibc
import TestSupport
import Testing

/// Repositories that somebody else made, opened by the real program.
@Suite(.timeLimit(.minutes(5))) struct ForeignRepositories {
    /// A repository that names programs in every way its author can.
    private struct Hostile {
        let folder: TemporaryFolder
        var path: String { folder.file("repository").path }

        init() async throws {
            folder = try TemporaryFolder()
            _ = try await script("make")
        }

        /// Runs the script that makes such repositories; see there.
        func script(_ action: String) async throws -> Set<String> {
            let file = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/hostile_repository.py")
            let run = try await Program.run(
                try TestPython.fromPath, [file.path, action, path, folder.file("marks").path])
            try #require(run.status == 0, "\(run.output)")
            return Set(run.standardOutput.split(separator: "\n").map(String.init))
        }

        /// The names of the programs that were started.
        func started() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.file("marks").path).sorted()
        }
    }

    /// Every agent that ships, a patch that is applied, and commands that ask git in the copy.
    private static let job = """
        workflow: foreign
        task:
          description: Look at plain.swift
          requirements: [plain is formatted]
          validation: [[git, status], [git, diff], [git, log, -p], [git, show], [git, ls-files, --others]]
        artifacts: {code: {include: ["**"]}}
        agents:
          - {name: collector, uses: collector, max_retries: 0}
          - {name: drafter, uses: drafter, needs: [collector], max_retries: 0}
          - {name: validator, uses: validator, needs: [drafter], max_retries: 0}
        """

    private func run(
        _ files: JobFiles, on workspace: String, home: TemporaryFolder, _ environment: [String: String] = [:]
    ) async throws -> (program: Program, validation: JSONText) {
        let program = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", workspace, "--out", files.out, "--output", "json", "--no-progress",
            environment: ["HOME": home.path, "GIT_CONFIG_NOSYSTEM": "1"].merging(environment) { $1 })
        let report = FileManager.default.contents(atPath: files.out + "/artifacts/validation.json") ?? Data()
        return (program, JSONText(String(decoding: report, as: UTF8.self)))
    }

    private struct JSONText {
        let text: String
        init(_ text: String) { self.text = text }
        var commandsPassed: Int { text.components(separatedBy: "\"outcome\" : \"passed\"").count - 1 }
        var isApplied: Bool { text.contains("\"state\" : \"applied\"") }
    }

    @Test func openingAWorkspaceStartsNoProgramThatItNames() async throws {
        let hostile = try await Hostile()
        let home = try TemporaryFolder()
        let files = try JobFiles(Self.job)
        let (run, validation) = try await run(files, on: hostile.path, home: home)
        #expect(run.status == 0, "\(run.output)")
        #expect(validation.isApplied && validation.commandsPassed == 5, "\(validation.text)")
        for arguments in [
            ["doctor"], ["agents"], ["init"], ["validate", "job.yaml"], ["run", "job.yaml", "--no-progress"],
        ] {
            let run = try await Program.run(
                CoordinatorProgram.url, arguments, environment: ["HOME": home.path],
                in: URL(filePath: hostile.path))
            #expect(run.status == 0, "\(arguments): \(run.output)")
        }
        let example = try await Program.run(
            CoordinatorProgram.url,
            [
                "run", "Examples/parallel.yaml", "--workspace", hostile.path, "--out", files.out + "/example",
                "--no-progress",
            ], environment: ["HOME": home.path], in: TestPython.packageRoot)
        #expect(example.status == 0, "\(example.output)")
        #expect(try hostile.started() == [])
    }

    /// The repository of the test above does what it is for: under git alone each program is started.
    @Test func plainGitStartsEachOfThem() async throws {
        let started = try await Hostile().script("control")
        #expect(started.count == 28, "\(started.sorted())")
    }

    /// git opens a repository of another owner for a user who said so, and so do all agents; otherwise all of them pass on
    /// what git says.
    @Test(.enabled(if: geteuid() == 0, "only root may give files away"), arguments: ["file", "variables", "nothing"])
    func repositoryOfAnotherOwnerIsOpenedAsTheUserSays(where setting: String) async throws {
        let repository = try await Repository([
            "plain.swift": "let  plain = 1\n", ".swift-format": "{\"version\": 1}\n",
        ])
        try await repository.git("commit", "--quiet", "-m", "one")
        for name in try FileManager.default.subpathsOfDirectory(atPath: repository.path) + ["."] {
            try #require(lchown(repository.path + "/" + name, 65534, 65534) == 0)
        }
        let home = try TemporaryFolder()
        var environment: [String: String] = [:]
        switch setting {
        case "file": try home.write("[safe]\n\tdirectory = \(repository.path)\n", to: ".gitconfig")
        case "variables":
            environment = [
                "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": repository.path,
            ]
        default: break
        }
        let (run, validation) = try await run(
            JobFiles(Self.job), on: repository.path, home: home, environment)
        if setting == "nothing" {
            #expect(run.status == 2 && run.standardError.contains("dubious ownership"), "\(run.output)")
            #expect(run.standardError.contains("git config --global --add safe.directory \(repository.path)"))
        } else {
            #expect(run.status == 0, "\(run.output)")
            #expect(validation.isApplied && validation.commandsPassed == 5, "\(validation.text)")
        }
    }

    /// A mount that cannot be written, in which git can refresh no index and take no lock.
    @Test(.enabled(if: geteuid() == 0, "needs the right to mount"), .enabled(if: SpoolDisk.mayMount))
    func readOnlyWorkspaceOfAnotherOwnerIsValidated() async throws {
        let hostile = try await Hostile()
        let home = try TemporaryFolder()
        try home.write("[safe]\n\tdirectory = *\n", to: ".gitconfig")
        let files = try JobFiles(Self.job)
        let run = try await Program.run(
            URL(filePath: "/usr/bin/unshare"),
            [
                "--mount", "sh", "-euc",
                """
                chown -R 65534:65534 "$1"
                mount --bind "$1" "$1"
                mount -o remount,ro,bind "$1"
                ! touch "$1/.git/index" 2>/dev/null
                exec "$2" run "$3" --workspace "$1" --out "$4" --no-progress
                """, "sh", hostile.path, CoordinatorProgram.url.path, files.job, files.out,
            ], environment: ["HOME": home.path])
        #expect(run.status == 0, "\(run.output)")
        #expect(try hostile.started() == [])
    }

    /// A user's settings for git have no part in a copy, nor in how a patch applies.
    @Test func settingsOfTheUserDecideNothingButWhatMayBeOpened() async throws {
        let repository = try await Repository(["plain.py": "def plain(a, b):\n    return a + b   \n"])
        let home = try TemporaryFolder()
        let marks = try TemporaryFolder()
        let hooks = home.file("hooks")
        try FileManager.default.createDirectory(at: hooks, withIntermediateDirectories: true)
        for name in ["pre-commit", "post-index-change"] {
            try home.write("#!/bin/sh\ntouch \(marks.file("hook").path)\n", to: "hooks/\(name)")
            #expect(chmod(hooks.appending(path: name).path, 0o755) == 0)
        }
        try home.write(
            """
            [core]
            \tautocrlf = true
            \thooksPath = \(hooks.path)
            \tfsmonitor = touch \(marks.file("monitor").path);:
            [apply]
            \twhitespace = fix
            [commit]
            \tgpgSign = true
            [gpg]
            \tprogram = touch
            [init]
            \ttemplateDir = \(home.path)
            """, to: ".gitconfig")
        let patch = """
            --- a/plain.py
            +++ b/plain.py
            @@ -1,2 +1,3 @@
             def plain(a, b):
            +    # spaces at the end   \n     return a + b   \n
            """
        let files = try JobFiles(
            """
            workflow: settings
            task: {description: x, validation: [[grep, -q, "end   $", plain.py], [grep, -q, "b   $", plain.py]]}
            artifacts: {patch: \(String(decoding: try JSONEncoder().encode(patch), as: UTF8.self))}
            agents:
              - {name: validator, uses: validator, role: {reads: [task, artifacts.patch], writes: [artifacts.validation, artifacts.checklist, artifacts.tests]}, max_retries: 0}
            """)
        let (run, validation) = try await run(files, on: repository.path, home: home)
        #expect(run.status == 0, "\(run.output)")
        #expect(validation.isApplied && validation.commandsPassed == 2, "\(validation.text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: marks.path) == [])
    }

    /// Secrets have any name: what is not on the list and not asked for by name does not pass, whatever it is called.
    @Test func validationCommandsGetWhatTheJobNames() async throws {
        let repository = try await Repository()
        let home = try TemporaryFolder()
        let secrets = [
            "DATABASE_URL": "postgres://u:s3cr3t@h/d", "PGPASSWORD": "s3cr3t", "REDIS_URL": "redis://:s3cr3t@h",
            "FOO": "s3cr3t", "HTTPS_PROXY": "http://u:s3cr3t@proxy", "OPENAI_API_KEY": "s3cr3t",
            "GIT_CONFIG_PARAMETERS": "'http.extraHeader'='s3cr3t'",
        ]
        let files = try JobFiles(
            """
            workflow: variables
            task: {description: x, validation: [[sh, -c, "! env | grep -v ^NAMED= | grep s3cr3t"], [sh, -c, 'test "$NAMED" = s3cr3t']]}
            agents:
              - {name: validator, uses: validator, env: [NAMED, NOT_SET], max_retries: 0}
            """)
        let (run, validation) = try await run(
            files, on: repository.path, home: home, secrets.merging(["NAMED": "s3cr3t"]) { $1 })
        #expect(run.status == 0, "\(run.output)")
        #expect(validation.commandsPassed == 2, "\(validation.text)")
    }
}
