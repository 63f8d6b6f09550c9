import Support
import TestSupport
import Testing

@testable import StandardAgents

@Suite struct StatedSentencesTests {
    /// The automaton finds what looking for each sentence by itself finds.
    @Test func lineIsSearchedForEverySentenceAtOnce() {
        var random = SeededGenerator.announced()
        let words = { (random: inout SeededGenerator, count: Int) in
            (0..<count).map { _ in ["add", "a", "b"][random.int(0...2)] }
        }
        for _ in 0..<2_000 {
            let sentences = (0..<random.int(0...4)).map { _ in words(&random, random.int(0...4)) }
            let line = words(&random, random.int(0...8))
            let expected = sentences.contains { sentence in
                sentence.count > 1 && line.indices.contains { line[$0...].starts(with: sentence) }
            }
            let found = StatedSentences(sentences.map { $0.joined(separator: ", ").uppercased() })
                .isIn(line.joined(separator: " - "))
            #expect(found == expected, "\(sentences) in \(line), seed \(random.seed)")
        }
    }
}
