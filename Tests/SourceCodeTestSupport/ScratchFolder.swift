import Foundation
import Glibc
import Processes
import TestSupport
import Testing

/// A folder that exists for one test.
package struct ScratchFolder: ~Copyable {
    private let folder: TemporaryFolder
    package var path: String { folder.path }

    package init() throws { folder = try TemporaryFolder() }

    /// Writes a file, with its folders.
    package func write(_ relative: String, _ text: String) throws { try write(relative, Data(text.utf8)) }

    /// Written without Foundation, which lets every program started meanwhile inherit the open file: a program that
    /// another one still holds open for writing cannot be started.
    package func write(_ relative: String, _ data: Data, mode: mode_t = 0o644) throws {
        let url = folder.file(relative)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        try #require(descriptor >= 0, "\(url.path): \(String(cString: strerror(errno)))")
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        defer { close(descriptor) }
        try file.write(contentsOf: data)
    }

    /// Writes a script and returns its path.
    package func writeProgram(_ relative: String, _ script: String) throws -> String {
        try write(relative, Data(script.utf8), mode: 0o755)
        return "\(path)/\(relative)"
    }

    package func link(_ relative: String, to target: String) throws { try folder.link(relative, to: target) }

    package func remove(_ relative: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(relative)") }

    /// Runs git here and returns its output.
    @discardableResult
    package func git(_ arguments: String...) async throws -> String {
        let result = try await run(git: arguments)
        try #require(result.succeeded, "git \(arguments): \(result.errorText)")
        return result.outputText
    }

    /// Runs git here, however it ends.
    package func run(git arguments: [String]) async throws -> ProgramResult {
        try await ProgramRunner().run(
            ProgramInvocation(
                [
                    "git", "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c",
                    "commit.gpgsign=false",
                    "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c",
                    "core.hooksPath=/dev/null",
                ] + arguments, workingDirectory: path,
                environment: ProgramVariables.passed.merging(["GIT_CONFIG_GLOBAL": "/dev/null"]) { $1 }))
    }

    /// Makes a repository of everything written so far, committed.
    package func commitAll() async throws {
        try await git("init", "-q")
        try await git("add", "-A", "-f")
        try await git("commit", "-q", "--allow-empty", "-m", "content")
    }
}
