import Processes

/// Runs `git apply` so that only the folder's files decide: no repository above it, no user configuration, no hooks.
package struct GitApply: Sendable {
    /// The folder to which the patch's paths are relative.
    package let folder: String
    private let runner: ProgramRunner

    /// How long git may take.
    package static let timeout = Duration.seconds(60)

    /// Makes a runner of `git apply` for one folder.
    /// - Parameter runner: Starts git.
    package init(folder: String, runner: ProgramRunner) {
        self.folder = folder
        self.runner = runner
    }

    /// The outcome of a call of git on a patch.
    package enum Outcome: Sendable, Hashable {
        case accepted
        /// git's own message.
        case rejected(String)
    }

    /// Whether git would apply the patch to the folder as it is, changing exactly this many files.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started.
    package func check(_ patch: String, files: Int) async throws -> Outcome {
        let prefix = try await prefix()
        let result = try await run(["--check", "--numstat", "-z"] + prefix, patch)
        guard result.succeeded else { return .rejected(message(result)) }
        // git skips paths outside of its folder without an error, so the files it counted are compared with `files`.
        let seen = result.standardOutput.count { $0 == 0 }
        return seen == files ? .accepted : .rejected("git apply saw \(seen) of \(files) files")
    }

    /// Applies a patch to the folder.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started.
    package func apply(_ patch: String) async throws -> Outcome {
        let result = try await run(try await prefix(), patch)
        return result.succeeded ? .accepted : .rejected(message(result))
    }

    /// The paths git reads in a patch, new names for renamed files; or why git cannot read it. Nothing is applied.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started.
    package func paths(of patch: String) async throws -> Result<Set<String>, Unreadable> {
        let result = try await run(["--numstat", "-z"], patch)
        guard result.succeeded else { return .failure(Unreadable(message: message(result))) }
        var paths: Set<String> = []
        for record in result.standardOutput.split(separator: 0) {
            let fields = record.split(separator: 0x09, maxSplits: 2, omittingEmptySubsequences: false)
            if fields.count == 3 { paths.insert(String(decoding: fields[2], as: UTF8.self)) }
        }
        return .success(paths)
    }

    /// Why git cannot read a patch.
    package struct Unreadable: Error, Sendable, Hashable { package let message: String }

    /// The path from the top of the repository to the folder, as git's option; nothing at the top and outside.
    private func prefix() async throws -> [String] {
        let result = try await runner.run(
            ProgramInvocation(
                ["git", "rev-parse", "--show-prefix"], workingDirectory: folder, environment: Self.environment,
                timeout: Self.timeout))
        var path = result.outputText
        while path.last == "\n" { path.removeLast() }
        return result.succeeded && !path.isEmpty ? ["--directory=\(path)"] : []
    }

    private func run(_ options: [String], _ patch: String) async throws -> ProgramResult {
        var invocation = ProgramInvocation(
            ["git", "apply", "--whitespace=nowarn"] + options + ["-"], workingDirectory: folder,
            environment: Self.environment, timeout: Self.timeout)
        invocation.standardInput = Array(patch.utf8)
        return try await runner.run(invocation)
    }

    private func message(_ result: ProgramResult) -> String {
        if result.timedOut { return "git apply took longer than \(Self.timeout)" }
        return result.errorText.split(separator: "\n").prefix(5).joined(separator: "; ")
    }

    /// Variables that make git ignore the user's configuration and every repository outside of its folder.
    package static let environment: [String: String?] = [
        "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil, "GIT_PREFIX": nil,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_OBJECT_DIRECTORY": nil, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C",
    ]
}
