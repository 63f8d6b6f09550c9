import Coordinator
import TestSupport
import Testing

@testable import JobReport

/// What the page shows of conversations with models.
@Suite struct ConversationReports {
    private static func usage(_ tokens: Int) -> JSONValue {
        ["input_tokens": .integer(Int64(tokens)), "output_tokens": 7]
    }

    /// An answer that asks for two tools, of which one fails, and an answer.
    private static func events() throws -> [JobEvent] {
        var script = EventScript()
        try script.start(["review"])
        try script.attempt(100, "review", 1)
        func add(_ at: Double, _ kind: String, _ payload: JSONValue) throws {
            try script.add(at, kind, payload, agent: "review", attempt: 1)
        }
        try add(100, "turn_finished", ["number": 0, "value": "begin", "usage": usage(0)])
        try add(2_100, "turn_finished", ["number": 1, "value": "calls", "usage": usage(100)])
        try add(
            2_100, "tool_started",
            ["call": "1", "tool": "files", "arguments": ["path": "<b>"], "has_effects": false])
        try add(
            2_200, "tool_started", ["call": "2", "tool": "github.create_issue", "arguments": [:], "has_effects": true])
        try add(3_100, "tool_finished", ["call": "1", "tool": "files", "result": "", "duration_ms": 1_000])
        try add(
            4_200, "tool_finished",
            [
                "call": "2", "tool": "github.create_issue", "result": "", "duration_ms": 2_000,
                "error_type": "tool_error",
            ])
        try add(6_200, "turn_finished", ["number": 2, "value": "done", "usage": usage(300)])
        return script.events
    }

    private func page(_ events: [JobEvent]) throws -> Element {
        let folder = try TemporaryFolder()
        let out = try OutFolder(path: folder.path)
        let log = try out.makeEventLog()
        for event in events { try log.append(event) }
        let result = Results.job(
            .succeeded, 7_000,
            [
                Results.succeeded(
                    "review", 0, startedAt: Results.at(100), durationMS: 6_100, queueMS: 0, at: 100, for: 6_100)
            ])
        let files = out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "")
        #expect(files.failures.isEmpty)
        return try parse(folder.read("report.html"))
    }

    private func cells(_ row: Element) -> [String: String] {
        row.all("td").reduce(into: [:]) { $0[$1.attributes["data-label"] ?? ""] = $1.fullText }
    }

    @Test func pageListsTurnsAndCallsInTheirOrder() throws {
        let document = try page(Self.events())
        let rows = try #require(document.with(id: "conversations")).all("tr").dropFirst().map(cells)
        #expect(rows.map { $0["Step"] } == ["turn 1", "files", "github.create_issue", "turn 2"])
        #expect(rows.map { $0["Duration"] } == ["2.00 s", "1.00 s", "2.00 s", "2.00 s"])
        #expect(rows.map { $0["Tokens"] } == ["100 in, 7 out", "", "", "300 in, 7 out"])
        #expect(rows.map { $0["Error"] } == ["", "", "tool_error", ""])
        #expect(rows[1]["Arguments"] == #"{"path":"<b>"}"# && rows[1]["Agent"] == "reviewattempt 1")
    }

    @Test func waterfallMarksEachStepBelowItsAttempt() throws {
        let document = try page(Self.events())
        let timeline = try #require(document.with(id: "timeline"))
        let bars = timeline.all("a").filter { $0.attributes["href"]?.hasPrefix("#step-") == true }
        #expect(bars.map { $0.attributes["href"] } == ["#step-0", "#step-1", "#step-2", "#step-3"])
        #expect(
            bars.map { $0.all("rect").first?.attributes["class"] } == [
                "step turn", "step call", "step call failed", "step turn",
            ])
        #expect(bars[2].attributes["aria-label"]?.hasSuffix("tool_error") == true)
        #expect(timeline.fullText.contains("a call of a tool"))
    }

    @Test func callWhoseEndIsNotKnownSaysSo() throws {
        let document = try page(Array(Self.events().dropLast(3)))
        let rows = try #require(document.with(id: "conversations")).all("tr").dropFirst().map(cells)
        #expect(rows.map { $0["Duration"] } == ["2.00 s", "not known", "not known"])
    }

    @Test func jobWithoutConversationsShowsNothingOfThem() throws {
        var script = EventScript()
        try script.start(["review"])
        let document = try page(script.events)
        #expect(document.with(id: "conversations") == nil)
        #expect(document.with(id: "timeline")?.fullText.contains("a turn of a model") == false)
    }

    @Test func stepsBeyondTheLimitAreCounted() {
        var conversations = ReportConversations()
        let run = RunIdentity(agent: "a")
        var script = EventScript()
        for number in 1...ReportConversations.most + 3 {
            let added: Void? = try? script.add(
                Double(number), "turn_finished",
                ["number": .integer(Int64(number)), "value": nil, "usage": [:]], agent: "a", attempt: 1)
            #expect(added != nil)
        }
        for event in script.events { conversations.apply(event, to: run) }
        #expect(conversations.steps.count == ReportConversations.most && conversations.hidden == 3)
    }
}
