import Coordinator
import SourceCode
import SourceCodeTestSupport
import Support
import Testing

@testable import StandardAgents

/// A requirement is verified, or fails, by the commands that are named for it alone.
@Suite(.timeLimit(.minutes(10))) struct VerifiedRequirements {
    private func validate(
        _ task: JobTask, patch: String? = nil, limits: CommandLimits = CommandLimits()
    ) async throws -> Validation {
        let texts = ["retry.py": "def retry_limit():\n    return 3\n"]
        let repository = try await DrafterRepository(texts)
        return try await Validator(commandLimits: limits).validate(
            ValidationRequest(
                workspace: repository.path, task: task, patch: patch, texts: [ExactString: String](texts), symbols: [:])
        )
    }

    @Test func commandsNamedForARequirementDecideOnIt() async throws {
        let task = JobTask(requirements: [
            Requirement("holds", verify: [["true"]]),
            Requirement("holds twice", verify: [["true"], ["test", "-f", "retry.py"]]),
            Requirement("fails", verify: [["true"], ["sh", "-c", "echo 'error: too slow'; exit 4"]]),
            Requirement("cannot be run", verify: [["no-such-program"]]), "is named by nothing",
        ])
        let validation = try await validate(task)
        let found = validation.report.requirements
        #expect(found.map(\.status) == [.verified, .verified, .failed, .unverified, .unverified])
        #expect(found[0].reason == "true, which is named for it, passed.")
        #expect(found[1].reason == "All 2 commands that are named for it passed.")
        #expect(
            found[2].reason.hasPrefix(
                "sh -c 'echo '\\''error: too slow'\\''; exit 4', which is named for it, ended with exit status 4"))
        #expect(found[3].reason.hasPrefix("no-such-program, which is named for it, could not be started: "))
        #expect(!validation.report.passed)
        let lines = validation.checklist.split(separator: "\n")
        #expect(lines.contains("- [x] holds (**verified**)") && lines.contains("- [ ] fails (**failed**)"))
        #expect(lines.contains("  - `error: too slow`"))
    }

    @Test func reportIsTheVerdictsThatAreLogged() async throws {
        let task = JobTask(requirements: [
            Requirement("holds", verify: [["true"]]), Requirement("fails", verify: [["false"]]), "is named by nothing",
        ])
        let report = try await validate(task).report
        #expect(
            report.verdicts(withWordsOfModels: false) == [
                Evaluation(.requirement, passed: true, because: "true, which is named for it, passed."),
                Evaluation(.requirement, passed: false, because: report.requirements[1].reason),
                Evaluation(.requirement, passed: nil, because: report.requirements[2].reason),
                Evaluation(.validation, passed: false, score: 1.0 / 3, because: report.verdict.summary),
            ])
    }

    /// What a model says is an answer of its: it is told where answers are.
    @Test func wordsOfAModelAreToldOnlyWhereContentIs() async throws {
        var report = try await validate(JobTask(requirements: ["is judged", Requirement("holds", verify: [["true"]])]))
            .report
        report.model = ModelReview(
            use: ModelUse(
                provider: "p", model: "m", prompt: "v/1", inputTokens: 1, outputTokens: 1, repairs: 0, attempt: 1),
            opinions: [:], tests: [], commands: [], checklist: [])
        let (hidden, shown) = (report.verdicts(withWordsOfModels: false), report.verdicts(withWordsOfModels: true))
        #expect(hidden[0] == Evaluation(.requirement, passed: nil) && hidden[0] != shown[0])
        #expect(hidden[1...] == shown[1...])
    }

    @Test func commandNamedForNoRequirementFailsNone() async throws {
        let task = JobTask(
            requirements: [Requirement("The retry limit is tested", verify: [["true"]]), "The retry limit has a name"],
            validation: [["sh", "-c", "echo 'FAILED retry.py: retry limit is tested, has a name'; exit 1"]])
        let report = try await validate(task).report
        #expect(report.requirements.map(\.status) == [.verified, .unverified])
        #expect(!report.passed)
    }

    @Test func commandNamedTwiceIsRunOnce() async throws {
        let count = ["sh", "-c", "echo run >>count; wc -l <count"]
        let task = JobTask(
            requirements: [Requirement("a", verify: [count]), Requirement("b", verify: [count, ["true"]])],
            validation: [count, count])
        let report = try await validate(task).report
        #expect(report.commands.map(\.arguments) == [count, ["true"]])
        #expect(report.commands[0].outputTail.trimmingPrefix(" ") == "1\n")
        #expect(report.requirements.map(\.status) == [.verified, .verified])
    }

    @Test func commandBeyondALimitVerifiesNothing() async throws {
        let task = JobTask(requirements: [
            Requirement("slow", verify: [["sleep", "1234"]]), Requirement("late", verify: [["true"]]),
        ])
        let report = try await validate(task, limits: CommandLimits(timeoutSeconds: 1, commandCount: 1)).report
        #expect(report.requirements.map(\.status) == [.failed, .unverified])
        #expect(report.commands.map(\.outcome) == [.timedOut, .notRun])
        #expect(!report.passed)
    }

    /// Two commands whose last arguments are canonically equal: one of five bytes, one of six.
    @Test func commandsAreToldApartByTheirBytes() async throws {
        func command(_ name: String) -> [String] { ["sh", "-c", "[ $(printf %s \"$0\" | wc -c) = 5 ]", name] }
        let task = JobTask(
            requirements: [
                Requirement("one scalar", verify: [command("caf\u{E9}")]),
                Requirement("two scalars", verify: [command("cafe\u{301}")]),
            ], validation: [command("caf\u{E9}")])
        #expect(task.commands.count == 2)
        let report = try await validate(task).report
        #expect(report.commands.map(\.outcome) == [.passed, .failed])
        #expect(report.requirements.map(\.status) == [.verified, .failed])
    }

    @Test func validationPassesWhenNothingCheckedFailed() async throws {
        #expect(try await validate(JobTask()).report.passed)
        let report = try await validate(JobTask(requirements: ["unverified"], validation: [["true"]])).report
        #expect(report.passed)
        #expect(
            report.statement.hasPrefix(
                "The validation passed: 1 of 1 command passed; 0 of 1 requirement verified, 1 unverified."))
        let nothing = try await validate(JobTask(requirements: ["unverified"])).report
        #expect(nothing.statement.hasPrefix("Nothing was shown: the task names no commands; "))
    }

    @Test func unusablePatchDoesNotPass() async throws {
        let task = JobTask(validation: [["true"]])
        let odd = UnifiedDiff().patch(FileRevision(path: "retry.py", old: "other\n", new: "b\n"))
        #expect(!(try await validate(task, patch: odd).report.passed))
        let broken = UnifiedDiff().patch(FileRevision(path: "a.json", old: nil, new: "{\n"))
        let report = try await validate(task, patch: broken).report
        #expect(!report.passed)
        #expect(report.statement.contains("a.json does not parse with the patch."))
        let good = UnifiedDiff().patch(FileRevision(path: "a.json", old: nil, new: "{}\n"))
        #expect(try await validate(task, patch: good).report.passed)
    }

    /// The end of what common tools print when something fails, and the line that says most.
    @Test(arguments: [
        (
            """
            F.
            =================================== FAILURES ===================================
            ___________________________________ test_add ___________________________________
            >       assert add(1, 2) == 3
            E       assert 4 == 3
            =========================== short test summary info ============================
            FAILED tests/test_calc.py::test_add - assert 4 == 3
            1 failed, 1 passed in 0.02s
            """, "FAILED tests/test_calc.py::test_add - assert 4 == 3"
        ),
        (
            """
            F
            ======================================================================
            FAIL: test_add (tests.CalcTests)
            ----------------------------------------------------------------------
            AssertionError: 4 != 3
            FAILED (failures=1)
            """, "FAIL: test_add (tests.CalcTests)"
        ),
        (
            "=== RUN   TestAdd\n    calc_test.go:9: got 4\n--- FAIL: TestAdd (0.00s)\nFAIL\n",
            "--- FAIL: TestAdd (0.00s)"
        ),
        ("TAP version 13\nok 1 - a\nnot ok 2 - add\n", "not ok 2 - add"),
        ("calc.c:3:5: error: expected ';'\n1 error generated.\n", "calc.c:3:5: error: expected ';'"),
        ("one\ntwo words\n----\n", "two words"),
    ])
    func lineThatSaysMostAboutAFailureIsFound(output: String, line: String) async throws {
        let report = try await validate(JobTask(validation: [["sh", "-c", "printf '%s\\n' \"$0\"; exit 1", output]]))
            .report
        #expect(report.commands.first?.headline == line)
    }

    @Test func silentAndPassedCommandsHaveNoSuchLine() async throws {
        let report = try await validate(JobTask(validation: [["false"], ["echo", "error: none"]])).report
        #expect(report.commands.map(\.headline) == [nil, nil])
    }
}
