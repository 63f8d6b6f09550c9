import Foundation
import Glibc
import StandardAgents
import TestSupport
import Testing

/// A folder that exists for one test.
struct ScratchFolder: ~Copyable {
    private let folder: TestSupport.TemporaryFolder
    var path: String { folder.path }

    init() throws { folder = try TestSupport.TemporaryFolder() }

    /// Writes a file, with its folders.
    func write(_ relative: String, _ text: String) throws { try write(relative, Data(text.utf8)) }

    /// Written without Foundation, which lets every program started meanwhile inherit the open file: a program that
    /// another one still holds open for writing cannot be started.
    func write(_ relative: String, _ data: Data, mode: mode_t = 0o644) throws {
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
    func writeProgram(_ relative: String, _ script: String) throws -> String {
        try write(relative, Data(script.utf8), mode: 0o755)
        return "\(path)/\(relative)"
    }

    func link(_ relative: String, to target: String) throws { try folder.link(relative, to: target) }

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

/// The reading end of a named pipe, which no writer that never comes can block.
struct NamedPipe: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Makes the pipe and opens it.
    init(_ path: String) throws {
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        self.path = path
        descriptor = reader
    }

    deinit { close(descriptor) }

    /// Everything written from the first writer's opening to the last one's closing; `nil` when that does not end
    /// within a minute.
    func read() async -> [UInt8]? {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 4096)
                while true {
                    // The hang-up is reported once there has been a writer, not before.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    guard poll(&wanted, 1, 60_000) > 0 else { return continuation.resume(returning: nil) }
                    let count = Glibc.read(descriptor, &chunk, chunk.count)
                    if count > 0 { bytes += chunk[..<count] } else if count == 0 { break }
                }
                continuation.resume(returning: bytes)
            }
        }
    }
}
