import Coordinator
import Testing

@testable import JobReport

/// Items and rounds while they run: in the live table, and as lines.
@Suite struct ItemProgress {
    private func lines(live: Bool, _ events: [JobEvent], tick: Double? = nil) -> [String] {
        let transcript = Transcript()
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: live, hasColor: false), minimumInterval: .zero),
            size: { TerminalSize(columns: 110, rows: 40) }, write: { transcript.write($0) })
        for event in events { display.show(event) }
        if let tick { display.tick(Results.at(tick)) }
        guard live else { return transcript.text.split(separator: "\n").map(String.init) }
        var screen = Screen(columns: 110)
        screen.take(transcript.text)
        return screen.lines.map(\.trimmingSpaces).filter { !$0.isEmpty }
    }

    private func items() throws -> EventScript {
        var script = EventScript()
        try script.start(["review", "summary"])
        try script.add(1, "items_started", ["count": 40], agent: "review")
        for item in 0..<40 { try script.attempt(2, "review", 1, item: item) }
        for item in 0..<12 {
            let failed = item == 7
            try script.finishItem(
                100 + Double(item), "review", item, failed ? .failed : .succeeded, error: failed ? "no JSON" : nil)
        }
        return script
    }

    @Test func liveTableShowsHowManyItemsAreDoneAndWhatTheLastFailedOneSaid() throws {
        let events = try items().events
        #expect(
            lines(live: true, events, tick: 1_002) == [
                "review  running  0/2 agents done  1.00 s",
                "▸ review   running   12/40 items      1.00 s  1 failed; item 7: no JSON",
                "· summary  waiting",
            ])
    }

    @Test func linesTellFailedItemsAndEachTenthThatIsDone() throws {
        let events = try items().events
        #expect(
            lines(live: false, events) == [
                "[   0.000s] job job-1: review started with 2 agents", "[   0.001s] review: 40 items",
                "[   0.103s] review: 4 of 40 items done",
                "[   0.107s] review[7]: failed after 5 ms: no JSON; review: 8 of 40 items done, 1 failed",
                "[   0.111s] review: 12 of 40 items done, 1 failed",
            ])
    }

    private func rounds() throws -> EventScript {
        var script = EventScript()
        try script.start(["draft", "test", "publish"], repeats: [("fix", ["draft", "test"], 3)])
        for round in 1...2 {
            let start = Double(round * 1_000)
            try script.add(start, "round_started", ["repeat": "fix", "round": .integer(Int64(round))])
            try script.attempt(start, "draft", 1, round: round)
            try script.finish(start + 400, "draft", .succeeded, for: 400, round: round)
            try script.attempt(start + 400, "test", 1, round: round)
            if round == 1 { try script.finish(start + 500, "test", .succeeded, for: 100, round: round) }
        }
        return script
    }

    @Test func liveTableShowsTheRoundOfItsAgentsWhichAreDoneWhenTheRepeatIs() throws {
        var script = try rounds()
        #expect(
            lines(live: true, script.events, tick: 2_600) == [
                "review  running  0/3 agents done  2.60 s",
                "✓ draft    succeeded round 2 of 3      400 ms",
                "▸ test     running   round 2 of 3      200 ms",
                "· publish  waiting",
            ])
        try script.finish(2_700, "test", .succeeded, for: 300, round: 2)
        try script.add(2_700, "repeat_finished", ["name": "fix", "rounds": 2, "ended_by": "condition"])
        #expect(lines(live: true, script.events, tick: 2_700).first == "review  running  2/3 agents done  2.70 s")
    }

    @Test func linesTellWhenRoundsBeginAndHowTheRepeatEnds() throws {
        var script = try rounds()
        try script.add(2_700, "repeat_finished", ["name": "fix", "rounds": 2, "ended_by": "condition"])
        let lines = lines(live: false, script.events)
        #expect(lines.contains("[   2.000s] repeat fix: round 2 started"), "\(lines)")
        #expect(lines.last == "[   2.700s] repeat fix: 2 rounds, ended by its condition")
    }
}
