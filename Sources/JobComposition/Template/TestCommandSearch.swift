import Coordinator
import FoundationEssentials
import Processes

/// Finds out how a repository runs its tests, from the files that its build tools read. Nothing of the repository is
/// started.
package struct TestCommandSearch: Sendable {
    private let folder: RepositoryFolder
    private let programs: InstalledPrograms
    private let runner: ProgramRunner

    /// Makes a search.
    /// - Parameters:
    ///   - folder: the repository's folder.
    ///   - programs: those that are installed.
    ///   - runner: starts Python, to ask for its modules.
    package init(in folder: String, programs: InstalledPrograms? = nil, runner: ProgramRunner) {
        self.folder = RepositoryFolder(path: folder)
        self.programs = programs ?? InstalledPrograms(outside: folder)
        self.runner = runner
    }

    /// The first test command that can run here, or else the first that cannot; `nil` when no file says how to test.
    /// - Throws: `CancellationError`.
    package func command() async throws -> TestCommand? {
        let ofLanguages = [swift, cargo, go, try await python(), npm, maven, gradle].compactMap(\.self)
        // A makefile beside them starts the same programs.
        let found = ofLanguages.isEmpty ? [cmake, make].compactMap(\.self) : ofLanguages
        return found.first { $0.obstacle == nil } ?? found.first
    }

    /// A command that can run where its programs are installed and nothing else is in the way.
    private func command(
        _ commands: [[String]], _ evidence: String, purpose: TestCommand.Purpose = .tests, obstacle: String? = nil
    ) -> TestCommand {
        let missing = commands.flatMap(Self.programs).first { !$0.contains("/") && programs.path(of: $0) == nil }
        return TestCommand(
            commands: commands, purpose: purpose, evidence: evidence,
            obstacle: missing.map { "\($0) is not installed." } ?? obstacle)
    }

    /// The programs that a command starts: `env` starts another one, after the variables that it sets.
    private static func programs(of command: [String]) -> [String] {
        guard command.first == "env" else { return Array(command.prefix(1)) }
        return ["env"] + command.dropFirst().drop { $0.contains("=") }.prefix(1)
    }

    private var swift: TestCommand? {
        guard let text = folder.text("Package.swift") else { return nil }
        return text.contains(".testTarget(")
            ? command([["swift", "test"]], "Package.swift")
            : command([["swift", "build"]], "Package.swift", purpose: .build)
    }

    private var cargo: TestCommand? { folder.has("Cargo.toml") ? command([["cargo", "test"]], "Cargo.toml") : nil }

    private var go: TestCommand? { folder.has("go.mod") ? command([["go", "test", "./..."]], "go.mod") : nil }

    private func python() async throws -> TestCommand? {
        for tests in ["tests", "test"] {
            let names = folder.names(in: tests).filter {
                $0.hasSuffix(".py") && ($0.hasPrefix("test_") || $0.hasSuffix("_test.py"))
            }
            guard !names.isEmpty else { continue }
            let isForPytest =
                folder.first(of: ["pytest.ini", "conftest.py", tests + "/conftest.py"]) != nil
                || folder.text("pyproject.toml")?.contains("[tool.pytest") == true
                || names.contains { folder.text(tests + "/" + $0)?.contains("unittest") != true }
            let module = isForPytest ? ["pytest", "-q"] : ["unittest", "discover", "-s", tests]
            // A package below src is found there: what is installed under its name is not what is to be tested.
            let isBelowSource = folder.names(in: "src").contains { folder.has("src/\($0)/__init__.py") }
            let prefix = isBelowSource ? ["env", "PYTHONPATH=src"] : []
            let hasModule = try await python3Has(module[0])
            return command(
                [prefix + ["python3", "-m"] + module], tests + "/" + names[0],
                obstacle: hasModule
                    ? nil : "python3 has no module \(module[0]); python3 -m pip install \(module[0]) adds it.")
        }
        return nil
    }

    /// Whether the tests will find a module. Python is asked without flags, since those leave out what the user installed
    /// for themselves, and in a folder where no file of the repository takes a module's place.
    private func python3Has(_ module: String) async throws -> Bool {
        guard let python = programs.path(of: "python3") else { return false }
        let invocation = ProgramInvocation(
            [
                python, "-c",
                "import importlib.util, sys; sys.exit(importlib.util.find_spec('\(module)') is None)",
            ],
            workingDirectory: ProgramInvocation.neutralFolder, timeout: .seconds(10))
        do {
            return try await runner.run(invocation).succeeded
        } catch is ProgramError {
            return false
        }
    }

    private var npm: TestCommand? {
        guard let text = folder.text("package.json"), let package = try? JSONValue(json: text.utf8),
            let script = package["scripts"]?["test"]?.stringValue, !script.contains("no test specified")
        else { return nil }
        let needs = ["dependencies", "devDependencies"].contains { package[$0]?.objectValue?.isEmpty == false }
        guard needs else { return command([["npm", "test"]], "package.json") }
        let install = folder.has("package-lock.json") ? "ci" : "install"
        return command(
            [["npm", install], ["npm", "test"]], "package.json",
            obstacle:
                "the tests need packages that git does not track, and npm \(install) fetches them from the network "
                + "and runs their scripts; that is for you to allow.")
    }

    private var cmake: TestCommand? {
        guard let text = folder.text("CMakeLists.txt"),
            ["enable_testing", "include(CTest)"].contains(where: text.contains)
        else { return nil }
        return command(
            [
                ["cmake", "-S", ".", "-B", "build"], ["cmake", "--build", "build"],
                ["ctest", "--test-dir", "build", "--output-on-failure"],
            ], "CMakeLists.txt")
    }

    private var make: TestCommand? {
        for name in ["GNUmakefile", "makefile", "Makefile"] {
            guard let text = folder.text(name) else { continue }
            let targets = text.split(whereSeparator: \.isNewline).compactMap { line in
                line.prefixMatch(of: /(check|test)\s*:(?!=)/).map { String($0.1) }
            }
            guard let target = ["check", "test"].first(where: targets.contains) else { return nil }
            return command([["make", target]], name)
        }
        guard folder.has("configure"), folder.has("Makefile.in") || folder.has("Makefile.am") else { return nil }
        return command([["./configure"], ["make", "check"]], "configure")
    }

    private var maven: TestCommand? { folder.has("pom.xml") ? command([["mvn", "-q", "test"]], "pom.xml") : nil }

    private var gradle: TestCommand? {
        guard let file = folder.first(of: ["build.gradle", "build.gradle.kts"]) else { return nil }
        return command([[folder.has("gradlew") ? "./gradlew" : "gradle", "test"]], file)
    }
}
