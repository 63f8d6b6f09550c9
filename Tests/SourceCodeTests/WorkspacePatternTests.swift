import Support
import TestSupport
import Testing

@testable import SourceCode

@Suite struct WorkspacePatternTests {
    @Test(
        arguments: [
            ("**", "a", true), ("**", "a/b/c.swift", true), ("*", "a/b", true), ("*", "a", true),
            ("Sources", "Sources/A.swift", true), ("Sources/", "Sources/x/A.swift", true),
            ("Sources", "Sources2/A", false),
            ("Sources", "x/Sources/A.swift", false), ("Sources/**", "Sources/a/b.c", true),
            ("Sources/**", "Sources", true),
            ("*.md", "README.md", true), ("*.md", "docs/deep/x.md", true), ("*.md", "x.mdx", false),
            ("/*.md", "README.md", true), ("/*.md", "docs/x.md", false), ("./docs/*.md", "docs/x.md", true),
            ("docs/*.md", "docs/a/x.md", false), ("docs/**/*.md", "docs/x.md", true),
            ("docs/**/*.md", "docs/a/b/x.md", true), ("**/test/**", "a/test/b", true), ("**/test/**", "test/b", true),
            ("**/test/**", "a/tests/b", false), ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "x/aéc", true),
            ("src/?.c", "src/é.c", true), ("src/*/x", "src//x", false), ("[ab].c", "[ab].c", true),
            ("[ab].c", "a.c", false),
            ("*a*b*c", "xxaxxbxxc", true), ("*a*b*c", "xxaxxbxx", false), ("", "a", false), ("A.c", "a.c", false),
            ("**/**/x", "x", true), ("a/**/**/b", "a/b", true),
        ] as [(String, String, Bool)])
    func patternsMatchPaths(pattern: String, path: String, expected: Bool) {
        #expect(PathPattern(pattern).matches(path) == expected)
    }

    @Test func excludesOverrideIncludesAndNoIncludeSelectsAll() {
        let all = PathSelection()
        #expect(all.contains("a/b"))
        let some = PathSelection(include: ["Sources/**", "*.md"], exclude: ["**/Generated/**"])
        #expect(some.contains("Sources/a.swift") && some.contains("docs/x.md"))
        #expect(!some.contains("Sources/Generated/a.swift") && !some.contains("Tests/a.swift"))
    }

    @Test func patternWithManyStarsMatchesQuickly() {
        // A matcher that backtracks over every star would not come back from this.
        let stars = String(repeating: "*a", count: 200) + "b"
        #expect(!PathPattern("x/" + stars).matches("x/" + String(repeating: "a", count: 5_000)))
        let depths = String(repeating: "**/a/", count: 100) + "b"
        #expect(!PathPattern(depths).matches(String(repeating: "a/", count: 1_000) + "c"))
    }

    /// The filter walks all patterns together, and answers as they do one by one.
    @Test func filterAnswersAsItsPatternsDo() {
        var random = SeededGenerator.announced()
        let text = { (random: inout SeededGenerator, parts: [String]) in
            (0..<random.int(1...4)).map { _ in parts[random.int(0...parts.count - 1)] }.joined(separator: "/")
        }
        let patterns = { (random: inout SeededGenerator) in
            (0..<random.int(0...4)).map { _ in PathPattern(text(&random, ["a", "b", "ab", "*", "a*", "?", "**"])) }
        }
        for _ in 0..<1_000 {
            let selection = PathSelection(include: patterns(&random), exclude: patterns(&random))
            let filter = PathFilter(selection)
            for _ in 0..<10 {
                let path = text(&random, ["a", "b", "ab", "c"])
                #expect(
                    filter.contains(path) == selection.contains(path),
                    "\(selection.include) \(selection.exclude) \(path), seed \(random.seed)")
            }
        }
    }
}
