import Coordinator
import ExternalAgents
import Foundation
import SourceCodeTestSupport
import Testing

/// Programs as agents: whatever they do, the run has the right outcome, and no process is left.
@Suite(.timeLimit(.minutes(10))) struct CommandAgents {
    /// A number that `sleep` gets as its argument, by which processes that are left can be found.
    private let token = "1000.\(UInt32.random(in: 1...9_999_999))"

    private func run(
        _ command: [String], timeout: Duration? = .seconds(60), maxRetries: Int = 0,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"], variables: [String] = [], limit: Int = 1 << 20,
        grace: Duration? = nil
    ) async throws -> (agent: AgentResult, context: JobContext) {
        let context = JobContext(id: "j", task: JobTask(description: "the task"), artifacts: ["secret": "hidden"])
        let coordinator = JobCoordinator(context)
        let role = Role(name: "a", reads: ["task"], writes: ["artifacts.a"])
        try coordinator.register(
            AgentTask(
                "a", role: role, timeouts: TimeoutPolicy(attempt: timeout),
                retry: RetryPolicy(maxRetries: maxRetries, initial: .zero),
                agent: CommandAgent(
                    command, environment: environment, variables: variables, outputLimit: limit, terminationGrace: grace
                )))
        let result = try await coordinator.executeParallel()
        // On a busy machine a killed program may end a moment after the job.
        #expect(await coordinator.waitForAbandonedCode(atMost: .seconds(60)))
        return (try #require(result["a"]), context)
    }

    private func shell(_ script: String) -> [String] { ["sh", "-c", script.replacing("TOKEN", with: token)] }

    /// The processes whose command line holds the token.
    private func remainingProcesses() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.compactMap { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return nil }
            let text = String(decoding: line, as: UTF8.self).replacing("\0", with: " ")
            return text.contains(token) && text.contains("sleep") ? "\(process) \(text)" : nil
        }
    }

    @Test func programReadsTheViewAndPrintsTheContribution() async throws {
        let program = """
            import json, sys
            document = json.load(sys.stdin)
            json.dump({"set": {"artifacts.a": document}, "usage": {"input_tokens": 3}}, sys.stdout)
            """
        let (agent, context) = try await run(["python3", "-c", program])
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        let seen = try #require(context.snapshot.value(at: "artifacts.a"))
        #expect(seen["schema_version"] == 1 && seen["job_id"] == "j" && seen["agent"] == "a" && seen["attempt"] == 1)
        #expect(seen["idempotency_key"] == "j/a")
        #expect((1...60_000).contains(try #require(seen["deadline_ms"]?.integerValue)))
        #expect(seen["context"]?["task"]?["description"] == "the task")
        // A value that the role may not read is not in the input.
        #expect(seen["context"]?["artifacts"]?["secret"] == nil)
    }

    @Test(arguments: ["", " \n"]) func emptyOutputIsASuccessWithoutAContribution(output: String) async throws {
        let (agent, context) = try await run(["printf", "%s", output])
        #expect(agent.outcome == .succeeded)
        #expect(context.snapshot.value(at: "artifacts.a") == nil)
    }

    typealias Row = FailingRun<String>

    /// Output that is no contribution; the next attempt may have a better one.
    private static let unusableOutputs = [
        ("echo '{\"set\":'", "not one JSON document"),
        ("printf '{\"set\":\\n {artifacts: 1}}'", "line 2, byte 3: a member's name in double quotes"),
        ("printf '{\"set\":{\"artifacts.a\":NaN}}'", "line 1, byte 23: 'NaN' is no value of JSON"),
        ("printf '{\"set\":{\"artifacts.a\":[01]}}'", "line 1, byte 24: '01' is no number"),
        ("printf '{\"set\":{\"artifacts.a\":\"x'", "line 1, byte 23: this string has no end"),
        (
            "head -c 1000000 /dev/zero | tr '\\0' '['",
            "line 1, byte 513: lists and objects are more than 512 within each other"
        ),
        ("echo '{} {}'", "byte 4: the document ended before"),
        ("echo hello; echo '{}'", "standard error"),
        ("echo '[1]'", "is a JSON array"),
        ("echo '{\"sets\":{}}'", "member 'sets'"),
        ("echo '{\"usage\":{\"tokens\":1}}'", "member 'tokens'"),
        ("echo '{\"usage\":{\"input_tokens\":-1}}'", "below 0"),
        (
            "echo '{\"usage\":{\"input_tokens\":6000000000000000000}}'",
            "standard output of sh is not a contribution: usage.input_tokens is 6000000000000000000, and"
        ),
        ("echo '{\"usage\":{\"output_tokens\":1000000000001}}'", "usage.output_tokens is 1000000000001, and"),
        ("echo '{\"usage\":{\"output_tokens\":1e30}}'", "usage.output_tokens"),
        ("echo '{\"usage\":{\"input_tokens\":18446744073709551616}}'", "usage.input_tokens"),
        ("echo '{\"usage\":{\"input_tokens\":1.5}}'", "usage.input_tokens"),
        ("echo '{\"usage\":{\"cost_usd\":1e308}}'", "usage.cost_usd is 1e+308, and a figure there is"),
        ("echo '{\"usage\":{\"cost_usd\":1e400}}'", "line 1, byte 22: '1e400' is beyond"),
        ("echo '{\"set\":{\"artifacts.a\":[-1e999999999]}}'", "line 1, byte 24: '-1e999999999' is beyond"),
        ("echo '{\"append\":{\"artifacts.a\":1}}'", "append.artifacts.a: another kind"),
        ("echo '{\"set\":{\"..\":1}}'", "is not a contribution"),
        ("printf '{\"set\":{\"artifacts.a\":\\n\"\\377\"}}'", "byte 25 of it, in line 2"),
        ("yes | head -c 100000000", "more than 1048576 bytes"),
    ]

    /// Figures within their bounds, and every number that 64 bits hold, arrive as they were written.
    @Test(arguments: ["0", "-0", "9007199254740993", "9223372036854775807", "-9223372036854775808", "1e308", "5e-324"])
    func numbersSurviveTheBlackboard(number: String) async throws {
        let output = #"{"set": {"artifacts.a": \#(number)}, "usage": {"input_tokens": 1000000000000, "cost_usd": 1e9}}"#
        let (agent, context) = try await run(["echo", output])
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        let value = try #require(context.snapshot.value(at: "artifacts.a"))
        #expect(value == (try JSONValue(json: number.utf8)))
        #expect(try JSONValue(json: value.json().utf8) == value)
    }

    /// A time that nobody lives to see is told as a number too.
    @Test func longestDeadlineIsTold() async throws {
        let (agent, context) = try await run(
            shell(#"sed 's/.*"deadline_ms":\([0-9]*\).*/{"set":{"artifacts.a":\1}}/'"#), timeout: .seconds(Int64.max))
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(try #require(context.snapshot.value(at: "artifacts.a")?.integerValue) > 1_000_000_000_000)
    }

    /// Two retries are allowed; permanent failures use none.
    @Test(
        arguments: [
            Row(cause: "echo oh no >&2; exit 1", errorType: "_OTHER", words: "exit status 1: oh no"),
            Row(cause: "exit 64", errorType: "_OTHER", words: "exit status 64; it said nothing"),
            Row(cause: "echo busy >&2; exit 75", errorType: "_OTHER", words: "ended with 75", attempts: 3),
            Row(cause: "exit 69", errorType: "rate_limited", words: "asked to wait", attempts: 3),
            Row(cause: "kill -SEGV $$", errorType: "process_crash", words: "signal 11"),
            Row(cause: "kill -KILL $$", errorType: "process_crash", words: "signal 9"),
            Row(cause: "echo '{\"set\":{\"task\":1}}'", errorType: "access_denied", words: "task"),
        ] + unusableOutputs.map { Row(cause: $0, errorType: "invalid_output", words: $1, attempts: 3) })
    func exitStatusAndOutputDecideTheOutcome(row: Row) async throws {
        let (agent, _) = try await run(["sh", "-c", row.cause], maxRetries: 2)
        row.expect(agent)
    }

    @Test func missingProgramIsReported() async throws {
        let (agent, _) = try await run(["no-such-program-anywhere"], maxRetries: 2)
        #expect(agent.outcome == .failed && agent.attempts.count == 1)
        #expect(agent.error?.contains("was not found. Install it") == true)
    }

    /// Each of these outlives its deadline if it can.
    @Test(
        arguments: [
            "sleep TOKEN", "trap '' TERM; sleep TOKEN; sleep TOKEN", "sleep TOKEN & sleep TOKEN & wait",
            "(sleep TOKEN &) ; sleep TOKEN", "setsid sleep TOKEN & sleep TOKEN",
            "setsid sh -c 'trap \"\" TERM; setsid sleep TOKEN & sleep TOKEN' & sleep TOKEN",
            "nohup sleep TOKEN >/dev/null 2>&1 & exec sleep TOKEN",
        ])
    func noProcessOutlivesTheDeadline(script: String) async throws {
        let (agent, _) = try await run(shell(script), timeout: .seconds(2))
        #expect(agent.outcome == .timeout, "\(agent.outcome) \(agent.error ?? "")")
        #expect(try remainingProcesses() == [])
    }

    @Test(
        arguments: [
            "sleep TOKEN & echo '{}'", "setsid sleep TOKEN >/dev/null 2>&1 & echo '{}'",
            "(setsid sh -c '(sleep TOKEN &)' &) >/dev/null 2>&1; echo '{}'",
        ])
    func noProcessOutlivesASuccess(script: String) async throws {
        let (agent, _) = try await run(shell(script))
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(try remainingProcesses() == [])
    }

    /// Each process of the chain forks the next one and ends: none exists long enough to be seen twice. A chain that is
    /// much faster than this one is caught by chance only.
    @Test func chainOfForksIsKilled() async throws {
        let scratch = try ScratchFolder()
        let program = """
            import fcntl, os, sys, time
            held = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
            fcntl.flock(held, fcntl.LOCK_EX)
            if os.fork() == 0:
                for descriptor in range(3):
                    os.close(descriptor)
                end = time.monotonic() + 20
                while time.monotonic() < end:
                    if os.fork():
                        os._exit(0)
                    os.setsid()
                    time.sleep(0.003)
                os._exit(0)
            time.sleep(0.05)
            print("{}")
            """
        let (agent, _) = try await run(["python3", "-c", program, scratch.path + "/held"])
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        // The chain holds the lock while one process of it exists.
        let descriptor = open(scratch.path + "/held", O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    }

    @Test func noProcessOutlivesACancelledJob() async throws {
        let coordinator = JobCoordinator(JobContext(id: "j"))
        let started = shell("echo ready >&2; trap '' TERM; setsid sleep TOKEN & sleep TOKEN")
        try coordinator.register(
            AgentTask("a", role: Role(name: "a"), agent: CommandAgent(started, environment: ["PATH": "/usr/bin:/bin"])))
        async let result = coordinator.executeParallel()
        for try await event in coordinator.events {
            if case .attemptStarted = event.payload { break }
        }
        coordinator.cancel()
        #expect(try await result["a"]?.outcome == .cancelled)
        #expect(await coordinator.waitForAbandonedCode(atMost: .seconds(20)))
        #expect(try remainingProcesses() == [])
    }

    /// A program that ends by itself on SIGTERM may still contribute.
    @Test func programThatExitsOnSIGTERMCanStillContribute() async throws {
        let script =
            "trap 'echo \"{\\\"set\\\":{\\\"artifacts.a\\\":\\\"partial\\\"}}\"; exit 0' TERM; sleep TOKEN & wait"
        let (agent, context) = try await run(shell(script), timeout: .seconds(12), grace: .seconds(6))
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(context.snapshot.value(at: "artifacts.a") == "partial")
    }

    @Test func programGetsOnlyAllowedEnvironmentVariables() async throws {
        let program = """
            import json, os
            print(json.dumps({"set": {"artifacts.a": dict(os.environ)}}))
            """
        let (agent, context) = try await run(
            ["python3", "-c", program],
            environment: [
                "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OPENAI_API_KEY": "k", "MY_TOKEN": "t", "OTHER": "o",
            ], variables: ["MY_TOKEN"])
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        let seen = try #require(context.snapshot.value(at: "artifacts.a")?.objectValue)
        let ours = Set(seen.keys).subtracting(["COORDINATOR_PROCESS_MARK", "LC_CTYPE"])
        #expect(
            ours == ["PATH", "LC_ALL", "MY_TOKEN", "COORDINATOR_JOB_ID", "COORDINATOR_AGENT", "COORDINATOR_ATTEMPT"])
        #expect(seen["COORDINATOR_ATTEMPT"] == "1")
    }

    /// A line that would clear the screen is made harmless in a log and in an error's message.
    @Test func controlCharactersOfAProgramAreReplaced() async throws {
        let (agent, _) = try await run(["sh", "-c", "printf '\\033[2Jgone\\n' >&2; exit 1"])
        #expect(agent.error?.contains("·[2Jgone") == true)
    }
}
