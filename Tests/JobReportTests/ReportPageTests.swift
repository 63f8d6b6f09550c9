import Coordinator
import Foundation
import Testing

@Suite struct ReportPageTests {
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
}
