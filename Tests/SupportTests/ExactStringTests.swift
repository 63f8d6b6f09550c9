import Support
import Testing

/// Two spellings that look alike, and are equal as strings of Swift.
private let composed = "caf\u{E9}.py"
private let decomposed = "cafe\u{301}.py"

@Suite struct ExactStringTests {
    @Test func canonicallyEquivalentTextsAreTwoKeys() {
        #expect(composed == decomposed)
        #expect(ExactString(composed) != ExactString(decomposed))
        let both: [ExactString: Int] = [ExactString(composed): 1, ExactString(decomposed): 2]
        #expect(both.count == 2 && both[composed] == 1 && both[decomposed] == 2)
        #expect(Set([composed, decomposed, composed].map { ExactString($0) }).count == 2)
    }

    @Test func orderIsThatOfBytes() {
        let texts = ["z", "\u{E9}", "e\u{301}", "", "e", "ea", "\u{1F600}", "\u{FFFD}"]
        let sorted = texts.map { ExactString($0) }.sorted().map(\.string)
        let bytes = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(sorted.map { Array($0.utf8) } == bytes)
        #expect(texts.sorted(byBytesOf: \.self).map { Array($0.utf8) } == sorted.map { Array($0.utf8) })
        #expect(!"a".hasBytes(of: "ab") && "".hasBytes(of: "") && !composed.hasBytes(of: decomposed))
    }

    @Test func aDictionaryOfStringsBecomesOneOfExactStrings() {
        #expect([ExactString: Int](["a": 1, "b": 2]) == ["a": 1, "b": 2])
        var values: [ExactString: Int] = ["x\(1)": 1]
        values["x1"] = nil
        #expect(values.isEmpty)
    }
}
