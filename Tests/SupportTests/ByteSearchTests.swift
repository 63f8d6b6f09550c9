import Support
import TestSupport
import Testing

@Suite struct ByteSearchTests {
    /// The search finds what comparing at every offset finds, overlapping occurrences too.
    @Test func occurrencesAreThoseOfComparingEverywhere() {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let hay = (0..<random.int(0...20)).map { _ in UInt8(random.int(0...1)) }
            let needle = (0..<random.int(0...5)).map { _ in UInt8(random.int(0...1)) }
            let limit = random.int(0...4)
            let expected = hay.indices.filter { start in
                !needle.isEmpty && hay[start...].starts(with: needle)
            }
            #expect(
                ByteSearch(needle).offsets(in: hay, limit: limit) == Array(expected.prefix(limit)),
                "\(needle) in \(hay), seed \(random.seed)")
        }
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…f"), ("ääää", 6, "ää…ä"), ("ääää", 5, "ää…ä"), ("", 0, ""),
        ("aaaaaaaaaaaa", 9, "aaaaaa…aaa"),
    ])
    func excerptKeepsBothEnds(_ text: String, _ limit: Int, _ expected: String) {
        #expect(Excerpt.of(text, atMost: limit) == expected)
    }
}
