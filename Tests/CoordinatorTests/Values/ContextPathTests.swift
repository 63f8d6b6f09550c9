import Coordinator
import Support
import TestSupport
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
    func pathTextRoundTrips(text: String, segments: [String]) throws {
        let path = try ContextPath(text)
        #expect(path.segments == segments)
        #expect(try ContextPath(path.description) == path)
    }

    /// Two of each pair are canonically equal, so that their texts have no order as strings.
    @Test func pathsOfAContributionAreInTheOrderOfTheirBytes() {
        let names = (0..<12).flatMap { ["caf\u{E9}\($0)", "cafe\u{301}\($0)"] }
        let contribution = Contribution(
            set: Dictionary(uniqueKeysWithValues: names.map { (ContextPath(segments: ["artifacts", $0]), .null) }))
        let texts = contribution.paths.map { ExactString($0.description) }
        #expect(texts.count == names.count && texts == texts.sorted())
    }

    @Test(arguments: ["", ".", "a.", "a..b", "a b", "1a", "a[", "a[\"x\"", "a[x]", "a.*", "**", "a[\"\\q\"]", "ä"])
    func malformedPathIsRefusedAndQuoted(text: String) throws {
        let error = #expect(throws: ContextPathError.self) { _ = try ContextPath(text) }
        #expect(error?.description.contains("'\(text)'") == true)
    }

    /// Any segments survive the text form; the seed is printed on failure.
    @Test func anySegmentsRoundTrip() throws {
        var random = SeededGenerator.announced()
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
    func patternCoversMatchingPaths(pattern: String, path: String, expected: Bool) throws {
        #expect(try ContextPattern(pattern).covers(ContextPath(path)) == expected)
    }

    @Test(arguments: [
        ("a.b", "a", true), ("a.*", "a.b", true), ("a.**", "a.b.c", true), ("a.b", "a.c", false), ("*", "x.y", true),
        ("a.*.c", "a.b.d", false), ("**", "q", true),
    ])
    func patternIntersectionIsSymmetric(left: String, right: String, expected: Bool) throws {
        #expect(try ContextPattern(left).intersects(ContextPattern(right)) == expected)
        #expect(try ContextPattern(right).intersects(ContextPattern(left)) == expected)
    }
}

extension SeededGenerator {
    /// Text with the characters that paths must escape.
    fileprivate mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "B", "9", "_", "-", ".", "[", "]", "\"", "\\", " ", "\n", "\u{0}", "é", "文", "*",
        ]
        return String((0..<int(0...8)).map { _ in alphabet[int(0...(alphabet.count - 1))] })
    }
}
