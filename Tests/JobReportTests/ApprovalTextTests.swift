import Coordinator
import CoordinatorTestKit
import Support
import Testing

@testable import JobReport

/// An approval at a terminal: what is shown, and what a typed line means.
@Suite(.timeLimit(.minutes(5))) struct ApprovalTexts {
    private func request(_ values: JSONObject, onTimeout: String? = nil) throws -> ApprovalRequest {
        let state: JSONValue = [
            "question": "May it go\u{1B}[2J?", "choices": ["approve", "reject"],
            "show": .array(values.keys.map(\.string).sorted().map { .string($0) }), "shown": .object(values),
            "digest": "sha256:12", "on_timeout": onTimeout.map { .string($0) } ?? .null,
        ]
        return try #require(ApprovalRequest(state: state))
    }

    @Test func questionShowsWhatIsAskedAndNothingActsOnTheTerminal() throws {
        let text = ApprovalText.question(
            RunIdentity(agent: "release", round: 2, item: 3),
            try request(
                ["artifacts.patch": "line 1\n\u{1B}]0;title\u{7}line 2\n", "task": ["a": 1]], onTimeout: "reject"))
        #expect(
            text == """
                ? release[3] (round 2) asks: May it go␛[2J?
                  artifacts.patch:
                    line 1
                    ␛]0;title␇line 2
                  task:
                    {
                      "a" : 1
                    }
                  sha256:12
                  1  approve
                  2  reject
                Without an answer in time, 'reject' counts.
                Type a choice or its number, and a remark behind it if there is something to say.

                """)
    }

    @Test func longValuesAreCut() throws {
        let lines = (1...100).map { "line \($0) " + String(repeating: "x", count: 1_000) }.joined(separator: "\n")
        let text = ApprovalText.question(RunIdentity(agent: "a"), try request(["artifacts.patch": .string(lines)]))
        #expect(text.contains("    line 30 x") && !text.contains("line 31") && text.contains("… (70 more lines)"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= ApprovalText.mostCharacters + 6 })
    }

    @Test(arguments: [
        ("approve\n", ApprovalAnswer("approve", digest: "sha256:12") as ApprovalAnswer?),
        ("2", ApprovalAnswer("reject", digest: "sha256:12")),
        ("  1   looks good  \n", ApprovalAnswer("approve", remark: "looks good", digest: "sha256:12")),
        ("3", ApprovalAnswer("3", digest: "sha256:12")), ("0", ApprovalAnswer("0", digest: "sha256:12")),
        ("", nil), (" \n", nil),
    ])
    func typedLineIsAChoiceOrItsNumberAndARemark(line: String, answer: ApprovalAnswer?) throws {
        #expect(ApprovalText.answer(line, to: try request([:])) == answer)
    }

    // MARK: the display stands still meanwhile

    private func display(isLive: Bool) -> (ProgressDisplay, Locked<String>) {
        let written = Locked("")
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: isLive, hasColor: false), minimumInterval: .zero),
            size: { TerminalSize(columns: 80, rows: 24) }, write: { text in written.withLock { $0 += text } })
        return (display, written)
    }

    private func recorded() async throws -> [JobEvent] {
        let coordinator = JobCoordinator(JobContext(id: "job-1"), workflow: "w")
        try coordinator.register(AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
        _ = try await coordinator.executeParallel()
        var all: [JobEvent] = []
        for try await event in coordinator.events { all.append(event) }
        return all
    }

    @Test func liveTableStandsStillAndGoesOnBelow() async throws {
        let (display, written) = display(isLive: true)
        let events = try await recorded()
        for event in events.prefix(2) { display.show(event) }
        display.pause()
        let before = written.withLock { $0 }
        #expect(before.hasSuffix("\u{1B}[?25h"))
        for event in events.dropFirst(2) { display.show(event) }
        display.tick(.now)
        #expect(written.withLock { $0 } == before)
        display.resume()
        display.finish()
        let after = written.withLock { $0 }.dropFirst(before.count)
        // It is drawn anew, and not over what was written meanwhile.
        #expect(after.hasPrefix("\u{1B}[?25l") && after.contains("succeeded"))
    }

    @Test func plainLinesWaitMeanwhileAndAreBounded() async throws {
        let (display, written) = display(isLive: false)
        let events = try await recorded()
        display.pause()
        for _ in 0..<ProgressDisplay.mostHeld { for event in events { display.show(event) } }
        #expect(written.withLock { $0 }.isEmpty)
        display.resume()
        #expect(written.withLock { $0 }.split(separator: "\n").count == ProgressDisplay.mostHeld)
    }
}
