import Coordinator
import Testing

@Suite struct ContextPaths {
    @Test(arguments: [
        ("task", ["task"]),
        ("artifacts.code[\"Sources/A.swift\"]", ["artifacts", "code", "Sources/A.swift"]),
        ("a.b-c._d2", ["a", "b-c", "_d2"]),
        ("[\"with \\\"quotes\\\" and ]\"].x", ["with \"quotes\" and ]", "x"]),
        ("[\"\"]", [""]),
        ("[\"naïve 文\"]", ["naïve 文"]),
    ])
    func pathsAreReadAndWritten(text: String, segments: [String]) throws {
        let path = try ContextPath(text)
        #expect(path.segments == segments)
        #expect(try ContextPath(path.description) == path)
    }

    @Test(arguments: ["", ".", "a.", "a..b", "a b", "1a", "a[", "a[\"x\"", "a[x]", "a.*", "**", "a[\"\\q\"]", "ä"])
    func whatIsNoPathIsRefusedWithAPosition(text: String) throws {
        let error = #expect(throws: ContextPathError.self) { _ = try ContextPath(text) }
        #expect(error?.description.contains("'\(text)'") == true)
    }

    /// Any segments survive the text form; the seed is printed on failure.
    @Test func anySegmentsRoundTrip() throws {
        var random = SeededRandom()
        for _ in 0..<2000 {
            let segments = (0..<random.int(1...4)).map { _ in random.text() }
            let path = ContextPath(segments: segments)
            #expect(try ContextPath(path.description).segments == segments, "seed \(random.seed)")
        }
    }

    @Test(arguments: [
        ("task", "task", true), ("task", "task.description", true), ("task", "tasks", false),
        ("artifacts.*", "artifacts.code", true), ("artifacts.*", "artifacts", false),
        ("artifacts.*.x", "artifacts.code.x.deep", true), ("artifacts.**", "artifacts", true),
        ("artifacts.**", "artifacts.code.a", true), ("**", "anything.at.all", true), ("a.b", "a.c", false),
    ])
    func patternsCover(pattern: String, path: String, expected: Bool) throws {
        #expect(try ContextPattern(pattern).covers(ContextPath(path)) == expected)
    }

    @Test(arguments: [
        ("a.b", "a", true), ("a.*", "a.b", true), ("a.**", "a.b.c", true), ("a.b", "a.c", false), ("*", "x.y", true),
        ("a.*.c", "a.b.d", false), ("**", "q", true),
    ])
    func patternsIntersect(left: String, right: String, expected: Bool) throws {
        #expect(try ContextPattern(left).intersects(ContextPattern(right)) == expected)
        #expect(try ContextPattern(right).intersects(ContextPattern(left)) == expected)
    }
}

/// Reproducible randomness; the seed is new each run and printed with failures.
struct SeededRandom: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64 = UInt64.random(in: .min ... .max)) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "B", "9", "_", "-", ".", "[", "]", "\"", "\\", " ", "\n", "\u{0}", "é", "文", "*",
        ]
        return String((0..<int(0...8)).map { _ in alphabet[int(0...(alphabet.count - 1))] })
    }
}
