import Foundation
import StandardAgents
import Testing

/// A folder that exists for one test.
struct ScratchFolder: ~Copyable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("workspace-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with its folders.
    func write(_ relative: String, _ text: String) throws { try write(relative, Data(text.utf8)) }

    func write(_ relative: String, _ data: Data) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(relative)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func link(_ relative: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(relative)", withDestinationPath: target)
    }

    func remove(_ relative: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(relative)") }

    /// Runs git here and returns its output.
    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        let result = try await ToolRunner.run(
            ToolInvocation(
                [
                    "git", "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c",
                    "commit.gpgsign=false",
                    "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c",
                    "core.hooksPath=/dev/null",
                ] + arguments, workingDirectory: path, environment: ["GIT_CONFIG_GLOBAL": "/dev/null"]))
        try #require(result.succeeded, "git \(arguments): \(result.errorText)")
        return result.outputText
    }

    /// Makes a repository of everything written so far, committed.
    func commitAll() async throws {
        try await git("init", "-q")
        try await git("add", "-A", "-f")
        try await git("commit", "-q", "--allow-empty", "-m", "content")
    }
}

/// Reads a pipe to its end on a thread of its own: opening waits for the writer, and must not hold a thread of the pool
/// that the writer's start may need.
func readPipe(_ path: String) async -> Data? {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            let handle = FileHandle(forReadingAtPath: path)
            continuation.resume(returning: handle.map { (try? $0.readToEnd()) ?? Data() })
        }
    }
}
