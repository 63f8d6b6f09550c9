import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// Signals that ask `coordinator run` to end.
@Suite(.serialized, .timeLimit(.minutes(3))) struct Signals {
    static let asking = [
        (SIGHUP, "SIGHUP"), (SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"),
        (SIGALRM, "SIGALRM"), (SIGXCPU, "SIGXCPU"), (SIGPWR, "SIGPWR"),
    ]

    private func expectCancelled(_ run: StubbornRun, by name: String) async throws {
        let result = try run.result
        #expect(result.status == .cancelled)
        #expect(result.agents.map(\.outcome) == [.succeeded, .cancelled])
        #expect(result["slow"]?.error == "interrupted by \(name)")
        #expect(result.artifacts["quick"] != nil)
        #expect(run.programs.living == [])
    }

    @Test(arguments: asking) func signalCancelsTheRunAndKeepsResults(number: Int32, name: String) async throws {
        let run = try await StubbornRun.start(environment: ["OTEL_TRACES_EXPORTER": "console"])
        run.process.signal(number)
        #expect(try await run.process.wait() == 130)
        try await expectCancelled(run, by: name)
        try await run.errors.end()
        #expect(run.errors.text.contains("stubborn"), "no span was flushed: \(run.errors.text)")
    }

    /// A terminal that is closed hangs up on its processes and breaks what they write to it; its shell hangs up again.
    @Test func closedTerminalCancelsTheRunAndKeepsResults() async throws {
        let run = try await StubbornRun.start(wrapper: ["/usr/bin/env", "python3", "-c", Self.terminal])
        run.process.signal(SIGUSR1)
        #expect(try await run.process.wait() == 130)
        try await expectCancelled(run, by: "SIGHUP")
    }

    /// Runs its arguments on a terminal of their own, hands on what they print, and closes it on SIGUSR1.
    private static let terminal = """
        import os, pty, signal, sys
        child, terminal = pty.fork()
        if child == 0:
            os.execv(sys.argv[1], sys.argv[1:])
        signal.signal(signal.SIGUSR1, lambda *_: os.close(terminal))
        try:
            while True:
                os.write(2, os.read(terminal, 65536))
        except OSError:
            pass
        _, status = os.waitpid(child, 0)
        sys.exit(os.waitstatus_to_exitcode(status) % 256)
        """

    @Test(arguments: [SIGHUP, SIGTERM, SIGINT, SIGUSR1]) func signalIgnoredByTheCallerStaysIgnored(
        number: Int32
    ) async throws {
        let run = try await StubbornRun.start(ignoring: [number])
        #expect(ProcessFacts.ignores(number, run.process.pid))
        run.process.signal(SIGXCPU)
        #expect(try await run.process.wait() == 130)
    }

    /// A shell without job control ignores both signals in all that it puts into the background.
    @Test func backgroundJobOfAScriptEndsOnSIGINT() async throws {
        let run = try await StubbornRun.start(ignoring: [SIGINT, SIGQUIT])
        run.process.signal(SIGINT)
        #expect(try await run.process.wait(within: .seconds(30)) == 130)
        try await expectCancelled(run, by: "SIGINT")
    }

    /// A run that cannot end: nobody reads its result, which is larger than a pipe.
    private func runThatWaitsForItsReader() async throws -> (run: StubbornRun, output: Int32) {
        let pipe = try #require(ClosedOnExecPipe())
        let run = try await StubbornRun.start(output: pipe.writing)
        close(pipe.writing)
        return (run, pipe.reading)
    }

    @Test func secondSIGTERMEndsTheProcessAtOnceAndItsPrograms() async throws {
        let (run, output) = try await runThatWaitsForItsReader()
        defer { close(output) }
        run.process.signal(SIGTERM)
        try await eventually(within: .seconds(30)) { !ProcessFacts.handles(SIGTERM, run.process.pid) }
        run.process.signal(SIGTERM)
        #expect(try await run.process.wait() == 128 + SIGTERM)
        try await run.programs.end()
    }

    @Test func repeatedHangupsAreOneEvent() async throws {
        let (run, output) = try await runThatWaitsForItsReader()
        run.process.signal(SIGHUP)
        try await eventually(within: .seconds(30)) { !ProcessFacts.handles(SIGTERM, run.process.pid) }
        #expect(ProcessFacts.handles(SIGHUP, run.process.pid))
        run.process.signal(SIGHUP)
        let reader = LineReader(output)
        #expect(try await run.process.wait() == 130)
        try await reader.end()
        #expect(try JSONDecoder().decode(JobResult.self, from: Data(reader.text.utf8)).status == .cancelled)
        try await expectCancelled(run, by: "SIGHUP")
    }
}
