import Coordinator
import JobReport
import Testing

@Suite struct ResultSummaryTests {
    @Test func summaryShowsAgentsErrorsReportAndTrace() {
        let text = ResultSummary.text(for: Results.partial, reportPath: "out/report.html")
        #expect(
            text == """
                ◐ review partial after 33.4 s: 1 of 6 agents succeeded (job job-20260131-090500-7f3a)

                AGENT              OUTCOME      ATTEMPTS  DURATION   QUEUE
                collector          ✓ succeeded         1    2.14 s    1 ms
                drafter            ◷ timeout           3    26.9 s  1.90 s
                lint               ✗ failed            1    32.8 s  4.00 s
                validator          – skipped           0      0 ms    0 ms
                publisher          ⊘ rejected          0    0.3 ms    0 ms
                collector-offline  ■ cancelled         1    3.40 s    0 ms

                drafter timed out after 3 attempts [timeout]: no result within the attempt's timeout of 8 s; the model \
                at http://127.0.0.1:8080 accepted the request and never answered. Raise 'timeout' of agent 'drafter', or \
                check the model server.
                lint failed after 1 attempt [process_crash]: python3 tools/lint.py ended by signal 11
                validator was skipped before any attempt [dependency_failed]: 'drafter' did not succeed
                publisher was rejected before any attempt [circuit_open]: the circuit breaker of 'publisher' is open for \
                another 21 s
                collector-offline (fallback of collector) was cancelled after 1 attempt [cancelled]: the job's \
                deadline passed

                Report: out/report.html
                Trace:  4bf92f3577b34da6a3ce929d0e0e4736

                """)
    }

    @Test func whatGoesOnWhenTheJobIsResumedHasNotEnded() {
        var result = Results.partial
        result.status = .waiting
        for index in result.agents.indices where result.agents[index].name == "lint" {
            result.agents[index].outcome = .cancelled
            result.agents[index].errorType = "interrupted"
        }
        let text = ResultSummary.text(for: result)
        #expect(text.hasPrefix("‖ review waiting after 33.4 s: 1 of 6 agents succeeded"), "\(text)")
        #expect(text.contains(/lint +‖ not ended +1/), "\(text)")
        #expect(!text.contains("lint was cancelled"), "\(text)")
        #expect(text.contains("collector-offline (fallback of collector) was cancelled"), "\(text)")
    }

    @Test func draftIsToldInTheLastLines() throws {
        var result = Results.empty
        let long = "Nothing to offer by rule.\u{1B}[2J " + String(repeating: "x", count: 2_000)
        result.artifacts["draft"] = ["statement": .string(long)]
        let text = ResultSummary.text(for: result)
        #expect(text.contains("\nDraft: Nothing to offer by rule.") && !text.contains("\u{1B}"))
        #expect(text.contains("x…\n\nTrace:") && text.utf8.count < 2_000)
        for other in [JSONValue.string("a"), ["statement": 1], ["statement": ""], .null] {
            result.artifacts["draft"] = other
            #expect(!ResultSummary.text(for: result).contains("Draft:"))
        }
    }

    @Test func errorOfNoKnownTypeHasNoBrackets() {
        let text = ResultSummary.text(for: Results.zeroDuration)
        #expect(text.contains("\ninstant failed after 1 attempt: at once\n"), "\(text)")
    }

    @Test func columnsAlignForWideCharacters() {
        let agents = ["a", "日本語", "👍🏽", "e\u{301}"].map { AgentResult(name: $0, role: "any", outcome: .succeeded) }
        let lines = ResultSummary.text(for: Results.job(.succeeded, 1, agents)).split(separator: "\n")
        #expect(lines[2].hasPrefix("a       ✓"))
        #expect(lines[3].hasPrefix("日本語  ✓"))
        #expect(lines[4].hasPrefix("👍🏽      ✓"))
        #expect(lines[5].hasPrefix("e\u{301}       ✓"))
    }

    @Test func hostileTextIsEscapedAndTruncated() {
        let text = ResultSummary.text(for: Results.hostile, reportPath: "\u{1B}[2J/report.html")
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || (127...159).contains($0.value) })
        #expect(text.contains("more characters in result.json)"))
        #expect(text.utf8.count < 100_000)
    }

    @Test func jobWithoutAgentsOrTraceHasASummary() {
        let text = ResultSummary.text(for: Results.empty)
        #expect(text.contains("0 of 0 agents"))
        #expect(text.contains("Trace:  none (tracing was off)"))
        #expect(!text.contains("Report:"))
    }

    @Test func colorsAppearOnlyOnRequest() {
        #expect(!ResultSummary.text(for: Results.partial).contains("\u{1B}"))
        #expect(ResultSummary.text(for: Results.partial, hasColor: true).contains("\u{1B}[31m"))
    }
}
