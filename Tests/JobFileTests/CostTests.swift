import JobFile
import Testing

/// Files made to be slow; each would take minutes without its bound.
@Suite(.timeLimit(.minutes(5))) struct CostTests {
    private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    /// Thousands of required paths, and as many agents that may write one each.
    private static let manyPaths: String = {
        let paths = (0..<4000).map { "{exists: artifacts.a\($0)}, " }.joined()
        let agents = (0..<4000).map { "- {name: a\($0), uses: command, command: [x]}\n" }.joined()
        return "workflow: w\nlimits: {require: {all: [\(paths){exists: artifacts.ghost}]}}\nagents:\n\(agents)"
    }()

    /// Two agents of one role with as many fields as a file holds: each a collision.
    private static let manyPatterns: String = {
        let writes = (0..<18_000).map { "x\($0)" }.joined(separator: ", ")
        let agents =
            "- {name: a, uses: command, command: [x], role: r}\n- {name: b, uses: command, command: [x], role: r}\n"
        return "workflow: w\nroles: {r: {writes: [\(writes)]}}\nagents:\n\(agents)"
    }()

    /// Patterns of which each meets all of the other half, of agents in the order of their needs.
    private static let manyMeetings: String = {
        let writes = (0..<7_000).map { "x.*.k\($0), x.j\($0).*" }.joined(separator: ", ")
        let agents = (0..<3)
            .map { "- {name: a\($0), uses: command, command: [x], role: r, needs: [\($0 > 0 ? "a\($0 - 1)" : "")]}\n" }
            .joined()
        return
            "workflow: w\nfields: {x.*.*: {merge: replace}}\nroles: {r: {writes: [\(writes)]}}\nagents:\n\(agents)"
    }()

    @Test(arguments: [
        (0..<1500).map { "- {name: abcdefgh\($0), uses: collector, needs: [abcdefhg\($0)]}\n" }.reduce(
            "workflow: w\nagents:\n", +),
        (0..<100).map { "- {" + times(400, "[") + "a\($0)" + times(400, "]") + ": 1}\n" }.joined(),
        (0..<10_000).map { "k\($0 % 500): 1\n" }.joined(),
        times(900, "? ") + "[" + times(40_000, "a, ") + "]\n",
        manyPaths, manyPatterns, manyMeetings,
    ])
    func costlyFileIsRefused(_ text: String) {
        #expect(!mistakes(in: text).isEmpty)
    }

    /// The mistakes that help with names: those for which names were compared or listed.
    private static func hints(_ mistakes: [String]) -> Int {
        mistakes.count { $0.contains("did you mean") || $0.contains("; known ") || $0.contains("; write one of") }
    }

    @Test func everyUnknownKeyIsReportedWithItsPlaceAndTheReportStaysInProportion() {
        let keys = (1...15_000).map { "    k\($0): 1\n" }.joined()
        let text = "workflow: w\nagents:\n  - name: a\n    uses: collector\n" + keys
        let found = mistakes(in: text)
        #expect(found.count == 15_000)
        for (index, mistake) in found.enumerated() {
            #expect(mistake.hasPrefix("x.yaml:\(index + 5):5: agents[0].k\(index + 1): unknown key"))
        }
        #expect(Self.hints(found) == 100)
        #expect(found.reduce(0) { $0 + $1.utf8.count } < 5 * text.utf8.count)
    }

    /// Every kind of name that is looked up: names are compared for the first mistakes and no longer for each.
    @Test(arguments: [
        (0..<30).map { "- {name: a\($0), uses: collector, neds: []}\n" }.joined(),
        (0..<30).map { "- {name: a\($0), uses: collector, needs: [b\($0)]}\n" }.joined(),
        (0..<30).map { "- {name: a\($0), uses: collector, fallback: b\($0)}\n" }.joined(),
        (0..<30).map { "- {name: a\($0), uses: collector, resource: r\($0)}\n" }.joined(),
        (0..<30).map { "- {name: a\($0), uses: collector, role: r\($0)}\n" }.joined(),
        (0..<30).map { "- {name: a\($0), uses: colector\($0)}\n" }.joined(),
        (0..<30).map { "- {name: a\($0), uses: {capability: colect\($0)}}\n" }.joined(),
        "- {name: a, uses: collector, needs: &name []}\n" + times(30, "- {name: a, uses: *nam}\n"),
    ])
    func namesAreComparedForAFewMistakesOnly(_ agents: String) throws {
        let text = "workflow: w\nresources: {x: {concurrency: 1}}\nagents:\n" + agents
        func found(_ hints: Int) -> [String] {
            let options = JobFileReader.Options(
                manifests: [], capabilities: ["collect"], limits: JobFileLimits(hints: hints))
            guard case .failure(let failure) = JobFileReader.read(text, file: "x.yaml", options: options) else {
                return []
            }
            return failure.problems.map(\.description)
        }
        #expect(Self.hints(found(7)) == 7)
        #expect(Self.hints(found(100)) >= 30)
        // The places are the same, whatever help there is.
        let places = { (mistakes: [String]) in mistakes.map { $0.prefix { $0 != " " } } }
        #expect(places(found(0)) == places(found(100)))
    }

    @Test func longTextsAreQuotedInPart() {
        let long = Self.times(10_000, "a")
        let text =
            "workflow: w\nagents:\n- &a {name: a, uses: collector, timeout: &t \(long)}\n"
            + Self.times(50, "- {name: a, uses: collector, timeout: *t, \(long.prefix(300)): 1}\n")
        let found = mistakes(in: text)
        #expect(found.count > 100)
        #expect(found.allSatisfy { $0.utf8.count < 1_500 })
        #expect(found[0].hasSuffix("write 30s, 10m, 500ms or 1h30m, at most 8760h"))
    }

    @Test func pathsStayShortHoweverLongTheKeysAre() {
        // The longest key that libyaml reads.
        let key = Self.times(1_000, "é")
        var text = "workflow: w\nagents: []\nlimits: {\(key): 1}\nartifacts:\n"
        for depth in 1...20 { text += Self.times(depth, " ") + "\(key):\n" }
        text += Self.times(21, " ") + "x: {" + (0..<100).map { "k\($0): !tag 1" }.joined(separator: ", ") + "}\n"
        let found = mistakes(in: text)
        #expect(found.count > 50)
        #expect(found.allSatisfy { $0.utf8.count < 1_000 })
    }

    @Test func overridesAreQuotedInPart() {
        let value = "agents=[" + (0..<400).map { "{k\($0): 1}" }.joined(separator: ", ") + "]"
        let found = mistakes(in: agent(""), overrides: [value])
        #expect(found.count > 400)
        #expect(found.allSatisfy { $0.utf8.count < 1_000 })
    }
}
