import Testing

@testable import JobReport

@Suite struct FilePathsTests {
    @Test func equalNamesAreNumbered() {
        var paths = FilePaths()
        #expect(
            ["a.txt", "A.txt", "a-2.txt", "a.txt"].map { paths.take([$0]) } == [
                "a.txt", "A-2.txt", "a-2-2.txt", "a-3.txt",
            ])
        #expect(paths.take(["b", "x"]) == "b/x")
        // A folder keeps its name beside files that asked for it.
        #expect(paths.take(["b"]) == "b-2")
        #expect(paths.take(["b", "y"]) == "b/y")
        #expect(paths.take(["b"]) == "b-3")
        #expect(paths.take(["b-2", "z"]) == "b-2-2/z")
        #expect(paths.take(["b-2", "w"]) == "b-2-2/w")
    }

    /// The search for a free number goes on where the last one ended.
    @Test func findingAFreeNameLooksAtFewNames() {
        var paths = FilePaths()
        let names = (0..<1_000).map { _ in paths.take(["artifacts", "a_b.txt"]) }
        #expect(names.first == "artifacts/a_b.txt")
        #expect(names.last == "artifacts/a_b-1000.txt")
        #expect(Set(names).count == 1_000)
        #expect(paths.looked <= 4_000)
    }
}
