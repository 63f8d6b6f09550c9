import Foundation
import Telemetry
import TestSupport
import Testing

/// What the program says it is.
@Suite(.timeLimit(.minutes(10))) struct Version {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func versionNamesTheBuiltCommit() async throws {
        let run = try await CoordinatorProgram.run("--version")
        #expect(run.status == 0)
        let match = try #require(run.standardOutput.wholeMatch(of: /(.+) \(([0-9a-f]{7,}|unknown commit)\)\n/))
        #expect(String(match.1) == TelemetrySDK.version)
        // Outside a clone there is nothing to name.
        let isClone = FileManager.default.fileExists(atPath: root.appending(path: ".git").path)
        #expect((match.2 == "unknown commit") == !isClone)
        guard isClone else { return }
        // The tests may be older than the newest commit; scripts/check holds a fresh build to that.
        let git = try await Program.run(
            URL(filePath: "/usr/bin/env"), ["git", "-C", root.path, "cat-file", "-t", String(match.2)])
        #expect(git.standardOutput == "commit\n")
    }
}
