import Coordinator
import Testing

@testable import JobReport

/// What the last lines, the progress and the page say of a job's validation.
@Suite(.timeLimit(.minutes(10))) struct ValidationVerdicts {
    private static let red: JSONValue = [
        "passed": false, "statement": "The validation failed.",
        "commands": [
            ["argv": ["git", "--version"], "outcome": "passed", "exit_status": 0],
            [
                "argv": ["pytest", "-k", "a b"], "outcome": "failed", "exit_status": 1,
                "headline": "FAILED test_calc.py::test_add - assert 4 == 3",
            ],
        ],
        "requirements": [
            ["text": "It adds.", "status": "failed", "reason": "pytest, which is named for it, ended with 1."],
            ["text": "It is fast.", "status": "unverified", "reason": "No command is named for it."],
        ],
    ]
    private static let green: JSONValue = [
        "passed": true, "commands": [["argv": ["true"], "outcome": "passed", "exit_status": 0]],
        "requirements": [["text": "It adds.", "status": "verified", "reason": "true passed."]],
    ]
    private static let nothing: JSONValue = [
        "passed": true, "commands": [], "requirements": [["text": "It adds.", "status": "unverified"]],
    ]

    private func result(_ validation: JSONValue, _ status: JobStatus = .succeeded) -> JobResult {
        var result = Results.job(
            status, 1200,
            [
                Results.succeeded(
                    "validator", 0, startedAt: Results.at(2), durationMS: 640, queueMS: 1, at: 4, for: 636)
            ])
        result.artifacts = ["validation": validation]
        return result
    }

    @Test func redTestsGetNoGreenTickAndTheLastLinesSayWhatFailed() {
        let text = ResultSummary.text(for: result(Self.red), reportPath: "out/report.html")
        #expect(
            text == """
                ! review succeeded after 1.20 s, but its validation failed: 1 of 1 agent succeeded \
                (job job-20260131-090500-7f3a)

                AGENT      OUTCOME      ATTEMPTS  DURATION  QUEUE
                validator  ✓ succeeded         1    640 ms   1 ms

                ✗ validation: 1 of 2 commands failed; 0 of 2 requirements verified, 1 failed, 1 unverified
                  ✗ pytest -k 'a b' (exit 1): FAILED test_calc.py::test_add - assert 4 == 3
                  ✗ It adds. – pytest, which is named for it, ended with 1.
                  The job's status does not depend on it. To make the job fail, write in the job file: \
                limits: {require: {equals: {artifacts.validation.passed: true}}}

                Report: out/report.html
                Trace:  4bf92f3577b34da6a3ce929d0e0e4736

                """)
    }

    @Test func passedValidationAndOneThatShowedNothingDiffer() {
        let passed = ResultSummary.text(for: result(Self.green))
        #expect(passed.hasPrefix("✓ review succeeded after 1.20 s: "))
        #expect(passed.contains("\n✓ validation: 1 of 1 command passed; 1 of 1 requirement verified\n\n"))
        let unknown = ResultSummary.text(for: result(Self.nothing))
        #expect(
            unknown.contains(
                "\n– validation: nothing was shown: the task names no commands; 0 of 1 requirement verified, 1 unverified\n"
            ))
    }

    @Test func unmetConditionIsToldWithoutAdvice() {
        var result = result(Self.red, .failed)
        result.errorType = "condition_unmet"
        result.error = "artifacts.validation.passed is false; limits.require wants true"
        let text = ResultSummary.text(for: result)
        #expect(text.hasPrefix("✗ review failed after 1.20 s: 1 of 1 agent succeeded"))
        #expect(text.contains("\nThe job failed [condition_unmet]: artifacts.validation.passed is false; limits"))
        #expect(text.contains("\n✗ validation: 1 of 2 commands failed") && !text.contains("To make the job fail"))
    }

    @Test func failedValidationWithoutFailedCommandsIsToldByItsStatement() throws {
        let result = result([
            "passed": false, "statement": "a.json does not parse.", "commands": [], "requirements": [],
        ])
        #expect(ResultSummary.text(for: result).contains("\n  a.json does not parse.\n"))
        let section = try #require(parse(page(of: result)).with(id: "validation"))
        #expect(section.all("p").contains { $0.fullText == "a.json does not parse." })
    }

    @Test func hostileAndEndlessValidationsArePrintedHarmlessly() throws {
        let evil = "\u{1B}[2J\n" + String(repeating: "x", count: 100_000)
        let command: JSONValue = ["argv": [.string(evil)], "outcome": .string(evil), "headline": .string(evil)]
        let requirement: JSONValue = ["text": .string(evil), "status": "failed", "reason": .string(evil)]
        let validation: JSONValue = [
            "passed": false, "commands": .array(Array(repeating: command, count: 500)),
            "requirements": .array(Array(repeating: requirement, count: 500)),
        ]
        let text = ResultSummary.text(for: result(validation))
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        #expect(text.contains("  and 990 more in artifacts/checklist.md\n"))
        #expect(text.utf8.count < 20_000)
        let section = try #require(parse(page(of: result(validation))).with(id: "validation"))
        #expect(section.all("li").count == 42 && section.fullText.utf8.count < 60_000)
    }

    @Test func pageBeginsWithTheVerdict() throws {
        let document = try parse(page(of: result(Self.red)))
        let sections = document.all("section")
        #expect(sections.first?.attributes["id"] == "validation")
        #expect(document.all("title").first?.fullText == "review: succeeded, validation failed")
        #expect(document.all("p", "status").first?.fullText == "succeeded validation failed")
        #expect(document.all("p", "verdict").first?.fullText == "The only agent succeeded. The validation failed.")
        let text = try #require(sections.first?.fullText)
        #expect(text.contains("Failed: 1 of 2 commands failed; 0 of 2 requirements verified, 1 failed, 1 unverified."))
        #expect(text.contains("pytest -k 'a b' exit 1: FAILED test_calc.py::test_add - assert 4 == 3"))
        #expect(text.contains("It adds. failed: pytest, which is named for it, ended with 1."))
        #expect(text.contains("limits: {require: {equals: {artifacts.validation.passed: true}}}"))
        // What failed comes before what passed.
        let first = sections.first?.all("li").first?.fullText
        #expect(first?.hasPrefix("pytest") == true)
    }

    @Test func pageOfAnUnmetConditionBeginsWithIt() throws {
        var result = result(Self.red, .failed)
        result.errorType = "condition_unmet"
        result.error = "artifacts.validation.passed is false; limits.require wants true"
        let document = try parse(page(of: result))
        #expect(document.all("section").prefix(2).map { $0.attributes["id"] } == ["unmet", "validation"])
        #expect(document.all("section").first?.fullText.contains("limits.require wants truecondition_unmet") == true)
        let green = try parse(page(of: self.result(Self.green)))
        #expect(green.with(id: "unmet") == nil && green.with(id: "validation")?.classes.contains("succeeded") == true)
        #expect(try parse(page(of: Results.succeeded)).with(id: "validation") == nil)
    }

    private func script(_ validation: JSONValue, _ end: JSONValue) throws -> [JobEvent] {
        try script(writes: [["set": ["artifacts.validation": validation]]], end)
    }

    private func script(writes: [JSONValue], _ end: JSONValue) throws -> [JobEvent] {
        var script = EventScript()
        try script.start(["validator"])
        try script.attempt(2, "validator", 1)
        for write in writes {
            try script.add(
                900, "context_committed",
                [
                    "contribution": write, "from": 0, "to": 0, "paths": [], "stage": 0, "registration": 0,
                    "changed": [],
                ], agent: "validator", attempt: 1)
        }
        try script.finish(1000, "validator", .succeeded, for: 998)
        try script.add(1001, "job_finished", end)
        return script.events
    }

    private func shown(_ events: [JobEvent], live: Bool) -> String {
        let transcript = Transcript()
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: live, hasColor: false), minimumInterval: .zero),
            size: { TerminalSize(columns: 160, rows: 40) }, write: { transcript.write($0) })
        for event in events { display.show(event) }
        display.finish()
        return transcript.text
    }

    @Test func progressSaysThatAValidationFailed() throws {
        let events = try script(Self.red, ["status": "succeeded", "duration_ms": 1001])
        let summary = "validation failed: 1 of 2 commands failed; 0 of 2 requirements verified, 1 failed, 1 unverified"
        let lines = shown(events, live: false)
        #expect(lines.contains("[   0.900s] validator: \(summary)\n"))
        #expect(lines.hasSuffix("job job-1: succeeded after 1.00 s, but its validation failed\n"))
        let table = shown(events, live: true)
        #expect(table.contains("! succeeded, but its validation failed  1/1 agent done") && table.contains(summary))
    }

    /// The verdict of the end is that of the blackboard, however it was written there.
    @Test(
        arguments: [
            [["set": ["artifacts.validation": red]]], [["set": ["artifacts": ["code": "", "validation": red]]]],
            [["merge": ["artifacts.validation": red]]], [["merge": ["artifacts": ["validation": red]]]],
            [["set": ["artifacts.validation": green]], ["merge": ["artifacts.validation": red]]],
            [["set": ["artifacts.validation": green]], ["merge": ["artifacts": ["validation": red]]]],
            [
                ["merge": ["artifacts": ["code": ""]]], ["set": ["artifacts.validation": red]],
                ["set": ["artifacts.validation.passed": false, "artifacts.code": ""]],
            ],
            [
                [
                    "set": [
                        "artifacts.validation.passed": false,
                        "artifacts.validation.requirements": (red["requirements"] ?? .null),
                    ],
                    "append": ["artifacts.validation.commands": (red["commands"] ?? .null)],
                ]
            ],
        ] as [[JSONValue]])
    func progressReadsAValidationHoweverItIsWritten(writes: [JSONValue]) throws {
        let events = try script(writes: writes, ["status": "succeeded", "duration_ms": 1001])
        let lines = shown(events, live: false)
        let summary = "validation failed: 1 of 2 commands failed; 0 of 2 requirements verified, 1 failed, 1 unverified"
        #expect(lines.contains("[   0.900s] validator: \(summary)\n"), "\(lines)")
        #expect(lines.hasSuffix("job job-1: succeeded after 1.00 s, but its validation failed\n"), "\(lines)")
    }

    @Test func progressTellsAnUnmetConditionAndAPassedValidation() throws {
        let unmet: JSONValue = [
            "status": "failed", "duration_ms": 1001, "error_type": "condition_unmet", "error": "x is 1",
        ]
        let lines = shown(try script(Self.green, unmet), live: false)
        #expect(lines.contains("validator: validated: 1 of 1 command passed; 1 of 1 requirement verified\n"))
        #expect(lines.hasSuffix("job job-1: failed after 1.00 s [condition_unmet]: x is 1\n"))
    }
}
