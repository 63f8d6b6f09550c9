import Coordinator
import Foundation
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ReportPageTests {
    @Test(arguments: Results.all.map(\.name)) func everyPageIsOneWellFormedFileWithoutNetwork(name: String) throws {
        let result = try #require(Results.all.first { $0.name == name }?.result)
        let html = try page(of: result)
        let document = try parse(html)
        // Where the pages are wanted for a look: REPORT_GALLERY=folder.
        if let gallery = ProcessInfo.processInfo.environment["REPORT_GALLERY"] {
            try html.write(toFile: "\(gallery)/\(name).html", atomically: true, encoding: .utf8)
        }

        #expect(html.utf8.count < 2_000_000)
        #expect(document.all("script").count == 1)
        #expect(document.all("style").count == 1)
        for element in document.descendants {
            #expect(element.attributes["src"] == nil)
            #expect(!element.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" })
            if let link = element.attributes["href"] { #expect(!link.contains(":") && !link.hasPrefix("/")) }
        }
        let policy = document.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'; ") == true)
        let identifiers = document.descendants.compactMap { $0.attributes["id"] }
        #expect(Set(identifiers).count == identifiers.count)
        for link in document.descendants.compactMap({ $0.attributes["href"] }) where link.hasPrefix("#") {
            #expect(identifiers.contains(String(link.dropFirst())), "\(link) leads nowhere")
        }
    }
    @Test func firstFailureIsReportedFirst() throws {
        let document = try parse(page(of: Results.partial))
        let failure = try #require(document.all("section", "failure").first)
        let lead = try #require(failure.all("p", "lead").first?.fullText)
        #expect(lead == "publisher was rejected 3.3 ms into the job (09:05:00 UTC), without an attempt.")
        #expect(failure.fullText.contains("the circuit breaker of 'publisher' is open for another 21 s"))
        let then = failure.all("ul", "then").first?.all("li").map(\.fullText) ?? []
        #expect(then.map { $0.prefix(7) } == ["drafter", "lint fa", "collect"])
        #expect(failure.fullText.contains("validator did not run"))
    }

    @Test func successPageListsRetriesAndNoFailure() throws {
        let document = try parse(page(of: Results.succeeded))
        #expect(document.all("section", "failure").isEmpty)
        #expect(document.all("p", "note").first?.fullText.contains("drafter") == true)
        #expect(document.all("p", "verdict").first?.fullText == "All 3 agents succeeded, 1 of them after retries.")
    }

    @Test func pageShowsDurationStartJobIDAndTraceID() throws {
        let document = try parse(page(of: Results.partial))
        #expect(document.all("title").first?.fullText == "review: partial")
        let facts = try #require(document.with(id: "facts")?.fullText)
        for fact in [
            "33.4 s", "2026-01-31 09:05:00 UTC", "job-20260131-090500-7f3a", "4bf92f3577b34da6a3ce929d0e0e4736",
        ] {
            #expect(facts.contains(fact))
        }
    }

    @Test func artifactsAreLinkedAndPreviewed() throws {
        let document = try parse(page(of: Results.partial))
        let section = try #require(document.with(id: "artifacts"))
        let links = section.all("a").compactMap { $0.attributes["href"] }
        #expect(links.contains("artifacts/patch.diff"))
        #expect(links.contains("artifacts/tests/Tests/AppTests/StoreTests.swift"))
        #expect(section.all("ins").count == 5)
        #expect(section.all("del").map(\.fullText) == ["-        rows[id]"])
        #expect(section.all("li", "done").count == 2)
        #expect(section.all("li", "open").count == 2)
    }

    @Test func noTextIsInterpretedAsMarkup() throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        for _ in 0..<25 {
            let names = (0..<4).map { _ in random.text() }
            let agents = names.map { name in
                AgentResult(
                    name: name, role: random.text(), outcome: .failed, errorType: random.text(), error: random.text(40),
                    fallbackOf: random.text(), startedAt: Results.at(1), durationMS: 5,
                    attempts: [
                        Results.attempt(0, 1, .failed, at: 2, for: 3, type: random.text(), error: random.text(40))
                    ])
            }
            let result = Results.job(
                .failed, 10, agents, workflow: random.text(), id: random.text(), trace: random.text(),
                artifacts: [
                    ExactString(random.text()): .string(random.text(60)),
                    "patch": .string("@@ -1 +1 @@\n+" + random.text(60)),
                    "checklist": .string("- [ ] " + random.text(60)),
                ])
            let document = try parse(page(of: result))
            let known: Set = [
                "", "html", "head", "meta", "title", "style", "script", "body", "main", "header", "section", "footer",
                "aside",
                "h1", "h2", "h3", "h4", "p", "a", "b", "i", "ins", "del", "code", "pre", "small", "span", "bdi", "time",
                "dl",
                "dt", "dd", "div", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
                "svg",
                "defs", "g", "symbol", "pattern", "path", "circle", "rect", "line", "use", "text",
            ]
            let unknown = document.descendants.map(\.name).filter { !known.contains($0) }
            #expect(unknown.isEmpty, "seed \(seed)")
            #expect(document.all("script").count == 1, "seed \(seed)")
            #expect(document.all("li", "row").count == 5, "seed \(seed)")
        }
    }

    @Test(arguments: ["style", "script"]) func contentSecurityPolicyAllowsOnlyThePagesOwnText(element: String)
        async throws
    {
        let html = try page(of: Results.succeeded)
        let start = try #require(html.range(of: "<\(element)>"))
        let end = try #require(html.range(of: "</\(element)>"))
        let digest = try await sha256(String(html[start.upperBound..<end.lowerBound]))
        #expect(html.contains("\(element)-src &#39;sha256-\(digest)&#39;"), "state sha256-\(digest) beside the text")
    }

    /// The digest in base64, by the system's own tool.
    private func sha256(_ text: String) async throws -> String {
        let run = try await Program.run(command: "sha256sum", [], input: text)
        let hex = Array(run.standardOutput.prefix(64))
        try #require(hex.count == 64)
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(hex[$0...$0 + 1]), radix: 16) }
        return Data(bytes).base64EncodedString()
    }
}
