import Support
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ProcessEscapeTests {
    private static let escapes = [
        Escape("read_memory", "{PROCESS}", "{SECRET}"), Escape("memory_file", "{PROCESS}", "{SECRET}"),
        Escape("trace", "{PROCESS}"), Escape("environment", "{PROCESS}"),
        Escape("command_line", "{PROCESS}") { level, _ in level == .landlock },
        Escape("enter_namespace", "{PROCESS}", control: .root),
        Escape("slow", "{PROCESS}"), Escape("slow_all", control: .unprivileged) { level, _ in level == .bubblewrap },
        Escape("pin", "{PROCESS}"), Escape("unschedule", "{PROCESS}"),
        Escape("end", "{PROCESS}"),
    ]
    private static let ends = [
        Escape("end_by_descriptor", "{PROCESS}"), Escape("end_by_limit", "{PROCESS}", control: .unprivileged),
    ]

    @Test(arguments: escapes + ends, Caller.possible) func noProcessOutsideIsReached(
        escape: Escape, by caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let victim = try await bench.victim()
        try await bench.check(
            escape, ["PROCESS": "\(victim.facts.process)", "SECRET": "\(victim.facts.secret)"]
        ) { victim.isUntouched }
    }

    /// Those of its own sandbox alone: the process that waits for the program, and bubblewrap's.
    @Test(arguments: confiningLevels, Caller.possible) func whoeverEndsAllProcessesEndsItsOwn(
        level: SandboxLevel, caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let victim = try await bench.victim()
        _ = try await bench.attempt("end_all", at: level)
        #expect(victim.isUntouched)
    }

    /// Descriptors, memory, variables or the executable of a stage or of bubblewrap would lead out.
    @Test(arguments: confiningLevels, Caller.possible) func noProcessInsideHasASecret(
        level: SandboxLevel, caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let answer = try await bench.attempt("any_secret", at: level)
        #expect(answer.ending == .exited(3), "\(answer)")
        #expect(try await bench.attempt("any_secret", at: .unconfined).ending == .exited(0))
    }

    /// Two programs of one user, at the same time.
    @Test(arguments: confiningLevels, Caller.possible) func programsInTwoSandboxesDoNotReachEachOther(
        level: SandboxLevel, caller: Caller
    ) async throws {
        let (one, other) = (try SandboxBench(caller), try SandboxBench(caller))
        let words = ["-c", "import os,time; open('ready','w').write(str(os.getpid())); time.sleep(4)"]
        async let sleeping = one.run([SandboxBench.python] + words, at: level)
        for escape in ["read", "write", "list_folder", "truncate"] {
            let path = escape == "list_folder" ? one.copy : one.copy + "/files.py"
            let answer = try await other.attempt(escape, [path], at: level)
            #expect(answer.ending == .exited(3), "\(escape): \(answer)")
        }
        _ = try await other.attempt("end_all", at: level)
        #expect(try await sleeping.ending == .exited(0))
    }
}
