import Coordinator
import Foundation
import TestSupport
import Testing

/// The verdict of a validation, seen by the caller of `coordinator run`.
@Suite(.timeLimit(.minutes(10))) struct Verdicts {
    private static let files = [
        "calc.py": "def add(a, b):\n    return a + b + 1\n",
        "test_calc.py": """
        import unittest
        from calc import add


        class CalcTests(unittest.TestCase):
            def test_add(self):
                self.assertEqual(add(1, 2), 3)

        """,
    ]

    private func run(_ limits: String) async throws -> (Program, JobResult, JobFiles) {
        let files = try JobFiles(
            """
            workflow: check
            task:
              requirements:
                - {text: "Adding gives the sum.", verify: [[python3, -m, unittest, test_calc.CalcTests.test_add]]}
                - {text: There is a module., verify: [[test, -f, calc.py]]}
                - The module is fast.
              validation: [[python3, -m, unittest]]
            \(limits)
            agents: [{name: validator, uses: validator}]
            """)
        let repository = try await Repository(Self.files)
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, "--no-progress")
        let document = try Data(contentsOf: URL(filePath: files.out).appending(path: "result.json"))
        return (run, try JSONDecoder().decode(JobResult.self, from: document), files)
    }

    @Test func runOverRedTestsEndsWithThemInItsLastLines() async throws {
        let (run, result, files) = try await run("")
        #expect(run.status == 0 && result.status == .succeeded && result.error == nil)
        #expect(run.standardOutput.hasPrefix("! check succeeded after "))
        let lines = run.standardOutput.split(separator: "\n").suffix(7).map(String.init)
        #expect(
            lines.first == "✗ validation: 2 of 3 commands failed; 1 of 3 requirements verified, 1 failed, 1 unverified",
            "\(run.standardOutput)")
        #expect(
            lines.contains { $0.hasPrefix("  ✗ python3 -m unittest (exit 1): FAIL: test_add ") },
            "\(run.standardOutput)")
        #expect(lines.contains { $0.contains("limits: {require: {equals: {artifacts.validation.passed: true}}}") })
        let validation = try #require(result.validation)
        #expect(!validation.passed && validation.commands.map(\.outcome) == ["failed", "failed", "passed"])
        #expect(validation.requirements.map(\.status) == ["failed", "verified", "unverified"])
        let report = try String(contentsOf: URL(filePath: files.out).appending(path: "report.html"), encoding: .utf8)
        let verdict = try #require(report.range(of: "id=\"validation\""))
        let rows = try #require(report.range(of: "class=\"rows\""))
        #expect(verdict.lowerBound < rows.lowerBound)
        let checklist = try String(
            contentsOf: URL(filePath: files.out).appending(path: "artifacts/checklist.md"), encoding: .utf8)
        #expect(checklist.split(separator: "\n")[1].hasPrefix("The validation failed: 2 of 3 commands failed; "))
    }

    @Test func jobThatRequiresItsValidationFailsOverRedTests() async throws {
        let (run, result, files) = try await run(
            "limits: {require: {equals: {artifacts.validation.passed: true}}}")
        #expect(run.status == 1, "\(run.output)")
        #expect(result.status == .failed && result.errorType == "condition_unmet")
        #expect(run.standardOutput.contains("limits.require wants true"))
        #expect(!run.standardOutput.contains("To make the job fail"))
        #expect(result["validator"]?.outcome == .succeeded && result.artifacts["checklist"] != nil)
        let metrics = PrometheusSeries(
            try String(contentsOf: URL(filePath: files.out).appending(path: "metrics.prom"), encoding: .utf8))
        #expect(metrics.sum("coordinator_job_runs_total", "coordinator_job_status=\"failed\"") == 1)
        #expect(metrics.sum("coordinator_job_runs_total", "coordinator_job_status=\"succeeded\"") == 0)
        #expect(
            metrics.sum(
                "gen_ai_invoke_agent_duration_seconds_count", "error_type=\"condition_unmet\"",
                "coordinator_workflow_name=\"check\"") == 1)
    }

    @Test func jobFileOfInitRequiresItsValidation() async throws {
        let repository = try await Repository(Self.files)
        let written = try await CoordinatorProgram.run("init", in: repository.folder.url)
        #expect(written.status == 0)
        let red = try await CoordinatorProgram.run(
            "run", "job.yaml", "--no-progress", "--set", "task.validation=[[python3, -m, unittest]]",
            in: repository.folder.url)
        #expect(red.status == 1 && red.standardOutput.contains("condition_unmet"), "\(red.output)")
        let green = try await CoordinatorProgram.run(
            "run", "job.yaml", "--no-progress", "--set", "task.validation=[[python3, --version]]",
            in: repository.folder.url)
        #expect(
            green.status == 0 && green.standardOutput.contains("✓ validation: 1 of 1 command passed"), "\(green.output)"
        )
    }
}
