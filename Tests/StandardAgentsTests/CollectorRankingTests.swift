import SourceCode
import StandardAgents
import Testing

@Suite(.timeLimit(.minutes(10))) struct CollectorRankingTests {
    private func rank(_ texts: [String: String], _ task: String) async throws -> [RankedFile] {
        try await Collector().collect(texts.map { SourceFile(path: $0.key, text: $0.value) }, task: [task]).ranking
    }

    @Test func identifiersAreSplitAtCaseChangesAndUnderscores() async throws {
        let task = "circuit breaker"
        for text in [
            "CircuitBreaker", "circuit_breaker", "circuitBreaker", "CIRCUIT_BREAKER", "HTTPCircuitBREAKER x",
            "circuit-breakers",
        ] {
            let ranking = try await rank(["a.txt": text, "b.txt": "other"], task)
            #expect(ranking.map(\.path) == ["a.txt"], "\(text)")
            #expect(ranking[0].matched == ["breaker", "circuit"], "\(text)")
        }
        #expect(try await rank(["a.txt": "circuitry breakerless"], task) == [])
    }

    @Test func rareWordsCountMoreThanCommonOnes() async throws {
        var texts = Dictionary(uniqueKeysWithValues: (0..<20).map { ("common\($0).txt", "agent job text") })
        texts["rare.txt"] = "quorum job text"
        #expect(try await rank(texts, "agent quorum").first?.path == "rare.txt")
    }

    @Test func occurrencesFileLengthAndPathAffectTheScore() async throws {
        let filler = String(repeating: "filler ", count: 200)
        #expect(
            try await rank(["one.txt": "retry a b", "two.txt": "retry retry b"], "retry").map(\.path) == [
                "two.txt", "one.txt",
            ])
        #expect(
            try await rank(["long.txt": "retry " + filler, "short.txt": "retry"], "retry").map(\.path) == [
                "short.txt", "long.txt",
            ])
        #expect(try await rank(["retry.txt": "a retry", "other.txt": "a retry"], "retry").first?.path == "retry.txt")
    }

    @Test func equalScoresAreOrderedByPath() async throws {
        let ranking = try await rank(["b.txt": "retry", "a.txt": "retry", "c.txt": "retry"], "retry")
        #expect(ranking.map(\.path) == ["a.txt", "b.txt", "c.txt"])
        #expect(Set(ranking.map(\.score)).count == 1)
    }

    /// Worked by hand: N = 2, n = 1, idf = ln(1 + 1.5/1.5) = ln 2; both files have 1 word, so length does not count. A
    /// file's name adds three times the rarity where all of its words are the task's, half of that for one of two.
    @Test func scoreFollowsTheFormula() async throws {
        func score(_ path: String, _ text: String = "retry", task: String = "retry") async throws -> Double? {
            try await rank([path: text, "b.swift": "other"], task).first?.score
        }
        #expect(try await score("a.swift") == 0.6931)
        let named = try #require(try await score("retry.swift"))
        let half = try #require(try await score("retryPolicy.swift"))
        #expect(named > half && half > 0.6931 * 2)
    }

    /// Endings of English words do not tell them apart; other words do.
    @Test(
        arguments: [
            ("completion", "completing completed", true), ("entries", "entry", true), ("wrapping", "wrap", true),
            ("calls", "calling", true), ("breaker", "break", false), ("process", "proce", false),
            ("thing", "th", false),
        ])
    func wordEndingsAreIgnored(task: String, text: String, isSame: Bool) async throws {
        #expect(try await rank(["a.swift": text], task).isEmpty != isSame)
    }

    /// What names a thing counts more than what uses it, and what is beside the product less.
    @Test func declarationsRankAboveUsesTestsAndDocuments() async throws {
        let texts = [
            "Sources/declares.swift": "struct RetryPolicy {}\nlet a = 1\n",
            "Sources/documents.swift": "/// A retry policy.\nlet a = 1\n",
            "Sources/uses.swift": "let a = retry(policy)\n", "Tests/tests.swift": "struct RetryPolicy {}\nlet a = 1\n",
            "CHANGELOG.md": "# retry policy\n",
        ]
        let order = try await rank(texts, "retry policy").map(\.path)
        #expect(order.first == "Sources/declares.swift" && order.last == "CHANGELOG.md")
        let product = order.filter { $0.hasPrefix("Sources") }
        #expect(product == ["Sources/declares.swift", "Sources/documents.swift", "Sources/uses.swift"])
        // A task that speaks of tests finds them.
        #expect(try await rank(texts, "test the retry policy").first?.path.hasPrefix("Tests") == true)
    }

    @Test func stopWordsAreIgnored() async throws {
        #expect(try await rank(["a.txt": "the and must should with"], "The job must be with the") == [])
        #expect(try await rank(["a.txt": "text"], "") == [])
    }

    @Test func nonASCIIWordsMatchAndHugeWordsAreIgnored() async throws {
        #expect(try await rank(["a.txt": "größe 名前"], "größe").first?.matched == ["größe"])
        let huge = String(repeating: "a", count: 100_000)
        #expect(try await rank(["a.txt": huge], huge) == [])
    }
}
