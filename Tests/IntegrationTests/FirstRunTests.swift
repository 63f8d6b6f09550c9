import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// `coordinator init` and the run that follows, in repositories of other people.
@Suite(.timeLimit(.minutes(5))) struct FirstRuns {
    /// A folder with programs that are there, and do nothing but to say that they were started.
    private static func installed(_ names: [String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in names {
            // Python is asked which modules it has; `unittest` is one.
            let script = name == "python3" ? "case \"$*\" in *unittest*) exit 0;; *) exit 1;; esac" : "exit 0"
            try folder.write("#!/bin/sh\necho \"$0 $*\" >>'\(folder.path)/started'\n\(script)\n", to: name)
            chmod(folder.file(name).path, 0o755)
        }
        return folder
    }

    private static let all = ["swift", "cargo", "go", "python3", "npm", "make", "cmake", "ctest", "mvn", "env"]

    @Test(arguments: [
        (["Package.swift": "targets: [.testTarget(name: \"A\")]"], "verify:\n        - [swift, test]\n"),
        (["Cargo.toml": ""], "verify:\n        - [cargo, test]\n"),
        (["go.mod": "module a"], "verify:\n        - [go, test, ./...]\n"),
        (["tests/test_a.py": "import unittest"], "verify:\n        - [python3, -m, unittest, discover, -s, tests]\n"),
        (
            ["test/a_test.py": "import unittest", "src/p/__init__.py": ""],
            "verify:\n        - [env, PYTHONPATH=src, python3, -m, unittest, discover, -s, test]\n"
        ),
        (["package.json": #"{"scripts": {"test": "node --test"}}"#], "verify:\n        - [npm, test]\n"),
        (["pom.xml": ""], "verify:\n        - [mvn, -q, test]\n"),
        (["build.gradle": "", "gradlew": ""], "verify:\n        - [./gradlew, test]\n"),
        (["Makefile": "all:\ntest: all\ncheck : all\n"], "verify:\n        - [make, check]\n"),
        (["Makefile": "test:\n"], "verify:\n        - [make, test]\n"),
        (["configure": "", "Makefile.in": ""], "verify:\n        - [./configure]\n        - [make, check]\n"),
        (
            ["CMakeLists.txt": "enable_testing()", "Makefile": "test:\n"],
            "verify:\n        - [cmake, -S, ., -B, build]\n        - [cmake, --build, build]\n"
                + "        - [ctest, --test-dir, build, --output-on-failure]\n"
        ),
    ])
    func commandThatRunsTheTestsIsFound(_ files: [String: String], _ lines: String)
        async throws
    {
        let programs = try Self.installed(Self.all)
        let text = try await initialised(files, programs)
        #expect(text.contains("\n      " + lines), "\(text)")
        #expect(text.contains("requirements:\n    - text: The tests pass.\n"))
    }

    @Test func packageWithoutTestsIsSaidToBuildAndNoMore() async throws {
        let programs = try Self.installed(Self.all)
        let text = try await initialised(["Package.swift": "let package", "Makefile": "test:\n"], programs)
        #expect(text.contains("- text: It builds.\n"), "\(text)")
        #expect(text.contains("verify:\n        - [swift, build]\n"), "\(text)")
        #expect(!text.contains("tests pass"), "\(text)")
    }

    @Test func nameOfAFileIsNoYAML() async throws {
        let programs = try Self.installed(Self.all)
        let name = "test_a\nlimits: {timeout: 1s}\r\u{1B}[2J\u{85}x: 1\u{2028}y: 1.py"
        let text = try await initialised(["tests/\(name)": "import unittest"], programs)
        let shown = #""tests/test_a\nlimits: {timeout: 1s}\r\033[2J\302\205x: 1\342\200\250y: 1.py""#
        #expect(text.split { $0.isWhitespace || $0 == "#" }.joined(separator: " ").contains(shown), "\(text)")
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F ~= $0.value)) })
    }

    @Test func interpreterBehindEnvIsMissed() async throws {
        let programs = try Self.installed(["env"])
        let text = try await initialised(["tests/test_a.py": "import unittest", "src/p/__init__.py": ""], programs)
        #expect(text.contains("python3 is not installed."), "\(text)")
        #expect(!text.contains("verify:"), "\(text)")
    }

    @Test(arguments: [
        (["go.mod": "", "Makefile": "test:\n"], "go is not installed.", "#   - [go, test, ./...]"),
        (["Cargo.toml": ""], "cargo is not installed.", "#   - [cargo, test]"),
        (["tests/test_a.py": "import pytest"], "python3 has no module pytest", "#   - [python3, -m, pytest, -q]"),
        (
            [
                "package.json": #"{"scripts": {"test": "mocha"}, "devDependencies": {"mocha": "1"}}"#,
                "package-lock.json": "",
            ],
            "packages that git does not track", "#   - [npm, ci]"
        ),
        (["README.md": "# A"], "says how tests are run.", "#   - [make, check]"),
        (
            ["Makefile": "test := 1\nchecks:\n\ttest: x\n", "tests/x.py": "", "CMakeLists.txt": "project(a)"],
            "says how", "#"
        ),
        (["package.json": #"{"scripts": {"test": "echo \"Error: no test specified\" && exit 1"}}"#], "says how", "#"),
        (
            ["package.json": "[", "Package.swift/a": "", "Makefile": String(repeating: "#\n", count: 600_000)],
            "says how", "#"
        ),
    ])
    func commandThatCannotRunIsLeftOutWithTheReason(
        _ files: [String: String], _ reason: String, _ line: String
    ) async throws {
        let programs = try Self.installed(["python3", "npm", "make"])
        let text = try await initialised(files, programs)
        let comment = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
            !text.contains("\n  validation:") && !text.contains("verify:") && comment.contains { $0.hasPrefix(line) },
            "\(text)")
        #expect(comment.joined(separator: " ").replacing(" # ", with: " ").contains(reason), "\(text)")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(text)")
    }

    /// What `init` writes for some files, which `validate` accepts; nothing of the repository is started by either.
    private func initialised(_ files: [String: String], _ programs: TemporaryFolder) async throws -> String {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        let run = try await CoordinatorProgram.run("init", "-", environment: ["PATH": programs.path], in: folder.url)
        #expect(run.status == 0, "\(run.output)")
        let started = (try? programs.read("started"))?.split(separator: "\n") ?? []
        #expect(started.allSatisfy { $0.contains("/python3 -c ") }, "\(started)")
        let read = try await CoordinatorProgram.run("validate", "-", input: run.standardOutput)
        #expect(read.status == 0, "\(read.output)")
        return run.standardOutput
    }

    @Test func runWithoutAModelEndsWithTheVerdictOfTheTests() async throws {
        let repository = try await Repository(["Makefile": "check:\n\ttest -e a.c\n", "a.c": "int  a;\n"])
        let written = try await CoordinatorProgram.run("init", in: repository.folder.url)
        #expect(written.standardError.contains("then run, in a copy: make check\n"), "\(written.output)")
        try Data(
            "  - {name: publisher, uses: command, command: ['true'], needs: [drafter], when: {exists: artifacts.patch}}\n"
                .utf8
        )
        .append(to: repository.folder.file("job.yaml"))
        let run = try await CoordinatorProgram.run(
            "run", "job.yaml", "--out", "out", "--no-progress", in: repository.folder.url)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.standardOutput.contains("\nDraft: Nothing to offer by rule. "), "\(run.standardOutput)")
        #expect(run.standardOutput.contains("needs a model: --model NAME (docs/models.md).\n"))
        #expect(run.standardOutput.contains("publisher  – skipped"))
        let out = repository.folder.file("out")
        #expect(!FileManager.default.fileExists(atPath: out.appending(path: "artifacts/patch.diff").path))
        let report = try String(contentsOf: out.appending(path: "report.html"), encoding: .utf8)
        #expect(report.contains("Draft: Nothing to offer by rule."))
        let validation = try JSONValue(json: Data(contentsOf: out.appending(path: "artifacts/validation.json")))
        #expect(validation["commands"]?.arrayValue?.map { $0["outcome"] } == ["passed"])
    }

    @Test func folderInWhichAgentsFindNothingIsToldOf() async throws {
        let none = try TemporaryFolder()
        let outside = try await CoordinatorProgram.run("init", in: none.url)
        #expect(
            outside.status == 0 && outside.standardError.contains("is not in a git working tree"), "\(outside.output)")
        let empty = try await Repository([:])
        let inside = try await CoordinatorProgram.run("init", in: empty.folder.url)
        #expect(inside.status == 0 && inside.standardError.contains("git tracks no file here"), "\(inside.output)")
        let run = try await CoordinatorProgram.run("run", "job.yaml", in: empty.folder.url)
        #expect(run.status == 0 && run.standardError.contains("git tracks no file that include and exclude select"))
        #expect(run.standardOutput.contains("Draft: Nothing to offer by rule. There is no text to work on."))
        let binary = try await Repository([:])
        try binary.write(Data([0, 1, 2]), to: "a.bin")
        try await binary.git("add", "--all")
        let written = try await CoordinatorProgram.run("init", in: binary.folder.url)
        #expect(written.status == 0 && !written.standardError.contains("warning"), "\(written.output)")
        let left = try await CoordinatorProgram.run("run", "job.yaml", in: binary.folder.url)
        #expect(left.status == 0 && left.standardError.contains("left out a.bin"), "\(left.output)")
    }
}

extension Data {
    fileprivate func append(to file: URL) throws { try (try Data(contentsOf: file) + self).write(to: file) }
}
