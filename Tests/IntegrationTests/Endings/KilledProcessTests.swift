import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// Endings of `coordinator` that it cannot handle: no program may outlive it.
@Suite(.serialized, .timeLimit(.minutes(3))) struct KilledProcesses {
    @Test(arguments: [SIGKILL, SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGQUIT, SIGSYS])
    func killedRunLeavesNoProgram(number: Int32) async throws {
        let run = try await StubbornRun.start()
        run.process.signal(number)
        #expect(try await run.process.wait() == 128 + number)
        try await run.programs.end()
    }

    @Test func killedWatcherIsReplaced() async throws {
        let run = try await StubbornRun.start()
        let first = try #require(run.watcher)
        kill(first, SIGKILL)
        try await eventually(within: .seconds(30)) {
            run.watcher.map { $0 != first && !ProcessFacts.hasEnded($0) } ?? false
        }
        #expect(run.programs.living.count == StubbornRun.processCount)
        run.process.signal(SIGKILL)
        _ = try await run.process.wait()
        try await run.programs.end()
    }

    /// It would keep a build from ending, a disk from being unmounted or a terminal from closing.
    @Test func watcherHoldsNothingOfItsParent() async throws {
        let run = try await StubbornRun.start(environment: ["OPENAI_API_KEY": "k-secret"])
        let watcher = try #require(run.watcher)
        #expect(ProcessFacts.words("cmdline", of: watcher).prefix(2) == ["orphan-watcher", "\(run.process.pid)"])
        #expect(ProcessFacts.words("environ", of: watcher).allSatisfy { $0.hasPrefix("LD_") })
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(watcher)/cwd") == "/")
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(watcher)/fd").sorted()
        #expect(open == ["0", "1", "2"])
        for stream in ["1", "2"] {
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(watcher)/fd/\(stream)")
                    == "/dev/null")
        }
        #expect(getsid(watcher) == watcher)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1] { kill(watcher, number) }
        run.process.signal(SIGTERM)
        #expect(try await run.process.wait() == 130)
        // It has been waited for: not even its number is left.
        #expect(kill(watcher, 0) != 0 && errno == ESRCH)
    }

    /// An agent that runs jobs itself.
    @Test(arguments: [true, false]) func nestedRunLeavesNoProgram(killsOuter: Bool) async throws {
        let inner = MarkedPrograms()
        let outer = try JobFiles(
            """
            workflow: outer
            agents:
              - {name: inner, uses: command, command: [\(CoordinatorProgram.url.path), run, inner.yaml, --no-progress]}
            """)
        try outer.folder.write(
            """
            workflow: inner
            agents:
              - {name: a, uses: command, command: [sh, -c, "setsid sleep \(inner.token) & env -i sleep \(inner.token)"]}
            """, to: "inner.yaml")
        let (process, errors) = try StubbornRun.launch([
            CoordinatorProgram.url.path, "run", outer.job, "--workspace", outer.folder.path, "--out", outer.out,
            "--no-progress",
        ])
        try await eventually { inner.living.count >= 2 }
        let nested = try #require(
            ProcessFacts.children(of: process.pid).first {
                ProcessFacts.words("cmdline", of: $0).contains("inner.yaml")
            })
        kill(killsOuter ? process.pid : nested, SIGKILL)
        #expect(try await process.wait() == (killsOuter ? 137 : 1))
        try await inner.end()
        try await errors.end()
    }

    /// By its own mark whoever started it finds it, by the other one whoever started that process.
    @Test(arguments: [("outer-mark", "outer-mark,"), (String(repeating: "x", count: 5000), ""), ("", "")])
    func programOfANestedRunCarriesBothMarks(inherited: String, expected: String) async throws {
        let files = try JobFiles(
            #"""
            workflow: w
            agents:
              - name: a
                uses: command
                command: [sh, -c, 'printf "{\"set\": {\"artifacts.a\": \"%s\"}}" "$COORDINATOR_PROCESS_MARK"']
            """#)
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--out", files.out, environment: ["COORDINATOR_PROCESS_MARK": inherited])
        try #require(run.status == 0, "\(run.output)")
        let mark = try JSONDecoder().decode(JobResult.self, from: Data(files.folder.read("out/result.json").utf8))
            .artifacts["a"]?.stringValue
        #expect(
            try #require(mark).wholeMatch(of: try Regex(expected + "[0-9a-z]{26}-[0-9a-z]{13}")) != nil, "\(mark ?? "")"
        )
    }

    /// A command that waits for a program and handles no signal.
    @Test(arguments: [SIGTERM, SIGHUP, SIGKILL]) func interruptedDoctorLeavesNoProgram(number: Int32) async throws {
        let folder = try TemporaryFolder()
        let programs = MarkedPrograms()
        try folder.write("#!/bin/sh\nsetsid sleep \(programs.token) &\nsleep \(programs.token)\n", to: "bin/git")
        chmod(folder.file("bin/git").path, 0o755)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let (process, _) = try StubbornRun.launch(
            [CoordinatorProgram.url.path, "doctor", "--workspace", folder.path],
            environment: ["PATH": folder.file("bin").path + ":" + path])
        try await eventually { programs.living.count >= 2 }
        process.signal(number)
        #expect(try await process.wait() == 128 + number)
        try await programs.end()
    }
}
