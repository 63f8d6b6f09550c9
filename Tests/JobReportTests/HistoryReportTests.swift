import Coordinator
import TestSupport
import Testing

@testable import JobReport

/// What the page shows of a job whose process ended, and of what waited for people.
@Suite struct HistoryReports {
    /// A job whose process ended a second after its start, was taken up an hour later, asked, and waited for a day.
    private static func events() throws -> [JobEvent] {
        var script = EventScript()
        try script.start(["pay", "release"])
        try script.attempt(100, "pay", 1)
        try script.add(1_000, "progress", ["message": "paying"], agent: "pay", attempt: 1)
        try script.add(
            3_601_000, "job_resumed",
            ["number": 1, "changes": ["The program of agent 'pay' is another one <now>."], "forced": false])
        try script.add(3_601_000, "attempt_in_doubt", ["reason": "what has it done?"], agent: "pay", attempt: 1)
        try script.add(
            3_661_000, "doubt_resolved", ["resolution": "succeeded", "by": "grace"], agent: "pay", attempt: 1)
        try script.attempt(3_661_000, "release", 1)
        try script.add(
            3_662_000, "attempt_suspended", ["state": nil, "reason": "May it be <released>?", "usage": [:]],
            agent: "release", attempt: 1)
        try script.add(
            3_663_000, "job_interrupted", ["cause": "waiting", "message": "nothing is left but waiting for somebody"])
        try script.add(90_062_000, "job_resumed", ["number": 2, "changes": [], "forced": true])
        try script.add(
            90_063_000, "signal_received",
            ["value": ["choice": "approve", "remark": "well done"], "by": "ada"], agent: "release", attempt: 1)
        return script.events
    }

    private static func agent(_ name: String, _ index: Int, at start: Double, for duration: Double) -> AgentResult {
        Results.succeeded(
            name, index, startedAt: Results.at(start), durationMS: duration, queueMS: 0, at: start, for: duration)
    }

    private static func result() -> JobResult {
        var result = Results.job(
            .succeeded, 64_000, [agent("pay", 0, at: 100, for: 60_900), agent("release", 1, at: 3_661_000, for: 3_000)])
        result.resumptions = 2
        return result
    }

    private func page(_ result: JobResult, _ events: [JobEvent]) throws -> Element {
        let folder = try TemporaryFolder()
        let out = try OutFolder(path: folder.path)
        let log = try out.makeEventLog()
        for event in events { try log.append(event) }
        let files = out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "")
        #expect(files.failures.isEmpty)
        return try parse(folder.read("report.html"))
    }

    private func cells(_ row: Element) -> [String: String] {
        row.all("td").reduce(into: [:]) { $0[$1.attributes["data-label"] ?? ""] = $1.fullText }
    }

    private func percent(_ element: Element?, _ name: String) throws -> Double {
        let text = try #require(element?.attributes[name])
        return try #require(Double(text.replacing("%", with: "")))
    }

    @Test func pageSaysWhenNobodyRanTheJobWhyAndWhatHadChanged() throws {
        let document = try page(Self.result(), Self.events())
        let rows = try #require(document.with(id: "resumptions")).all("tr").dropFirst().map(cells)
        #expect(rows.count == 2)
        #expect(rows[0]["Stopped"] == "+1.00 s" && rows[0]["Nobody ran it"] == "1 h 00 min")
        #expect(rows[0]["Why"] == "its process ended")
        #expect(rows[0]["Then"] == "resumedThe program of agent 'pay' is another one <now>.")
        #expect(rows[1]["Why"] == "nothing is left but waiting for somebody")
        #expect(rows[1]["Nobody ran it"] == "23 h 59 min" && rows[1]["Then"] == "resumed by force")
        #expect(document.with(id: "facts")?.fullText.contains("Taken up again2 times") == true)
    }

    @Test func pageSaysWhoWasAskedWhatWhoAnsweredAndHowLongItWaited() throws {
        let document = try page(Self.result(), Self.events())
        let rows = try #require(document.with(id: "questions")).all("tr").dropFirst().map(cells)
        #expect(rows.count == 2)
        #expect(rows[0]["Agent"] == "pay" && rows[0]["Question"] == "what has it done?")
        #expect(rows[0]["Answer"] == "it has done its work" && rows[0]["By"] == "grace")
        #expect(rows[0]["Waited"] == "1 min 00 s")
        #expect(rows[1]["Question"] == "May it be <released>?" && rows[1]["Asked"] == "+1 h 01 min")
        #expect(rows[1]["Answer"] == "approve: well done" && rows[1]["By"] == "ada")
        #expect(rows[1]["Waited"] == "24 h 00 min")
    }

    /// Durations count time in which somebody ran the job; the axis is the wall's clock.
    @Test func barsGoOnOverTheTimeInWhichNobodyRanTheJobWhichIsHatchedWithAMarkAtItsEnd() throws {
        let document = try page(Self.result(), Self.events())
        let grid = try #require(document.with(id: "grid"))
        let length = 64_000.0 + 3_600_000 + 86_399_000
        let down = grid.all("rect", "down")
        #expect(down.count == 2)
        #expect(abs(try percent(down[0], "x") - 1_000 / length * 100) < 0.001)
        #expect(abs(try percent(down[0], "width") - 3_600_000 / length * 100) < 0.001)
        #expect(abs(try percent(down[1], "x") - 3_663_000 / length * 100) < 0.001)
        let marks = grid.all("line", "resumed")
        #expect(marks.count == 2)
        #expect(abs(try percent(marks[1], "x1") - 90_062_000 / length * 100) < 0.001)
        let bars = document.all("a", "attempt")
        let pay = try #require(bars.first?.all("rect", "fill").first)
        #expect(abs(try percent(pay, "width") - (60_900 + 3_600_000) / length * 100) < 0.001)
        let release = try #require(bars.last?.all("rect", "fill").first)
        #expect(abs(try percent(release, "width") - (3_000 + 86_399_000) / length * 100) < 0.001)
        let waits = document.all("a", "waiting")
        #expect(waits.map { $0.attributes["href"] } == ["#question-0", "#question-1"])
        #expect(document.with(id: "question-1") != nil)
        let legend = try #require(document.all("ul", "legend").first).fullText
        #expect(legend.contains("nobody ran the job") && legend.contains("waiting for people"))
    }

    /// An attempt whose process ended is over at that instant.
    @Test func whatEndedWithItsProcessDoesNotGoOnAfterIt() throws {
        var result = Self.result()
        result.agents[0].attempts[0].durationMS = 900
        let document = try page(result, Self.events())
        let pay = try #require(document.all("a", "attempt").first?.all("rect", "fill").first)
        let length = 64_000.0 + 3_600_000 + 86_399_000
        #expect(abs(try percent(pay, "width") - 900 / length * 100) < 0.001)
    }

    @Test func jobThatNothingHappenedToHasNothingOfIt() throws {
        var script = EventScript()
        try script.start(["pay"])
        let document = try page(Results.job(.succeeded, 10, [Self.agent("pay", 0, at: 0, for: 10)]), script.events)
        #expect(document.with(id: "resumptions") == nil && document.with(id: "questions") == nil)
        #expect(document.all("rect", "down").isEmpty)
        let text = document.fullText
        #expect(!text.contains("Taken up again") && !text.contains("nobody ran the job"))
    }

    @Test func questionThatNobodyAnsweredSaysSoAndSoDoesOneThatIsOpen() throws {
        var script = EventScript()
        try script.start(["release"])
        for (agent, end) in [("release", "attempt_resumed"), ("open", nil)] {
            try script.add(
                10, "attempt_suspended", ["state": nil, "reason": "May it?", "usage": [:]], agent: agent, attempt: 1)
            guard let end else { continue }
            try script.add(
                70_010, end, ["suspended_ms": 70_000, "queue_ms": 0, "rate_ms": 0, "view_version": 1], agent: agent,
                attempt: 1)
        }
        let document = try page(Self.result(), script.events)
        let rows = try #require(document.with(id: "questions")).all("tr").dropFirst().map(cells)
        #expect(rows.map { $0["Answer"] } == ["none in time", "none yet"])
        #expect(rows.map { $0["Waited"] } == ["1 min 10 s", ""])
    }

    @Test func jobThatWasTakenUpAnyNumberOfTimesHasAPageOfBoundedSize() throws {
        var history = ReportHistory()
        var script = EventScript()
        try script.start(["a"])
        for number in 1...1_000 {
            try script.add(
                Double(number), "job_resumed", ["number": .integer(Int64(number)), "changes": [], "forced": false])
            try script.add(
                Double(number), "attempt_in_doubt", ["reason": "?"], agent: "a", attempt: number, item: number)
        }
        for event in script.events { history.apply(event) }
        #expect(history.gaps.count == ReportHistory.most && history.hiddenGaps == 800)
        #expect(history.questions.count == ReportHistory.most && history.hiddenQuestions == 800)
        let document = try page(Self.result(), script.events)
        #expect(document.with(id: "resumptions")?.fullText.contains("800 more in events.jsonl.") == true)
    }
}
