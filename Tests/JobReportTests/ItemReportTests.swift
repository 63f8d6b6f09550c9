import Coordinator
import JobReport
import Testing

/// Items and rounds on the page and in the last lines.
@Suite struct ItemReports {
    private func cells(_ row: Element) -> [String: String] {
        row.all("td").reduce(into: [:]) { $0[$1.attributes["data-label"] ?? ""] = $1.fullText }
    }

    @Test func eachItemHasARowBelowItsAgentWithABarForEachOfItsAttempts() throws {
        let document = try parse(page(of: Results.items))
        let list = try #require(document.all("li", "items").first)
        #expect(list.all("summary").first?.fullText == "4 of 6 items succeeded")
        #expect(list.all("details").first?.attributes["open"] != nil)
        let rows = list.all("li", "item")
        #expect(rows.count == 6)
        #expect(rows.map { $0.all("a", "bar").count } == [1, 2, 1, 1, 1, 0])
        #expect(rows.map { $0.classes.contains("fine") } == [true, true, true, false, true, false])
        #expect(rows.first?.fullText.contains("[0] a.py") == true)
        let bar = try #require(rows[1].all("a", "bar").last)
        #expect(bar.attributes["href"] == "#attempt-0-item-1-1")
        #expect(bar.attributes["aria-label"]?.hasPrefix("review[1] (b.py), attempt 2: succeeded") == true)
        for link in list.all("a") {
            let target = try #require(link.attributes["href"]?.dropFirst())
            #expect(document.with(id: String(target)) != nil, "\(target) is not on the page")
        }
    }

    @Test func tablesListItemsWithTheirKeysAndTheirAttempts() throws {
        let document = try parse(page(of: Results.items))
        let items = try #require(document.with(id: "items")).all("tr").dropFirst().map(cells)
        #expect(items.map { $0["Item"] } == ["0a.py", "1b.py", "2c.py", "3d<e>.py", "4f␛[2J.py", "5g.py"])
        #expect(items[3]["Error"] == "invalid_output no <JSON>")
        #expect(items[5]["Outcome"] == "cancelled" && items[5]["Attempts"] == "0")
        let agent = cells(try #require(document.with(id: "agent-0")))
        #expect(agent["Attempts"] == "64 of 6 items succeeded")
        let attempts = try #require(document.with(id: "attempts")).all("tr").dropFirst().map(cells)
        #expect(attempts.map { $0["Agent"] }.prefix(3) == ["review[0] (a.py)", "review[1] (b.py)", "review[1] (b.py)"])
        #expect(attempts.map { $0["Attempt"] }.prefix(3) == ["1 of 1", "1 of 2", "2 of 2"])
        #expect(document.with(id: "facts")?.fullText.contains("Attempts7") == true)
    }

    @Test func pageShowsABoundedNumberOfItemsThoseThatDidNotSucceedFirst() throws {
        var result = Results.items
        result.agents[0].items = (0..<10_000).map { index in
            ItemResult(index: index, outcome: index == 9_999 ? .failed : .succeeded, error: index == 9_999 ? "no" : nil)
        }
        let document = try parse(page(of: result))
        let rows = try #require(document.with(id: "items")).all("tr").dropFirst().map(cells)
        #expect(rows.count == 500)
        #expect(rows.last?["Item"] == "9999")
        #expect(rows.first?["Item"] == "0")
        #expect(document.with(id: "items")?.fullText.contains("9500 items more in result.json.") == true)
        #expect(document.all("li", "items").first?.all("details").first?.attributes["open"] == nil)
    }

    @Test func longKeyIsShownByItsEndBesideTheBars() throws {
        var result = Results.items
        result.agents[0].items[0].key = "Sources/Support/Text/ByteSearch.swift"
        let document = try parse(page(of: result))
        let name = try #require(document.all("li", "item").first?.all("a", "name").first)
        #expect(name.fullText == "[0] …xt/ByteSearch.swift")
        #expect(name.attributes["title"] == "review[0] (Sources/Support/Text/ByteSearch.swift)")
    }

    @Test func roundsAreOnTheBarsInTheTablesAndInWords() throws {
        let document = try parse(page(of: Results.rounds))
        #expect(document.all("text", "digit").map(\.fullText) == ["r1", "r2", "r3", "r1", "r2", "r3"])
        #expect(
            document.all("a", "attempt").first?.attributes["aria-label"]?.hasPrefix("draft, round 1, attempt 1") == true
        )
        #expect(document.all("span", "times").map(\.fullText) == ["3 rounds", "3 rounds"])
        let attempts = try #require(document.with(id: "attempts")).all("tr").dropFirst().map(cells)
        #expect(attempts.map { $0["Attempt"] }.prefix(2) == ["1 of 1round 1", "1 of 1round 2"])
        let words = "The repeat fix: 3 rounds, ended by its limit: its condition did not hold."
        #expect(document.with(id: "agents")?.fullText.contains(words) == true)
        // A round is no retry.
        #expect(document.all("p", "verdict").first?.fullText == "All 2 agents succeeded.")
    }

    @Test func lastLinesNameTheItemsThatDidNotSucceedAndHowRepeatsEnded() {
        let items = ResultSummary.text(for: Results.items)
        #expect(
            items.contains(
                """
                AGENT    OUTCOME      ATTEMPTS  DURATION  QUEUE
                review   ✓ succeeded         6    700 ms  40 ms
                summary  ✓ succeeded         1     90 ms   0 ms

                review: 4 of 6 items succeeded
                  ✗ review[3] (d<e>.py) failed [invalid_output]: no <JSON>
                  ■ review[5] (g.py) was cancelled: the job was cancelled

                """), "\(items)")
        let rounds = ResultSummary.text(for: Results.rounds)
        #expect(
            rounds.contains("\n\nrepeat fix: 3 rounds, ended by its limit: its condition did not hold\n"), "\(rounds)")
    }

    @Test func ofManyFailedItemsTheLastLinesNameFive() {
        var result = Results.items
        result.agents[0].items = (0..<400).map { ItemResult(index: $0, outcome: .failed, error: "no") }
        let text = ResultSummary.text(for: result)
        #expect(text.contains("review: 0 of 400 items succeeded\n  ✗ review[0] failed: no\n"))
        #expect(text.contains("  ✗ review[4] failed: no\n  and 395 more in result.json\n"), "\(text)")
        #expect(!text.contains("review[5]"))
    }

    @Test(arguments: [
        (RepeatEnding.condition, "repeat fix: 1 round, ended by its condition"),
        (.limit, "repeat fix: 1 round, ended by its limit: its condition did not hold"),
        (.deadline, "repeat fix: 1 round, ended by the job's time"),
        (.failure, "repeat fix: 1 round, ended by a failure"),
    ])
    func eachEndingOfARepeatHasItsWords(_ ending: RepeatEnding, _ words: String) {
        var result = Results.rounds
        result.repeats = [RepeatResult(name: "fix", rounds: 1, endedBy: ending)]
        #expect(ResultSummary.text(for: result).contains("\n\(words)\n"))
    }

    @Test func onlyTheItemsOfTheLastRoundDecideAndAreCounted() {
        var result = Results.rounds
        result.agents[0].attempts = []
        result.agents[0].items = [
            ItemResult(index: 0, round: 1, outcome: .failed), ItemResult(index: 1, round: 1, outcome: .failed),
            ItemResult(index: 0, round: 2, outcome: .succeeded),
        ]
        let text = ResultSummary.text(for: result)
        #expect(text.contains("draft: 1 of 1 item succeeded\n"), "\(text)")
        #expect(!text.contains("✗ draft"))
    }
}
