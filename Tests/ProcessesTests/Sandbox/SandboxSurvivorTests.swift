import Foundation
import Glibc
import SandboxProbe
import Support
import TestSupport
import Testing

/// What programs leave behind.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SandboxSurvivorTests {
    private static let ways = [[], ["wiped"], ["wiped", "limit"]]

    @Test(arguments: Caller.possible, ways) func noProcessSurvivesItsRun(caller: Caller, ways: [String])
        async throws
    {
        let bench = try SandboxBench(caller)
        for level in confiningLevels + [.unconfined] {
            let name = "\(Int.random(in: 1...1_000_000_000))"
            let answer = try await bench.attempt("survive", [name] + ways, at: level)
            #expect(answer.ending == .exited(0), "\(level): \(answer)")
            #expect(Traces.processes(named: "0030" + name).isEmpty, "\(level)")
        }
    }

    /// Whoever embeds the library does not adopt orphans.
    @Test(arguments: confiningLevels, ways) func controlGroupsEndSurvivorsThatNobodyAdopts(
        level: SandboxLevel, ways: [String]
    ) async throws {
        guard geteuid() == 0 || level == .bubblewrap else { return }
        let bench = try SandboxBench(geteuid() == 0 ? .root : .unprivileged)
        let name = "\(Int.random(in: 1...1_000_000_000))"
        let answer = try await bench.attempt("survive", [name] + ways, at: level) { $0.isWatched = false }
        #expect(answer.ending == .exited(0), "\(answer)")
        #expect(Traces.processes(named: "0030" + name).isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make control groups here"), arguments: confiningLevels)
    func watcherRemovesTheControlGroupsOfAProcessThatIsKilled(level: SandboxLevel) async throws {
        let bench = try SandboxBench(.root)
        let probe = try bench.start(bench.request(["sh", "-c", "echo >started; sleep 31"], at: level))
        try await eventually { FileManager.default.fileExists(atPath: bench.copy + "/started") }
        #expect(!Traces.groups(of: [probe.pid]).isEmpty)
        probe.signal(SIGKILL)
        _ = try await probe.wait()
        try await eventually { Traces.groups(of: [probe.pid]).isEmpty && Traces.processes(in: bench.copy).isEmpty }
    }

    @Test(arguments: confiningLevels, Caller.possible) func aChainOfProcessesThatForkAndEndIsEnded(
        level: SandboxLevel, caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let answer = try await bench.attempt("endless_forks", at: level) { $0.milliseconds = 500 }
        // At `bubblewrap` the first process of the chain is the program, and all end with it.
        if case .failed = answer.ending { Issue.record("\(answer)") }
        #expect(Traces.processes(in: bench.copy).isEmpty)
    }
}
