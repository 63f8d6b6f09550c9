import Testing

@testable import JobFile

@Suite struct SuggestionTests {
    @Test func longNamesAreNotCompared() {
        let name = String(repeating: "a", count: 201)
        #expect(Suggestion.nearest(to: name, among: [name.dropLast().description]) == nil)
        #expect(Suggestion.nearest(to: "colector", among: ["col", "collector", "collectors"]) == "collector")
    }
}
