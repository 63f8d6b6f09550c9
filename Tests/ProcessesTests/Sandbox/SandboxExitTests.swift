import Glibc
import SandboxProbe
import Support
import Testing

/// A program in a sandbox ends as it does outside.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SandboxExitTests {
    private static let scripts = [
        "exit 0", "exit 1", "exit 69", "exit 75", "exit 126", "exit 127", "exit 137", "exit 255",
        "kill -KILL $$", "kill -SEGV $$", "kill -TERM $$", "kill -XFSZ $$", "echo out; echo err >&2; exit 7",
        "cat; echo end", "exec 1>&- 2>&-; exit 5", "(sleep 0.05; exit 3) & wait $!; exit $?",
    ]

    @Test(arguments: scripts, Caller.possible) func theEndAndTheOutputAreThoseOfOutside(
        script: String, caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        func end(at level: SandboxLevel) async throws -> ProbeAnswer {
            var answer = try await bench.run(script, at: level) { $0.input = "input\n" }
            (answer.report, answer.reached) = (nil, [])
            return answer
        }
        let outside = try await end(at: .unconfined)
        for level in confiningLevels { #expect(try await end(at: level) == outside, "\(level)") }
    }

    @Test(arguments: confiningLevels + [.unconfined], Caller.possible) func whatTakesTooLongIsEndedAskedFirst(
        level: SandboxLevel, caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let deaf = try await bench.run("trap '' TERM; echo up; while :; do sleep 0.1; done", at: level) {
            ($0.milliseconds, $0.graceMilliseconds) = (5000, 500)
        }
        #expect(deaf.isTimedOut && deaf.output == "up\n" && deaf.ending == .signalled(SIGKILL), "\(deaf)")
        let obedient = try await bench.run("trap 'echo asked; exit 9' TERM; while :; do sleep 0.1; done", at: level) {
            ($0.milliseconds, $0.graceMilliseconds) = (5000, 60_000)
        }
        #expect(obedient.isTimedOut && obedient.output == "asked\n" && obedient.ending == .exited(9), "\(obedient)")
        let ended = try await bench.run("sleep 60", at: level) {
            ($0.milliseconds, $0.graceMilliseconds) = (5000, 60_000)
        }
        #expect(ended.isTimedOut && ended.ending == .signalled(SIGTERM), "\(ended)")
        let killed = try await bench.run("sleep 60", at: level) { $0.milliseconds = 300 }
        #expect(killed.isTimedOut && killed.ending == .signalled(SIGKILL), "\(killed)")
    }

    @Test(arguments: confiningLevels + [.unconfined]) func aCancelledRunIsEnded(level: SandboxLevel) async throws {
        let bench = try SandboxBench(.unprivileged)
        for moment in [0, 5, 50, 500] {
            let answer = try await bench.run("sleep 60", at: level) { $0.cancelledAfterMilliseconds = moment }
            #expect(answer.ending == .failed("other", "CancellationError()"), "\(answer)")
        }
    }

    @Test(arguments: confiningLevels + [.unconfined]) func aFloodOfOutputIsCutOrEndsItsProgram(
        level: SandboxLevel
    ) async throws {
        let bench = try SandboxBench(.unprivileged)
        let answer = try await bench.attempt("flood", ["100000000"], at: level) { $0.outputLimit = 1000 }
        #expect(answer.isExceeded && answer.output.utf8.count == 1000 && answer.ending == .signalled(SIGKILL))
    }

    private static let faults = [
        "no-such-program", "/usr/bin/no-such-program", "./plain", "./orphan", "./folder", "./garbage", "./empty",
        "./loop",
    ]

    @Test(arguments: faults, confiningLevels) func aProgramThatCannotStartIsToldOfAsOutside(
        program: String, level: SandboxLevel
    ) async throws {
        let bench = try SandboxBench(.unprivileged)
        try bench.write("echo\n", to: "copy/plain")
        try bench.write("#!/no/interpreter\n", to: "copy/orphan", mode: 0o755)
        try bench.write("\u{1}\u{2}\u{3}", to: "copy/garbage", mode: 0o755)
        try bench.write("", to: "copy/empty", mode: 0o755)
        try bench.write("", to: "copy/folder/file")
        try #require(symlink("loop", bench.copy + "/loop") == 0)
        let outside = try await bench.run([program], at: .unconfined).ending
        guard case .failed = outside else {
            Issue.record("\(outside)")
            return
        }
        #expect(try await bench.run([program], at: level).ending == outside)
    }

    /// What runs outside alone: the words say what a sandbox shows.
    @Test(arguments: confiningLevels) func aProgramThatOnlyItsSandboxLacksIsToldOf(level: SandboxLevel)
        async throws
    {
        let bench = try SandboxBench(.unprivileged)
        try bench.write("#!/bin/sh\n", to: "outside/script", mode: 0o755)
        let program = bench.outside + "/script"
        #expect(try await bench.run([program], at: .unconfined).ending == .exited(0))
        guard case .failed(_, let words) = try await bench.run([program], at: level).ending else {
            Issue.record("it ran")
            return
        }
        #expect(words.contains("in its sandbox") && words.contains("sandbox.reads"), "\(words)")
        #expect(try await bench.run([program], at: level) { $0.policy.reads = [bench.outside] }.ending == .exited(0))
    }
}
