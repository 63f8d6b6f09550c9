import Foundation
import StandardAgents
import Testing

/// A real git repository in a temporary folder that goes away with its owner.
final class DrafterRepository: Sendable {
    let path: String

    init(_ files: [String: String] = [:], committed: Bool = true) async throws {
        path =
            FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("drafter-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await git("init", "-q")
        for (name, text) in files { try write(name, text) }
        if committed, !files.isEmpty { try await commit() }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func commit() async throws {
        try await git("add", "-A", "-f")
        try await git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "state")
    }

    @discardableResult
    func git(_ arguments: String..., input: String = "") async throws -> ToolResult {
        let result = try await run(["git"] + arguments, input: input)
        if !result.succeeded { Issue.record("git \(arguments): \(result.errorText)") }
        return result
    }

    func run(_ arguments: [String], input: String = "") async throws -> ToolResult {
        try await ToolRunner().run(
            ToolInvocation(
                arguments, workingDirectory: path, environment: GitApply.environment, standardInput: Array(input.utf8)))
    }

    /// Every file's bytes, by path, with the git folder left out: to see that nothing was touched.
    func snapshot() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) where !name.hasPrefix(".git/") {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder), !isFolder.boolValue {
                found[name] = FileManager.default.contents(atPath: path + "/" + name)
            }
        }
        return found
    }
}

/// A generator whose seed is printed with a failure, so that a run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
