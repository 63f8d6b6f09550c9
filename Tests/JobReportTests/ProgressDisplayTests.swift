import Coordinator
import Support
import Synchronization
import TestSupport
import Testing

@testable import JobReport

@Suite(.timeLimit(.minutes(10))) struct ProgressDisplayTests {
    private func display(
        live: Bool, color: Bool = false, columns: Int = 100, rows: Int = 40, maxAgents: Int = 20,
        _ transcript: Transcript
    ) -> ProgressDisplay {
        ProgressDisplay(
            .init(
                policy: TerminalPolicy(isLive: live, hasColor: color), maxAgents: maxAgents,
                minimumInterval: .zero),
            size: { TerminalSize(columns: columns, rows: rows) }, write: { transcript.write($0) })
    }

    /// Logs of earlier versions hold figures that no attempt may state any more.
    @Test func tokensOfManyCommitsStopAtTheLargestNumber() throws {
        var script = EventScript()
        try script.start(["a"])
        for number in 1...3 {
            try script.add(
                Double(number), "context_committed",
                [
                    "contribution": ["usage": ["input_tokens": .integer(.max), "output_tokens": .integer(.max)]],
                    "from": 0, "to": 0, "paths": [], "stage": 0, "registration": 0, "changed": [],
                ], agent: "a", attempt: number)
        }
        var state = ProgressState()
        for event in script.events { state.apply(event) }
        #expect(state.agents.first?.tokens == .max)
    }

    @Test func plainOutputHasOneTimedLinePerChange() throws {
        let transcript = Transcript()
        let display = display(live: false, transcript)
        for event in try EventScript.typical() { display.show(event) }
        display.finish()
        #expect(
            transcript.text == """
                [   0.000s] job job-1: review started with 3 agents
                [   0.002s] collector: attempt 1 started
                [   0.003s] drafter: attempt 1 started
                [   0.400s] collector: read 14 files
                [   0.500s] drafter: attempt 1 failed after 497 ms [rate_limited]: 429
                [   0.500s] drafter: next attempt in 500 ms
                [   0.640s] collector: succeeded after 638 ms
                [   1.000s] drafter: attempt 2 started
                [   9.000s] drafter: timed out after 9.00 s: no result within 8 s
                [   9.001s] validator: was skipped after 0 ms: 'drafter' did not succeed
                [   9.002s] job job-1: partial after 9.00 s

                """)
    }

    @Test func liveTableIsRedrawnInPlace() throws {
        let transcript = Transcript()
        let display = display(live: true, transcript)
        var screen = Screen(columns: 100)
        for event in try EventScript.typical().prefix(6) { display.show(event) }
        display.tick(Results.at(750))
        screen.take(transcript.text)
        #expect(!screen.cursorIsVisible)
        #expect(screen.unexpected.isEmpty)
        #expect(
            screen.lines.map { $0.trimmingSpaces } == [
                "review  running  0/3 agents done  750 ms",
                "▸ collector  running   #1       748 ms  read 14 files",
                "↻ drafter    retrying  #1       250 ms  next in 250 ms: 429",
                "· validator  waiting",
                "",
            ])
    }

    @Test func finalStateStaysAndTheCursorIsRestored() throws {
        let transcript = Transcript()
        let display = display(live: true, transcript)
        for event in try EventScript.typical() { display.show(event) }
        display.finish()
        display.finish()
        display.tick(Results.at(99_999))
        var screen = Screen(columns: 100)
        screen.take(transcript.text)
        #expect(screen.cursorIsVisible)
        #expect(
            screen.lines.map { $0.trimmingSpaces } == [
                "review  ◐ partial  3/3 agents done  9.00 s",
                "✓ collector  succeeded #1       638 ms",
                "◷ drafter    timeout   #2       9.00 s  no result within 8 s",
                "– validator  skipped              0 ms  'drafter' did not succeed",
                "",
            ])
    }

    @Test(arguments: [1, 5, 12, 24, 40, 61, 200]) func noLineIsWiderThanTheTerminal(columns: Int) throws {
        let transcript = Transcript()
        let display = display(live: true, color: true, columns: columns, transcript)
        var script = EventScript()
        try script.start(["collector", "日本語のエージェント", "👩‍👩‍👧‍👦", String(repeating: "long", count: 60)], workflow: "ワークフロー")
        try script.attempt(1, "collector", 1)
        try script.add(2, "progress", ["message": .string(String(repeating: "word ", count: 80))], agent: "collector")
        for event in script.events { display.show(event) }
        display.finish()
        var screen = Screen(columns: columns)
        screen.take(transcript.text)
        #expect(screen.unexpected.isEmpty)
        #expect(screen.lines.count == 6, "a line wrapped: \(screen.lines)")
    }

    @Test func narrowerWindowIsRedrawnFromTheFirstRow() throws {
        let transcript = Transcript()
        let columns = Mutex(100)
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: true, hasColor: false), minimumInterval: .zero),
            size: { TerminalSize(columns: columns.withLock { $0 }, rows: 40) }, write: { transcript.write($0) })
        let events = try EventScript.typical()
        for event in events.prefix(5) { display.show(event) }
        var screen = Screen(columns: 100)
        screen.take(transcript.text)
        // Each old line now takes this many rows of 30; the drawing must start above all of them.
        let rows = screen.lines.dropLast().reduce(0) { $0 + ($1.count + 29) / 30 }
        columns.withLock { $0 = 30 }
        display.tick(Results.at(700))
        #expect(rows > screen.lines.count)
        #expect(transcript.last.hasPrefix("\u{1B}[\(rows)A\r"))
    }

    @Test func agentsThatDoNotFitAreCounted() throws {
        var script = EventScript()
        try script.start((0..<200).map { "agent-\($0)" })
        for index in 0..<150 {
            try script.attempt(Double(index), "agent-\(index)", 1)
            if index < 100 {
                try script.finish(Double(index) + 0.5, "agent-\(index)", index == 7 ? .failed : .succeeded, for: 0.5)
            }
        }
        for (maxAgents, rows, shown) in [(20, 40, 20), (20, 10, 7), (200, 500, 200), (20, 1, 1)] {
            let transcript = Transcript()
            let display = display(live: true, rows: rows, maxAgents: maxAgents, transcript)
            for event in script.events { display.show(event) }
            display.finish()
            var screen = Screen(columns: 100)
            screen.take(transcript.text)
            let lines = screen.lines.dropLast().map(\.trimmingSpaces)
            #expect(lines.count == (shown < 200 ? shown + 2 : 201))
            if shown < 200 {
                #expect(lines.last?.hasPrefix("and \(200 - shown) more (") == true)
                #expect(lines.dropFirst().dropLast().allSatisfy { $0.contains("running") }, "those at work come first")
            }
        }
    }

    @Test(arguments: [true, false]) func hostileTextCannotReachTheTerminal(live: Bool) throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        let names = Results.hostileTexts + (0..<20).map { _ in random.text() }
        var script = EventScript()
        try script.start(names, workflow: "\u{1B}[2J")
        for name in names {
            try script.attempt(1, name, 1)
            try script.add(2, "progress", ["message": .string(name)], agent: name)
            try script.add(3, "access_denied", ["paths": [], "message": .string(name)], agent: name)
            try script.finish(
                4, name, .failed, for: 3, error: name + "\u{1B}]8;;http://x\u{7}\u{9B}2J\r\n" + random.text())
        }
        let transcript = Transcript()
        let display = display(live: live, color: live, transcript)
        for event in script.events { display.show(event) }
        display.finish()
        var screen = Screen(columns: 10_000)
        screen.take(transcript.text)
        #expect(screen.unexpected.isEmpty, "seed \(seed)")
        for hidden: Unicode.Scalar in ["\u{202E}", "\u{2066}", "\u{200B}", "\u{FEFF}", "\u{2028}"] {
            #expect(!transcript.text.unicodeScalars.contains(hidden), "seed \(seed)")
        }
        if !live { #expect(!transcript.text.contains("\u{1B}"), "seed \(seed)") }
    }

    @Test func terminalTypeAndNoColorAreHonoured() {
        let color = ["TERM": "xterm-256color"]
        #expect(TerminalPolicy(isTerminal: true, environment: color) == TerminalPolicy(isLive: true, hasColor: true))
        #expect(!TerminalPolicy(isTerminal: false, environment: color).isLive)
        #expect(!TerminalPolicy(isTerminal: true, environment: ["TERM": "dumb"]).isLive)
        #expect(!TerminalPolicy(isTerminal: true, environment: [:]).isLive)
        let noColor = TerminalPolicy(isTerminal: true, environment: ["TERM": "xterm", "NO_COLOR": "1"])
        #expect(noColor == TerminalPolicy(isLive: true, hasColor: false))
        #expect(TerminalPolicy(isTerminal: true, environment: ["TERM": "xterm", "NO_COLOR": ""]).hasColor)
    }

    @Test func colorEscapesAppearOnlyWithColor() throws {
        for color in [true, false] {
            let transcript = Transcript()
            let display = display(live: true, color: color, transcript)
            for event in try EventScript.typical() { display.show(event) }
            #expect(transcript.text.contains("\u{1B}[34m") == color)
        }
    }

    @Test func redrawsAreThrottled() throws {
        let transcript = Transcript()
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: true, hasColor: false)), size: { TerminalSize(columns: 80, rows: 24) },
            write: { transcript.write($0) })
        for event in try EventScript.typical() { display.show(event) }
        // At 0, 400, 500, 640, 1000 and 9000 ms; what came within 50 ms of one of them waited.
        #expect(transcript.count == 6)
    }

    @Test func cancellationRestoresTheCursor() async throws {
        let transcript = Transcript()
        let display = display(live: true, transcript)
        let events = AsyncStream<JobEvent>.makeStream()
        let ticks = AsyncStream<Timestamp> { _ in }
        let first = try #require(try EventScript.typical().first)
        let started = AsyncStream<Void>.makeStream()
        let running = Task {
            let watched = events.stream.map { event in
                started.continuation.yield()
                return event
            }
            try await display.run(events: watched, ticks: ticks)
        }
        events.continuation.yield(first)
        for await _ in started.stream { break }
        running.cancel()
        try await running.value
        #expect(transcript.text.hasSuffix("\u{1B}[?25h") || !transcript.text.contains("\u{1B}[?25l"))
    }

    @Test func releasedDisplayRestoresTheCursor() throws {
        let transcript = Transcript()
        do {
            let display = display(live: true, transcript)
            for event in try EventScript.typical().prefix(3) { display.show(event) }
        }
        #expect(transcript.text.hasSuffix("\u{1B}[?25h"))
    }
}

extension String {
    var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
