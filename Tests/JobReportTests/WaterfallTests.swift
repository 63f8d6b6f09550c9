import Coordinator
import Foundation
import Testing

@Suite struct WaterfallTests {
    private func percent(_ element: Element?, _ name: String) throws -> Double {
        let text = try #require(element?.attributes[name])
        return try #require(Double(text.replacingOccurrences(of: "%", with: "")))
    }

    @Test(arguments: ["succeeded", "partial", "many"]) func barsMatchTheAttemptTimes(name: String) throws {
        let result = try #require(Results.all.first { $0.name == name }?.result)
        let document = try parse(page(of: result))
        let ends = result.agents.flatMap { $0.attempts.map { $0.startedAt.offset(from: result) + $0.durationMS } }
        let length = max(result.durationMS, ends.max() ?? 0)
        let bars = Dictionary(
            document.all("a", "attempt").map { ($0.attributes["href"] ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
        for (agentIndex, agent) in result.agents.enumerated() {
            for (index, attempt) in agent.attempts.enumerated() {
                let bar = try #require(bars["#attempt-\(agentIndex)-\(index)"])
                let rect = try #require(bar.all("rect", "fill").first)
                #expect(rect.classes.contains(attempt.outcome.rawValue))
                #expect(abs(try percent(rect, "x") - attempt.startedAt.offset(from: result) / length * 100) < 0.001)
                #expect(abs(try percent(rect, "width") - attempt.durationMS / length * 100) < 0.001)
                #expect(bar.attributes["tabindex"] == "0")
                #expect(bar.attributes["aria-label"]?.contains("attempt \(attempt.number)") == true)
            }
        }
        #expect(bars.count == result.agents.reduce(0) { $0 + $1.attempts.count })
    }

    @Test(arguments: ["succeeded", "partial", "many"]) func everyAttemptIsListedOnceWithItsSpan(name: String)
        throws
    {
        let result = try #require(Results.all.first { $0.name == name }?.result)
        let html = try page(of: result)
        let rows = try #require(try parse(html).with(id: "attempts")).all("tr").dropFirst().map { row in
            row.all("td").reduce(into: [String: String]()) { $0[$1.attributes["data-label"] ?? ""] = $1.fullText }
        }
        let hexDigits = Set("0123456789abcdef".utf8)
        let hexWords = html.utf8.split { !hexDigits.contains($0) }.filter { $0.count == 16 }
            .reduce(into: [String: Int]()) { $0[String($1) ?? "", default: 0] += 1 }
        let expected = result.agents.flatMap { agent in agent.attempts.map { (agent, $0) } }
        #expect(rows.count == expected.count)
        for (row, (agent, attempt)) in zip(rows, expected) {
            #expect(row["Agent"] == agent.name)
            #expect(row["Attempt"] == "\(attempt.number) of \(agent.attempts.count)")
            #expect(row["Outcome"]?.hasPrefix(attempt.outcome.rawValue) == true)
            #expect(row["Outcome"]?.contains("abandoned") == attempt.abandoned)
            #expect(row["Span"] == attempt.spanID)
            #expect(attempt.spanID.map { hexWords[$0] } == 1)
        }
    }

    @Test func queueWaitAndBackoffFillTheTimeBetweenAttempts() throws {
        let document = try parse(page(of: Results.partial))
        let drafter = try #require(document.all("a", "agent").first { $0.attributes["href"] == "#agent-1" })
        let queue = try #require(drafter.all("rect", "queue").first)
        #expect(abs(try percent(queue, "x") - 3 / 33_400 * 100) < 0.001)
        #expect(abs(try percent(queue, "width") - 1_900 / 33_400 * 100) < 0.001)
        let pauses = drafter.all("line", "backoff")
        #expect(pauses.count == 2)
        #expect(abs(try percent(pauses.first, "x1") - 9_906 / 33_400 * 100) < 0.001)
        #expect(abs(try percent(pauses.first, "x2") - 10_406 / 33_400 * 100) < 0.001)
        #expect(document.all("line", "abandoned").count == 2)  // the attempt's mark and the legend's
    }

    @Test func axisHasBetweenTwoAndElevenTicksForAnyDuration() throws {
        for milliseconds in [0, 0.02, 0.4, 1, 7.3, 99, 1_000, 33_400, 61_000, 600_000, 3_600_000, 40_000_000, 9e9] {
            let result = Results.job(.succeeded, milliseconds, [])
            let labels = try parse(page(of: result)).all("svg", "axis").flatMap { $0.all("text") }.map(\.fullText)
            #expect((2...11).contains(labels.count), "\(milliseconds) ms: \(labels)")
            #expect(Set(labels).count == labels.count, "\(milliseconds) ms: \(labels)")
            #expect(labels.first == "0")
        }
    }

    @Test func attemptOfZeroDurationIsVisible() throws {
        let document = try parse(page(of: Results.zeroDuration))
        #expect(document.all("line", "mark").count == 1)
    }

    @Test func legendListsOnlyTheOutcomesShown() throws {
        let legend = try parse(page(of: Results.partial)).all("ul", "legend").first?.all("li").map(\.fullText) ?? []
        #expect(legend.contains("timeout") && legend.contains("skipped") && legend.contains("queue wait"))
        #expect(try parse(page(of: Results.succeeded)).all("ul", "legend").first?.fullText.contains("timeout") == false)
    }

    @Test func filterForFailedAgentsAppearsWithManyAgents() throws {
        #expect(try parse(page(of: Results.many)).with(id: "only-trouble") != nil)
        #expect(try parse(page(of: Results.partial)).with(id: "only-trouble") == nil)
    }
}

extension Timestamp {
    fileprivate func offset(from result: JobResult) -> Double {
        (Double(nanosecondsSinceEpoch) - Double(result.startedAt.nanosecondsSinceEpoch)) / 1e6
    }
}
