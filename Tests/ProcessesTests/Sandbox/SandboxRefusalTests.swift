import Foundation
import Glibc
import SandboxProbe
import Support
import Testing

/// What is asked for and cannot be had fails, with what to do about it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SandboxRefusalTests {
    private func words(of answer: ProbeAnswer) -> String {
        guard case .failed("sandbox", let words) = answer.ending else { return "\(answer)" }
        return words
    }

    @Test(arguments: Caller.possible) func whereNamespacesAreForbiddenBubblewrapFailsAndLandlockWorks(
        caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let failed = try await bench.run("true", at: .bubblewrap) { $0.forbidden = [.namespaces] }
        #expect(words(of: failed).contains("write \"sandbox: landlock\" (or set COORDINATOR_SANDBOX=landlock)"))
        let confined = try await bench.attempt("write", [bench.outside + "/file"], at: .landlock) {
            $0.forbidden = [.namespaces]
        }
        #expect(confined.ending == .exited(3) && confined.report?.level == .landlock)
    }

    @Test(arguments: Caller.possible) func withoutLandlockItsLevelFailsAndBubblewrapWorks(caller: Caller)
        async throws
    {
        let bench = try SandboxBench(caller)
        let failed = try await bench.run("true", at: .landlock) { $0.forbidden = [.landlock] }
        #expect(words(of: failed).contains("this kernel has no Landlock"))
        #expect(words(of: failed).contains("write \"sandbox: bubblewrap\""))
        #expect(try await bench.run("true", at: .bubblewrap) { $0.forbidden = [.landlock] }.ending == .exited(0))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can hide bubblewrap"))
    func withoutBubblewrapItIsToBeInstalled()
        async throws
    {
        let bench = try SandboxBench(.root)
        let hidden = ["unshare", "-m", "sh", "-c", "mount --bind /dev/null /usr/bin/bwrap; exec \"$@\"", "sh"]
        let failed = try await bench.run(["true"], at: .bubblewrap, words: hidden)
        #expect(words(of: failed).contains("bubblewrap is not installed. Install it"), "\(failed)")
    }

    /// Runs a program whose policy names no level, on a machine of a level.
    private func run(_ bench: SandboxBench, on value: String) async throws -> ProbeAnswer {
        try await bench.run(["true"], at: .unconfined, variables: ["COORDINATOR_SANDBOX": value]) {
            $0.policy.level = nil
        }
    }

    @Test func theMachinesLevelIsTheOneOfAPolicyWithoutOne() async throws {
        let bench = try SandboxBench(.unprivileged)
        for (value, level) in [("landlock", SandboxLevel.landlock), ("none", .unconfined), ("", .bubblewrap)] {
            let answer = try await run(bench, on: value)
            #expect(answer.ending == .exited(0) && answer.report?.level == level, "\(value): \(answer)")
        }
        let wrong = try await run(bench, on: "landlok")
        #expect(
            words(of: wrong).contains("It may be bubblewrap, landlock, none. Did you mean \"landlock\"?"), "\(wrong)")
        let foul = try await run(bench, on: "\u{1B}[2J")
        #expect(words(of: foul).contains("names no level") && !words(of: foul).contains("\u{1B}"))
        // A policy that names its level does not ask.
        let named = try await bench.run(["true"], at: .landlock, variables: ["COORDINATOR_SANDBOX": "wrong"])
        #expect(named.report?.level == .landlock)
    }

    @Test(arguments: confiningLevels, Caller.possible) func pathsThatCannotBeShownAreToldOf(
        level: SandboxLevel, caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        for (path, fault) in [
            ("/no/such/folder", "is not there"), ("relative", "Write the whole path"),
            ("/usr/../etc", "Write the whole"),
            ("/", "Write the whole path"),
        ] {
            for isWritten in [false, true] {
                let answer = try await bench.run("true", at: level) {
                    if isWritten { $0.policy.writes = [path] } else { $0.policy.reads = [path] }
                }
                #expect(words(of: answer).contains(fault) && words(of: answer).contains(path), "\(answer)")
            }
        }
        let many = try await bench.run("true", at: level) { $0.policy.reads = Array(repeating: "/usr", count: 65) }
        #expect(words(of: many).contains("at most 64"))
    }

    /// What a program leaves among programs would be started by this process itself, unconfined: git, or bubblewrap.
    @Test(arguments: confiningLevels) func programsOfThisProcessMayNotBeWritten(level: SandboxLevel) async throws {
        let bench = try SandboxBench(.unprivileged)
        try bench.write("", to: "outside/cache/bin/file")
        try bench.write("", to: "outside/cache/data/file")
        try #require(symlink("cache", bench.outside + "/link") == 0)
        let path = "\(bench.outside)/cache/bin:/usr/bin:/bin"
        for name in ["cache", "cache/bin", "link"] {
            let answer = try await bench.run(["true"], at: level, variables: ["PATH": path]) {
                $0.policy.writes = [bench.outside + "/" + name]
            }
            #expect(words(of: answer).contains("programs are looked up in \(bench.outside)/cache/bin"), "\(answer)")
        }
        let data = try await bench.run(["true"], at: level, variables: ["PATH": path]) {
            $0.policy.writes = [bench.outside + "/cache/data"]
        }
        #expect(data.ending == .exited(0), "\(data)")
    }

    @Test(.enabled(if: geteuid() == 0, "only root runs programs as another user"), arguments: confiningLevels)
    func aFolderThatTheProgramsUserMayNotEnterIsToldOf(level: SandboxLevel) async throws {
        let bench = try SandboxBench(.root)
        try bench.write("", to: "closed/inner/copy/file")
        try #require(chmod(bench.outside + "/../closed", 0o700) == 0)
        let folder = bench.outside + "/../closed/inner/copy"
        let answer = try await bench.run("true", at: level) {
            $0.folder = folder.replacing("/outside/..", with: "")
            $0.scratch = bench.scratch
        }
        #expect(words(of: answer).contains("this process is root, the program is user 65534"), "\(answer)")
        #expect(words(of: answer).contains("/closed/inner/copy"), "\(answer)")
    }
}
