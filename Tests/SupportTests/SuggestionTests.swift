import Support
import Testing

@Suite struct SuggestionTests {
    @Test func longNamesAreNotCompared() {
        let name = String(repeating: "a", count: 201)
        #expect(Suggestion.nearest(to: name, among: [name.dropLast().description]) == nil)
        #expect(Suggestion.nearest(to: "colector", among: ["col", "collector", "collectors"]) == "collector")
    }

    @Test func sentencesEndWithAGuessAndTheKnownNames() {
        let names = ["collector", "drafter"]
        #expect(
            Suggestion.ending(for: "colector", among: names, known: "known are")
                == "; did you mean 'collector'? known are collector, drafter")
        #expect(Suggestion.ending(for: "x", among: names, known: "known are") == "; known are collector, drafter")
        #expect(Suggestion.ending(for: "x", among: [], known: "known are") == "; there is none")
        let many = (1...25).map { "agent-\($0)" }
        #expect(Suggestion.ending(for: "x", among: many, known: "known are").hasSuffix("agent-20 and 5 more"))
    }
}
