import Foundation
import Processes
import SourceCodeTestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProgramRunnerTests {
    @Test func resultHasExitStatusAndBothStreams() async throws {
        let result = try await ProgramRunner().run(.init(["sh", "-c", "echo out; echo err >&2; exit 7"]))
        #expect(result.ending == .exited(7))
        #expect(result.exitStatus == 7)
        #expect(!result.succeeded)
        #expect(result.outputText == "out\n")
        #expect(result.errorText == "err\n")
        #expect(!result.timedOut && !result.standardOutputTruncated && !result.standardErrorTruncated)
    }

    @Test func programRunsInItsFolderWithItsEnvironment() async throws {
        let folder = try ScratchFolder()
        let result = try await ProgramRunner().run(
            .init(
                ["sh", "-c", "pwd; echo $GREETING; echo ${HOME-removed}"], workingDirectory: folder.path,
                environment: ["GREETING": "héllo"]))
        #expect(result.outputText == "\(folder.path)\nhéllo\nremoved\n")
    }

    /// What this process has beyond the list reaches no program, whatever its name looks like.
    @Test func programsGetHarmlessVariablesOfThisProcess() async throws {
        let result = try await ProgramRunner().run(.init(["env", "-0"]))
        let names = Set(result.outputText.split(separator: "\0").map { String($0.prefix { $0 != "=" }) })
        let expected = ProgramVariables.names.filter { ProgramVariables.ofThisProcess[$0] != nil }
        #expect(names.filter { !$0.hasPrefix("LC_") } == Set(expected).union(["COORDINATOR_PROCESS_MARK"]))
        #expect(Set(ProgramVariables.ofThisProcess.keys).subtracting(names).isEmpty == false)
    }

    @Test func variablesPassByNameAndNotByWhatTheirNamesLookLike() {
        let all = [
            "PATH": "/bin", "LC_ALL": "C", "DATABASE_URL": "postgres://u:p@h/d", "PGPASSWORD": "p", "REDIS_URL": "r",
            "FOO": "p", "HTTPS_PROXY": "http://u:p@proxy", "CARGO_HOME": "/c",
        ]
        #expect(ProgramVariables.passed(from: all) == ["PATH": "/bin", "LC_ALL": "C"])
        #expect(
            ProgramVariables.passed(from: all, and: ["CARGO_HOME", "NOT_SET"])
                == ["PATH": "/bin", "LC_ALL": "C", "CARGO_HOME": "/c"])
    }

    @Test(arguments: [0, 1, 1_000_000]) func standardInputArrivesComplete(count: Int) async throws {
        let input = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var invocation = ProgramInvocation(["cat"])
        invocation.standardInput = input
        let result = try await ProgramRunner().run(invocation)
        #expect(result.standardOutput == input)
    }

    @Test func unreadStandardInputDoesNotKillTheCaller() async throws {
        var invocation = ProgramInvocation(["true"])
        invocation.standardInput = [UInt8](repeating: 1, count: 1_000_000)
        #expect(try await ProgramRunner().run(invocation).succeeded)
    }

    @Test func argumentsAreNotInterpretedByAShell() async throws {
        let odd = "a b; echo $(id) > x '\"\n*"
        let result = try await ProgramRunner().run(.init(["printf", "%s", odd]))
        #expect(result.outputText == odd)
    }

    @Test func terminationBySignalIsAResult() async throws {
        let result = try await ProgramRunner().run(.init(["sh", "-c", "kill -15 $$"]))
        #expect(result.ending == .signalled(15))
        #expect(result.exitStatus == nil)
    }

    @Test func outputBeyondTheLimitIsTruncatedAndMarked() async throws {
        var long = ProgramInvocation(["sh", "-c", "head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2"])
        long.outputLimit = 1000
        long.errorLimit = 10
        let result = try await ProgramRunner().run(long)
        #expect(result.succeeded)
        #expect(result.standardOutput.count == 1000 && result.standardOutputTruncated)
        #expect(result.standardError.count == 10 && result.standardErrorTruncated)
        var fitting = ProgramInvocation(["printf", "1234"])
        fitting.outputLimit = 4
        let exact = try await ProgramRunner().run(fitting)
        #expect(exact.standardOutput.count == 4 && !exact.standardOutputTruncated)
    }

    @Test func timeoutKillsAProgramThatIgnoresSIGTERM() async throws {
        let result = try await ProgramRunner().run(
            .init(["sh", "-c", "trap '' TERM INT HUP; echo started; while :; do sleep 1; done"], timeout: .seconds(1)))
        #expect(result.timedOut)
        #expect(result.ending == .signalled(9))
        #expect(result.outputText == "started\n")
        #expect(!result.succeeded)
    }

    /// The pipe's end of file is the proof: it comes only when every process that inherited it is gone.
    @Test(
        arguments: [
            "sleep 1000 & exit 0",
            "trap '' TERM; (trap '' TERM HUP; sleep 1000) & exit 0",
            "set -m; sleep 1000 & exit 0",
            "setsid sleep 1000 & sleep 1000",
            "yes & exit 0",
        ])
    func noProcessOutlivesTheRun(script: String) async throws {
        let folder = try ScratchFolder()
        let alive = try NamedPipe("\(folder.path)/alive")
        // Only the script that does not end itself is to meet its deadline, however busy the machine is.
        let endsItself = !script.hasSuffix("sleep 1000")
        var invocation = ProgramInvocation(
            ["sh", "-c", "exec 9>alive; " + script], workingDirectory: folder.path,
            timeout: endsItself ? .seconds(300) : .seconds(2))
        invocation.outputLimit = 100
        let result = try await ProgramRunner().run(invocation)
        #expect(result.timedOut == !endsItself)
        #expect(await alive.read() == [])
    }

    /// A program that another process still holds open for writing cannot be started (ETXTBSY); the one who forked
    /// while it was written lets go at its own exec.
    @Test func programStillOpenForWritingIsRetried() async throws {
        let folder = try ScratchFolder()
        let program = try folder.writeProgram("tool", "#!/bin/sh\necho ran\n")
        let held = try NamedPipe("\(folder.path)/held")
        async let writer = ProgramRunner().run(
            .init(["sh", "-c", "exec 9>>tool; echo x 9>&- > held; sleep 0.1"], workingDirectory: folder.path))
        #expect(await held.read()?.count == 2)
        #expect(try await ProgramRunner().run(.init([program])).outputText == "ran\n")
        #expect(try await writer.succeeded)
    }

    @Test func programThatStaysOpenForWritingIsRefused() async throws {
        let folder = try ScratchFolder()
        let program = try folder.writeProgram("tool", "#!/bin/sh\necho ran\n")
        let writer = open(program, O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        defer { close(writer) }
        await #expect(throws: ProgramError(code: .busy, program: "", cause: "")) {
            try await ProgramRunner().run(.init([program]))
        }
    }

    @Test func cancellationKillsTheProgramAndThrows() async throws {
        let folder = try ScratchFolder()
        let started = try NamedPipe("\(folder.path)/started")
        let path = folder.path
        let task = Task {
            try await ProgramRunner().run(
                .init(["sh", "-c", "trap '' TERM; echo x > started; sleep 1000"], workingDirectory: path))
        }
        #expect(await started.read()?.count == 2)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func cancelledTaskStartsNoProgram() async throws {
        let folder = try ScratchFolder()
        let path = folder.path
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await ProgramRunner().run(.init(["touch", "mark"], workingDirectory: path))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: "\(path)/mark"))
    }

    @Test func launchFailuresHaveDistinctErrors() async throws {
        await #expect(throws: ProgramError(code: .notFound, program: "", cause: "")) {
            try await ProgramRunner().run(.init(["no-such-program-anywhere"]))
        }
        await #expect(throws: ProgramError(code: .emptyCommand, program: "", cause: "")) {
            try await ProgramRunner().run(.init([]))
        }
        let error = await #expect(throws: ProgramError.self) {
            try await ProgramRunner().run(.init(["true"], workingDirectory: "/no/such/folder"))
        }
        #expect(error?.code == .workingDirectory)
        #expect(error?.description.contains("/no/such/folder") == true)
    }

    @Test func concurrentRunsAreNotMixed() async throws {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<40 {
                group.addTask { (number, try await ProgramRunner().run(.init(["printf", "\(number)"])).outputText) }
            }
            for try await (number, text) in group { #expect(text == "\(number)") }
        }
    }
}
