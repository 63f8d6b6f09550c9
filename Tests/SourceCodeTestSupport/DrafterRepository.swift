import Foundation
import Processes
import TestSupport
import Testing

/// A real git repository in a temporary folder that goes away with its owner.
package final class DrafterRepository: Sendable {
    private let folder: TemporaryFolder
    package var path: String { folder.path }

    package init(_ files: [String: String] = [:], committed: Bool = true) async throws {
        folder = try TemporaryFolder()
        try await git("init", "-q")
        for (name, text) in files { try write(name, text) }
        if committed, !files.isEmpty { try await commit() }
    }

    package func write(_ name: String, _ text: String) throws { try folder.write(text, to: name) }

    package func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    package func commit() async throws {
        try await git("add", "-A", "-f")
        try await git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "state")
    }

    @discardableResult
    package func git(_ arguments: String..., input: String = "") async throws -> ProgramResult {
        let result = try await run(["git"] + arguments, input: input)
        if !result.succeeded { Issue.record("git \(arguments): \(result.errorText)") }
        return result
    }

    package func run(_ arguments: [String], input: String = "") async throws -> ProgramResult {
        var invocation = ProgramInvocation(arguments, workingDirectory: path)
        invocation.environment.merge(["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]) { $1 }
        invocation.standardInput = Array(input.utf8)
        return try await ProgramRunner().run(invocation)
    }

    /// Every file's bytes, by path, with the git folder left out: to see that nothing was touched.
    package func snapshot() throws -> [String: Data] {
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
