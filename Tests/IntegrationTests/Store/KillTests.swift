import Foundation
import TestSupport
import Testing

/// Jobs of thirty agents whose process is killed at seeded moments; `scripts/deep kills` does it two hundred times.
@Suite(.timeLimit(.minutes(10))) struct Kills {
    @Test func jobThatIsKilledAnywhereEndsAsOneThatNobodyKilled() async throws {
        let repository = (0..<4).reduce(URL(filePath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
        let script = repository.appending(path: "scripts/lib/kills.py").path
        let program = try await Program.run(
            URL(filePath: "/usr/bin/env"), ["python3", script, CoordinatorProgram.url.path, "--seeds", "1-6"])
        #expect(program.status == 0, "\(program.output)")
        #expect(program.standardOutput.contains(/kills: 6 jobs, [0-9]+ deaths, .* 0 failed/), "\(program.output)")
    }
}
