import Foundation
import Glibc
import SandboxProbe
import Support
import Testing

/// What holds programs to limits here: control groups where they can be made, and limits of each process where not.
enum Holding: Sendable, CaseIterable, CustomTestStringConvertible {
    case groups, processes

    /// Control groups can be made by root alone, and not where none are mounted.
    static let possible: [Holding] = geteuid() == 0 ? [.groups, .processes] : [.processes]

    var caller: Caller { self == .groups ? .root : .unprivileged }
    var mechanism: SandboxReport.Mechanism { self == .groups ? .cgroup : .rlimit }
    var testDescription: String { self == .groups ? "by control groups" : "by limits of processes" }
}

@Suite(.serialized, .timeLimit(.minutes(10))) struct SandboxLimitTests {
    private static let memory = 128 << 20
    private static let bombs = ["memory", "shared_memory", "memory_file_of_none", "system_five_memory"].map {
        [$0, "\(512 << 20)"]
    }

    @Test(arguments: Holding.possible, confiningLevels) func theLimitsThatBindAreTheOnesReported(
        holding: Holding, level: SandboxLevel
    ) async throws {
        let bench = try SandboxBench(holding.caller)
        let report = try await bench.run("true", at: level).report
        let mechanism = holding.mechanism
        #expect(
            report
                == SandboxReport(
                    level: level,
                    limits: [.memory: mechanism, .processes: mechanism, .cpu: .rlimit, .fileSize: .rlimit]))
    }

    @Test(.enabled(if: geteuid() == 0, "only root may hide the control groups of this machine"))
    func whereControlGroupsCannotBeMadeRootsProgramsAreLimitedByProcesses() async throws {
        let bench = try SandboxBench(.root)
        let hidden = ["unshare", "-m", "sh", "-c", "umount -a -l -t cgroup,cgroup2; exec \"$@\"", "sh"]
        for level in confiningLevels {
            for bomb in Self.bombs + [["fork_bomb", "200"]] {
                let answer = try await bench.attempt(bomb[0], [bomb[1]], at: level, words: hidden) {
                    $0.policy.limits = SandboxLimits(memory: Self.memory, processes: 20)
                }
                #expect(answer.ending == .exited(3), "\(level), \(bomb): \(answer)")
                #expect(answer.report?.limits[.memory] == .rlimit && answer.report?.limits[.processes] == .rlimit)
            }
        }
    }

    @Test(arguments: Holding.possible, bombs) func memoryIsLimitedHoweverItIsAskedFor(
        holding: Holding, bomb: [String]
    ) async throws {
        let bench = try SandboxBench(holding.caller)
        for level in confiningLevels {
            let answer = try await bench.attempt(bomb[0], [bomb[1]], at: level) {
                $0.policy.limits = SandboxLimits(memory: Self.memory)
            }
            let isKilled = answer.ending == .signalled(SIGKILL) && answer.reached == [.memory]
            #expect(isKilled || answer.ending == .exited(3), "\(level): \(answer)")
        }
        #expect(try await bench.attempt(bomb[0], [bomb[1]], at: .unconfined).ending == .exited(0))
    }

    @Test(arguments: Holding.possible, ["/tmp", "/dev/shm"]) func filesInMainMemoryAreLimited(
        holding: Holding, folder: String
    ) async throws {
        let bench = try SandboxBench(holding.caller)
        for level in confiningLevels {
            let answer = try await bench.attempt("files_in_memory", [folder, "\(256 << 20)"], at: level) {
                $0.policy.limits = SandboxLimits(memory: Self.memory)
            }
            let isKilled = answer.ending == .signalled(SIGKILL) && answer.reached == [.memory]
            #expect(isKilled || answer.ending == .exited(3), "\(level): \(answer)")
        }
    }

    /// A limit of each process is one of no sum.
    @Test(arguments: Holding.possible) func onlyControlGroupsLimitTheMemoryOfSeveralProcessesTogether(
        holding: Holding
    ) async throws {
        let bench = try SandboxBench(holding.caller)
        for level in confiningLevels {
            let answer = try await bench.attempt("memory_of_many", ["\(256 << 20)", "4"], at: level) {
                $0.policy.limits = SandboxLimits(memory: Self.memory)
            }
            #expect((answer.ending == .exited(0)) == (holding == .processes), "\(level): \(answer)")
            #expect(answer.reached.contains(.memory) == (holding == .groups))
        }
    }

    @Test(arguments: Holding.possible, ["fork_bomb", "thread_bomb"]) func processesAndThreadsAreLimited(
        holding: Holding, bomb: String
    ) async throws {
        let bench = try SandboxBench(holding.caller)
        for level in confiningLevels {
            let answer = try await bench.attempt(bomb, ["200"], at: level) {
                $0.policy.limits = SandboxLimits(processes: 20)
            }
            #expect(answer.ending == .exited(3), "\(level): \(answer)")
            let count = answer.output.split(separator: "\n").first.flatMap { Int($0) }
            #expect(count.map { (15...19).contains($0) } == true, "\(level): \(answer)")
            #expect(answer.reached == (holding == .groups ? [.processes] : []))
        }
        #expect(try await bench.attempt(bomb, ["200"], at: .unconfined).ending == .exited(0))
    }

    @Test(arguments: Caller.possible) func theTimeOfTheProcessorAndTheLengthOfFilesAreLimited(
        caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        for level in confiningLevels {
            func end(_ words: String...) async throws -> ProbeAnswer {
                try await bench.run(words, at: level) {
                    $0.policy.limits = SandboxLimits(cpu: .seconds(1), fileSize: 1 << 20)
                }
            }
            let spinning = try await end("sh", "-c", "while :; do :; done")
            #expect(spinning.ending == .signalled(SIGXCPU) && spinning.reached == [.cpu], "\(level): \(spinning)")
            let deaf = try await end(SandboxBench.python, "escape.py", "burn", "20")
            #expect(deaf.ending == .signalled(SIGKILL), "\(level): \(deaf)")
            let writing = try await end("sh", "-c", "exec head -c 2000000 /dev/zero >long")
            #expect(writing.ending == .signalled(SIGXFSZ) && writing.reached == [.fileSize], "\(level): \(writing)")
            for escape in ["long_file", "written_file"] {
                let answer = try await end(SandboxBench.python, "escape.py", escape, "\(10 << 30)")
                #expect(answer.ending == .exited(3), "\(level): \(answer)")
            }
        }
        #expect(try await bench.attempt("long_file", ["\(10 << 30)"], at: .unconfined).ending == .exited(0))
        #expect(try await bench.attempt("burn", ["3"], at: .unconfined).ending == .exited(0))
    }

    /// A program that needs no more runs, though what confines it needs more for a moment.
    @Test(arguments: Caller.possible) func theLeastMemoryIsEnoughToStart(caller: Caller) async throws {
        let bench = try SandboxBench(caller)
        for level in confiningLevels {
            let answer = try await bench.run(["/bin/true"], at: level) { $0.policy.limits = SandboxLimits(memory: 0) }
            #expect(answer.ending == .exited(0), "\(level): \(answer)")
        }
    }

    /// Nothing limits how many files there are: their copy is thrown away.
    @Test func asManyFilesAsThereIsRoomForAreWritten() async throws {
        let bench = try SandboxBench(.unprivileged)
        for level in confiningLevels {
            #expect(try await bench.attempt("many_files", ["5000"], at: level).ending == .exited(0))
        }
    }
}
