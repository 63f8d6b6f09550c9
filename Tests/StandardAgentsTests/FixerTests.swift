import Foundation
import SourceCode
import SourceCodeTestSupport
import Support
import TestSupport
import Testing

@testable import StandardAgents

/// Fixes of formatters and linters: some real, most of them scripts with their names.
@Suite(.timeLimit(.minutes(5))) struct FixerTests {
    /// A folder of programs with the names of fixers, each a shell script that corrects the files it is given.
    private struct Tools {
        let folder: TemporaryFolder

        /// - Parameter scripts: what a program does, by its name; `$files` are the files that it is given.
        init(_ scripts: [String: String]) throws {
            folder = try TemporaryFolder()
            for (name, script) in scripts { try add(script, as: name) }
        }

        func add(_ script: String, as name: String) throws {
            let text = """
                #!/bin/sh
                touch '\(folder.path)/started-'"$(basename "$0")"
                [ "$1" = --version ] && echo "\(name) version 7.2.1 (main)" && exit 0
                files=; for word in "$@"; do case "$word" in /*) files="$files $word";; esac; done
                files=${files# }
                \(script)
                """
            try folder.write(text, to: name)
            chmod(folder.file(name).path, 0o755)
        }

        func hasStarted(_ name: String) -> Bool { folder.exists("started-\(name)") }
        var path: String { "relative:\(folder.path)" }
    }

    /// Takes one of two spaces, in each file.
    private static let oneSpace = "sed -i 's/  / /' $files"
    private static let untidy = "int  a;\n"

    private func draft(
        _ repository: DrafterRepository, _ texts: [String: String], _ tools: Tools, task: String = "Look at a.c",
        named: [Fixer]? = nil, limits: DraftLimits = DraftLimits()
    ) async throws -> DraftResult {
        try await Drafter(rules: [FixerRule(named, path: tools.path)], limits: limits).draft(
            DraftRequest(
                workspace: repository.path, description: task, texts: [ExactString: String](texts), symbols: [:]))
    }

    private func changed(_ result: DraftResult) -> [String] { result.files.map(\.path) }

    @Test func fixesOfAConfiguredToolAreAPatchThatNamesIt() async throws {
        let texts = [
            "a.c": Self.untidy, "b.c": Self.untidy, "c.c": "int c;\n", "d.c": "int d;\n", ".clang-format": "{}\n",
        ]
        let repository = try await DrafterRepository(texts)
        let before = try repository.snapshot()
        let result = try await draft(repository, texts, Tools(["clang-format": Self.oneSpace]))
        #expect(try repository.snapshot() == before)
        // The task names one of the two files that the tool would change.
        #expect(changed(result) == ["a.c"])
        #expect(result.files[0].tool == "clang-format 7.2.1" && result.rules.map(\.count) == [2])
        #expect(result.statement.hasPrefix("Drafted without a language model. clang-format 7.2.1 made fixes in a.c."))
        #expect(
            result.patch.hasPrefix(
                "Made without a language model, and read by nobody yet:\nChanged a.c: clang-format 7.2.1\n\ndiff --git")
        )
        try await repository.git("apply", "-", input: result.patch)
        #expect(repository.read("a.c") == "int a;\n" && repository.read("b.c") == Self.untidy)
    }

    /// Git reads what stands before a patch, and refuses a line that looks like a part of one.
    @Test func patchIsAcceptedWhateverItsFilesAreCalled() async throws {
        let name = "@@ -1 +1 @@/a.c"
        let texts = [name: Self.untidy, ".clang-format": "{}\n"]
        let repository = try await DrafterRepository(texts)
        let result = try await draft(
            repository, texts,
            Tools(["clang-format": "for word in \"$@\"; do case $word in /*) sed -i 's/  / /' \"$word\";; esac; done"]))
        #expect(changed(result) == [name], "\(result.statement)")
        try await repository.git("apply", "--check", "-", input: result.patch)
        try await repository.git("apply", "-", input: result.patch)
        #expect(repository.read(name) == "int a;\n")
    }

    @Test func emptyDraftSaysWhyAndThatAModelHelps() async throws {
        let tools = try Tools(["clang-format": "true"])
        for (texts, reason) in [
            (["a.c": Self.untidy, ".clang-format": "{}\n"], "clang-format has nothing to change in the 1 file"),
            (["a.c": Self.untidy], "none is configured"),
            (
                ["a.swift": "let  a = 1\n", "a.go": "package a\n"],
                "gofmt applies to this repository, but is not installed"
            ),
            (["a.txt": "\n"], "none is configured for files of this repository"), ([:], "There is no text"),
        ] as [([String: String], String)] {
            let repository = try await DrafterRepository(texts)
            let result = try await draft(repository, texts, tools)
            #expect(result.patch.isEmpty && result.check == nil)
            #expect(result.statement.hasPrefix("Nothing to offer by rule. "), "\(result.statement)")
            #expect(result.statement.contains(reason), "\(result.statement)")
            #expect(result.statement.hasSuffix("needs a model: --model NAME (docs/models.md)."))
        }
    }

    @Test func toolThatWouldChangeMostFilesIsPassedOver() async throws {
        for (untidy, isTaken) in [(2, true), (3, false)] {
            var texts = [".clang-format": "{}\n"]
            for number in 0..<4 { texts["\(number).c"] = number < untidy ? Self.untidy : "int a;\n" }
            let repository = try await DrafterRepository(texts)
            let result = try await draft(
                repository, texts, Tools(["clang-format": Self.oneSpace]), task: "Look at 0.c, 1.c and 2.c")
            #expect(changed(result) == (isTaken ? ["0.c", "1.c"] : []), "\(untidy)")
            if !isTaken { #expect(result.statement.contains("would change 3 of the 4 files that it was shown")) }
        }
    }

    @Test func toolsFixesAreFewLinesOfFewFiles() async throws {
        var texts = [".clang-format": "{}\n", "long.c": String(repeating: Self.untidy, count: 3)]
        for number in 0..<3 { texts["\(number).c"] = Self.untidy }
        for number in 0..<5 { texts["tidy\(number).c"] = "int a;\n" }
        let repository = try await DrafterRepository(texts)
        let result = try await draft(
            repository, texts, Tools(["clang-format": Self.oneSpace]), task: "Look at long.c, 0.c, 1.c and 2.c",
            limits: DraftLimits(fixedFiles: 2, fixedLines: 5))
        #expect(changed(result) == ["0.c", "1.c"])
        #expect(result.notes.contains("clang-format would change 2.c too; a draft fixes at most 2 files."))
        #expect(result.notes.contains { $0.hasPrefix("clang-format would change 6 lines of long.c; more than 5") })
        let shown = try await draft(
            repository, texts, Tools(["clang-format": Self.oneSpace]), task: "Look at 2.c",
            limits: DraftLimits(examinedFiles: 1))
        #expect(changed(shown) == ["2.c"])
    }

    @Test func generatedForeignAndLargeFilesAreNotShownToATool() async throws {
        var texts = [
            ".clang-format": "{}\n", "a.c": "// Code generated by x. DO NOT EDIT.\r\nint  a;\r\n",
            "large.c": String(repeating: "int  a;", count: 100),
        ]
        for folder in ["vendor", "tests/fixtures", "testdata", "third_party/x"] { texts["\(folder)/a.c"] = Self.untidy }
        let repository = try await DrafterRepository(texts)
        let tools = try Tools(["clang-format": Self.oneSpace])
        let task = "Look at " + texts.keys.sorted().joined(separator: ", ")
        let result = try await draft(repository, texts, tools, task: task, limits: DraftLimits(fileBytes: 200))
        #expect(result.patch.isEmpty && !tools.hasStarted("clang-format"), "\(result.statement)")
    }

    @Test func toolConfiguredByAProgramRunsOnlyWhereTheJobNamesIt() async throws {
        let texts = ["a.js": "let  a\n", "eslint.config.js": "", ".prettierrc": "{}", "z.js": "let z\n"]
        let repository = try await DrafterRepository(texts)
        let tools = try Tools(["eslint": Self.oneSpace, "prettier": "sed -i 's/$/;/' $files"])
        let unnamed = try await draft(repository, texts, tools, task: "Look at a.js")
        #expect(unnamed.patch.isEmpty && !tools.hasStarted("eslint") && !tools.hasStarted("prettier"))
        #expect(unnamed.statement.contains("fixers: [eslint]") && unnamed.statement.contains("fixers: [prettier]"))
        let one = try await draft(repository, texts, tools, task: "Look at a.js", named: [.eslint])
        #expect(one.files.map(\.tool) == ["eslint 7.2.1"] && !tools.hasStarted("prettier"))
        // Of two, the second works on what was taken of the first.
        let both = try await draft(repository, texts, tools, task: "Look at a.js", named: [.eslint, .prettier])
        #expect(both.files.map(\.tool) == ["eslint 7.2.1 and prettier 7.2.1"])
        #expect(both.patch.contains("-let  a\n+let a;\n"))
        let none = try await draft(repository, texts, tools, task: "Look at a.js", named: [])
        #expect(none.statement.contains("The job names no tools."))
    }

    @Test func namedToolMayBeTheRepositorysOwnOthersNeverAre() async throws {
        let texts = ["a.js": "let  a\n", ".eslintrc.json": "{}", "b.c": Self.untidy, ".clang-format": "{}\n"]
        let repository = try await DrafterRepository(texts)
        let own = try Tools(["eslint": "[ -d node_modules/.bin ] && " + Self.oneSpace, "clang-format": Self.oneSpace])
        for name in ["eslint", "clang-format"] {
            try repository.write("node_modules/.bin/\(name)", own.folder.read(name))
            chmod(repository.path + "/node_modules/.bin/\(name)", 0o755)
        }
        let result = try await Drafter(
            rules: [FixerRule([.eslint, .clangFormat], path: repository.path + "/node_modules/.bin")]
        ).draft(
            DraftRequest(
                workspace: repository.path, description: "Look at a.js, b.c", texts: [ExactString: String](texts),
                symbols: [:]))
        #expect(changed(result) == ["a.js"], "\(result.statement)")
        #expect(!own.hasStarted("clang-format"))
    }

    @Test(arguments: [
        ("exit 3", "ended with status 3: it said nothing"), ("echo \"$files: broken\" >&2; exit 1", "a.c: broken"),
        ("kill -9 $$", "was ended by signal 9"), ("sleep 300", "took longer than 1 s"),
    ])
    func nothingIsTakenFromAToolThatFails(_ end: String, _ words: String) async throws {
        let texts = ["a.c": Self.untidy, ".clang-format": "{}\n"]
        let repository = try await DrafterRepository(texts)
        let result = try await draft(
            repository, texts, Tools(["clang-format": Self.oneSpace + "\n" + end]),
            limits: DraftLimits(toolSeconds: 1))
        #expect(result.patch.isEmpty)
        #expect(
            result.notes.contains { $0.contains(words) && $0.hasSuffix("nothing is taken from it.") }, "\(result.notes)"
        )
        #expect(!result.statement.contains("/workspace/"))
    }

    @Test(arguments: [
        "rm $files", "rm $files; ln -s /etc/hostname $files", "printf '\\377\\376' > $files", "rm $files; mkdir $files",
        "yes | head -c 100000 > $files",
    ])
    func whatAToolPutsInPlaceOfATextIsLeftAlone(_ script: String) async throws {
        let texts = ["a.c": Self.untidy, ".clang-format": "{}\n"]
        let repository = try await DrafterRepository(texts)
        let result = try await draft(
            repository, texts, Tools(["clang-format": script]), limits: DraftLimits(fileBytes: 10_000))
        #expect(result.patch.isEmpty)
        #expect(result.notes == ["clang-format left a.c as no text of at most 10000 bytes; that is not taken."])
    }

    @Test func fileThatAToolBreaksIsLeftAsItWas() async throws {
        let texts = ["a.py": "a =  1\n", "ruff.toml": "", "b.py": "b =  1\n"]
        let repository = try await DrafterRepository(texts)
        let script = "for f in $files; do case $f in */a.py) echo 'a = = 1' >$f;; *) sed -i 's/  / /' $f;; esac; done"
        let result = try await draft(repository, texts, Tools(["ruff": script]), task: "Look at a.py, b.py")
        #expect(changed(result) == ["b.py"])
        #expect(result.notes.contains("a.py does not parse as the tools left it, so it is left as it was."))
    }

    @Test func eachStepOfAToolRunsWhereItsOwnConfigurationIs() async throws {
        for (configuration, steps) in [
            (["pyproject.toml": "[tool.ruff.lint]\n"], ["check"]),
            (["pyproject.toml": "[tool.ruff]\n[tool.ruff.format]\n"], ["check", "format"]),
            (
                ["pyproject.toml": "[tool.ruff]\n", ".pre-commit-config.yaml": "id: ruff-format\n"],
                ["check", "format"]
            ),
            (["other/ruff.toml": "", "pyproject.toml": "[project]\n"], []),
        ] as [([String: String], [String])] {
            let texts = configuration.merging(["src/a.py": "a =  1\n"]) { $1 }
            let repository = try await DrafterRepository(texts)
            let tools = try Tools([:])
            try tools.add("echo $1 >>\(tools.folder.path)/steps", as: "ruff")
            _ = try await draft(repository, texts, tools, task: "Look at src/a.py")
            let seen = (try? tools.folder.read("steps")).map { $0.split(separator: "\n").map(String.init) } ?? []
            #expect(seen == steps, "\(configuration)")
        }
    }

    /// The copy that tools work in has what git tracks or does not ignore.
    @Test func ignoredConfigurationAndChangedTextsDoNotCount() async throws {
        let texts = ["a.c": Self.untidy, ".gitignore": ".clang-format\n"]
        let repository = try await DrafterRepository(texts)
        try repository.write(".clang-format", "{}\n")
        let tools = try Tools(["clang-format": Self.oneSpace])
        #expect(try await draft(repository, texts, tools).patch.isEmpty)
        try repository.write(".gitignore", "")
        let stale = try await draft(repository, ["a.c": "int   a;\n"], tools)
        #expect(stale.patch.isEmpty && stale.notes.contains { $0.hasPrefix("1 file changed since") })
        #expect(!tools.hasStarted("clang-format"))
        #expect(try await !draft(repository, texts, tools).patch.isEmpty)
    }

    @Test func filesNameIsNeverAnOptionOrACommand() async throws {
        let names = ["-rf.c", "$(touch x).c", "a;b.c", "with space.c", "ünï.c"]
        var texts = [".clang-format": "{}\n"]
        for name in names { texts[name] = "int a;\n" }
        let repository = try await DrafterRepository(texts)
        let tools = try Tools([:])
        try tools.add("for w in \"$@\"; do echo \"$w\"; done >\(tools.folder.path)/words", as: "clang-format")
        _ = try await draft(repository, texts, tools)
        let words = try tools.folder.read("words").split(separator: "\n")
        #expect(words.prefix(3) == ["-i", "--style=file", "--fallback-style=none"])
        #expect(words.dropFirst(3).allSatisfy { $0.hasPrefix("/") && $0.contains("/workspace/") })
        #expect(Set(words.dropFirst(3).compactMap { $0.split(separator: "/").last.map(String.init) }) == Set(names))
    }

    @Test func swiftsFormatterCorrectsByTheRepositorysConfiguration() async throws {
        let texts = [
            ".swift-format": "{\"version\": 1, \"indentation\": {\"spaces\": 3}}\n",
            "Sources/a.swift": "func a() {\n return\n}\n", "Sources/b.swift": "func b() {\n   return\n}\n",
        ]
        let repository = try await DrafterRepository(texts)
        let result = try await Drafter().draft(
            DraftRequest(
                workspace: repository.path, description: "Tidy a.swift.", texts: [ExactString: String](texts),
                symbols: [:]))
        #expect(changed(result) == ["Sources/a.swift"], "\(result.statement)")
        #expect(result.patch.contains("- return\n+   return\n") && result.files[0].syntax.outcome == .parses)
        #expect(result.files[0].tool?.hasPrefix("swift-format 6.") == true)
    }
}

/// Which files a task is about.
@Suite(.timeLimit(.minutes(1))) struct DraftSubjectTests {
    private func named(_ task: String, _ paths: [String], ranking: [String] = []) -> (Set<String>, [String]) {
        let request = DraftRequest(
            workspace: "/", description: task,
            texts: Dictionary(uniqueKeysWithValues: paths.map { (ExactString($0), "") }),
            symbols: [:], ranking: ranking)
        return (Set(request.subjectPaths.map(\.string)), request.orderedPaths)
    }

    @Test func taskIsAboutTheFilesThatItNamesOrThatShareItsWords() {
        let paths = ["src/a.py", "lib/a.py", "src/b.py", "Makefile", "x/Makefile"]
        #expect(named("Fix `src/a.py`: it fails.", paths).0 == ["src/a.py"])
        #expect(named("Fix b.py.", paths).0 == ["src/b.py"])
        // Two files have the name, and a name without a dot is a word.
        #expect(named("Fix a.py in the Makefile.", paths, ranking: ["src/b.py", "gone"]).0 == ["Makefile"])
        #expect(named("Fix a.py.", paths, ranking: ["src/b.py", "gone"]).0 == ["src/b.py"])
        #expect(named("Fix b.py.", paths, ranking: ["lib/a.py"]).1.prefix(2) == ["src/b.py", "lib/a.py"])
        #expect(named("Fix it.", paths).0 == [])
    }
}
