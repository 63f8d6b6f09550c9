import Foundation
import TelemetryCatalog
import Testing

/// The lists named `all` are written by hand; here they are held against the source.
@Suite struct CatalogSourceTests {
    private func constants(in file: String, of type: String, _ keyword: String = "public enum") throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/TelemetryCatalog")
        let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let start = try #require(source.range(of: "\(keyword) \(type) {"))
        let body = source[start.upperBound...].prefix(
            upTo: source.range(
                of: "\n}\n", range: start.upperBound..<source.endIndex)?.lowerBound ?? source.endIndex)
        return body.matches(of: /public static let \w+ = (?:InstrumentDefinition\(\s*)?"([^"]+)"/).map { String($0.1) }
    }

    @Test func noConstantIsMissingFromItsList() throws {
        #expect(try constants(in: "AttributeKey.swift", of: "AttributeKey") == AttributeKey.all)
        #expect(try constants(in: "Vocabulary.swift", of: "EventName") == EventName.all)
        #expect(try constants(in: "Vocabulary.swift", of: "ErrorType") == ErrorType.all)
        #expect(try constants(in: "Vocabulary.swift", of: "OutcomeName") == OutcomeName.all)
        #expect(try constants(in: "Vocabulary.swift", of: "JobStatusName") == JobStatusName.all)
        #expect(
            try Set(
                constants(in: "Instruments.swift", of: "Instruments")
                    + constants(in: "Instruments+Durable.swift", of: "Instruments", "extension")
                    + constants(in: "Instruments+Conversations.swift", of: "Instruments", "extension"))
                == Set(Instruments.all.map(\.name)))
        #expect(
            try Set(constants(in: "SDKInstruments.swift", of: "SDKInstruments"))
                == Set(SDKInstruments.all.map(\.name)))
    }
}
