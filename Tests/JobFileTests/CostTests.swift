import Testing

/// Files made to be slow; each would take minutes without its bound.
@Suite struct CostTests {
    private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    @Test(arguments: [
        (0..<1500).map { "- {name: abcdefgh\($0), uses: collector, needs: [abcdefhg\($0)]}\n" }.reduce(
            "workflow: w\nagents:\n", +),
        (0..<100).map { "- {" + times(400, "[") + "a\($0)" + times(400, "]") + ": 1}\n" }.joined(),
        (0..<10_000).map { "k\($0 % 500): 1\n" }.joined(),
        times(900, "? ") + "[" + times(40_000, "a, ") + "]\n",
    ])
    func costlyFileIsRefused(_ text: String) {
        #expect(!mistakes(in: text).isEmpty)
    }
}
