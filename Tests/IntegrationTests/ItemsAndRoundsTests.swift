import Coordinator
import Foundation
import TestSupport
import Testing

/// Items and rounds by the real program: the shipped examples, and what becomes of them when something fails.
@Suite(.timeLimit(.minutes(5))) struct ItemsAndRoundsByTheProgram {
    private struct Run {
        let program: Program
        let out: TemporaryFolder
        let result: JobResult

        func text(_ name: String) throws -> String { try String(contentsOf: out.file(name), encoding: .utf8) }
        func events() throws -> [JSONValue] {
            try text("events.jsonl").split(separator: "\n").map { try JSONValue(json: $0.utf8) }
        }
    }

    private func run(_ arguments: String..., in folder: URL = TestPython.packageRoot) async throws -> Run {
        let out = try TemporaryFolder()
        let program = try await Program.run(
            CoordinatorProgram.url,
            ["run"] + arguments + ["--out", out.url.path, "--no-progress"], in: folder)
        let result = try JSONDecoder().decode(JobResult.self, from: Data(contentsOf: out.file("result.json")))
        return Run(program: program, out: out, result: result)
    }

    @Test func exampleOfItemsReviewsEachFileOnceAndKeepsTheirOrder() async throws {
        let run = try await run("Examples/items.yaml")
        #expect(run.program.status == 0, "\(run.program.standardError)")
        let items = try #require(run.result["review"]?.items)
        let keys = items.compactMap(\.key)
        #expect(items.count > 10 && keys == keys.sorted() && items.map(\.index) == Array(items.indices))
        #expect(items.allSatisfy { $0.outcome == .succeeded && $0.attempts.count == 1 })
        #expect(run.result["review"]?.attempts == [])
        let events = try run.events()
        #expect(events.count { $0["type"] == "item_finished" } == items.count)
        #expect(events.count { $0["type"] == "agent_finished" } == 2)
        let metrics = PrometheusSeries(try run.text("metrics.prom"))
        #expect(metrics.sum("coordinator_item_runs_total", "gen_ai_agent_name=\"review\"") == Double(items.count))
        #expect(metrics.sum("coordinator_agent_runs_total", "gen_ai_agent_name=\"review\"") == 1)
        #expect(try run.text("report.html").contains("\(items.count) of \(items.count) items succeeded"))
        #expect(run.program.standardOutput.contains("review: \(items.count) of \(items.count) items succeeded\n"))
    }

    /// Twenty files, of which some are empty: the program of the example refuses those.
    @Test(arguments: [(1, Int32(0)), (2, Int32(1))])
    func quorumDecidesWhetherAnAgentWithFailedItemsSucceeds(empty: Int, status: Int32) async throws {
        var files: [String: String] = [:]
        for index in 0..<20 {
            files["Sources/Support/Text/\(index + 10).py"] = index < empty ? "\n" : "# TODO: \(index)\n"
        }
        for name in ["Examples/agents/review_file.py", "Examples/items.yaml"] {
            files[name] = try String(contentsOf: TestPython.packageRoot.appending(path: name), encoding: .utf8)
        }
        let repository = try await Repository(files)
        let run = try await run("Examples/items.yaml", in: repository.folder.url)
        #expect(run.program.status == status, "\(run.program.standardError)")
        let review = try #require(run.result["review"])
        #expect(review.items.count == 20)
        #expect(review.items.map { $0.outcome == .succeeded } == (0..<20).map { $0 >= empty })
        let output = run.program.standardOutput
        #expect(output.contains("review: \(20 - empty) of 20 items succeeded\n"), "\(output)")
        #expect(output.contains("review[0] (Sources/Support/Text/10.py) failed"), "\(output)")
        // What the other files' reviews found is kept, in their order.
        let context = try JSONValue(json: run.text("context.json").utf8)
        let found = try #require(context["context"]?["findings"]?.arrayValue)
        #expect(found.map { $0["what"]?.stringValue } == (empty..<20).map { "left to do: \($0)" })
        #expect(run.result["summary"]?.outcome == (status == 0 ? .succeeded : .skipped))
    }

    @Test func exampleOfRoundsDraftsUntilTheTestsPass() async throws {
        let run = try await run("Examples/repeat.yaml")
        #expect(run.program.status == 0, "\(run.program.standardError)")
        #expect(run.result.repeats == [RepeatResult(name: "fix", rounds: 3, endedBy: .condition)])
        #expect(run.result["draft"]?.attempts.map(\.round) == [1, 2, 3])
        #expect(run.result.artifacts["rules"]?.arrayValue?.count == 3)
        #expect(run.result.artifacts["published"]?.arrayValue?.count == 3)
        #expect(run.program.standardOutput.contains("repeat fix: 3 rounds, ended by its condition\n"))
        let metrics = PrometheusSeries(try run.text("metrics.prom"))
        #expect(metrics.sum("coordinator_agent_runs_total", "gen_ai_agent_name=\"draft\"") == 1)
        #expect(metrics.sum("coordinator_agent_attempts_total", "gen_ai_agent_name=\"draft\"") == 3)
    }

    @Test func roundsThatEndByTheirLimitLeaveWhatTheLastOneWroteAndFailWhatIsRequired() async throws {
        let run = try await run("Examples/repeat.yaml", "--set", "repeat.fix.at_most=2")
        #expect(run.program.status == 1, "\(run.program.standardError)")
        #expect(run.result.repeats == [RepeatResult(name: "fix", rounds: 2, endedBy: .limit)])
        #expect(run.result.errorType == "condition_unmet")
        #expect(run.result.artifacts["rules"]?.arrayValue?.count == 2)
        #expect(run.result["publish"]?.outcome == .skipped)
        #expect(
            run.program.standardOutput.contains(
                "repeat fix: 2 rounds, ended by its limit: its condition did not hold\n"))
    }
}
