import JobFile
import Testing

/// Files that are broken or hostile: each is a clear problem with a place, and none takes long.
@Suite struct HostileFileTests {
    private func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    @Test(arguments: ["", "# only a comment\n", "---\n", "\u{FEFF}", "\n\n", "~"])
    func emptyFileIsRefused(_ text: String) {
        #expect(
            mistakes(in: text) == ["x.yaml:1:1: the file is empty; a job file needs at least workflow and agents"])
    }

    @Test func binaryAndNonUTF8FilesAreRefused() {
        #expect(mistakes(in: Array("ab\n".utf8) + [0]) == ["x.yaml:2:1: the file is binary: a NUL byte stands here"])
        #expect(
            mistakes(in: Array("é: ".utf8) + [0xC3, 0x28])
                == ["x.yaml:1:4: the text is not UTF-8 from here on; save the file as UTF-8"])
        #expect(mistakes(in: [0xFF, 0xFE, 0x61, 0]) == ["x.yaml:1:1: the file is UTF-16; save it as UTF-8"])
        #expect(mistakes(in: "x: \u{7F}").first?.hasPrefix("x.yaml:1:4: the control character U+7F") == true)
    }

    @Test func fileSizeIsLimited() {
        let text = agent("required: true")
        let size = text.utf8.count
        #expect(mistakes(in: text, limits: JobFileLimits(bytes: size)) == [])
        #expect(
            mistakes(in: text, limits: JobFileLimits(bytes: size - 1)).first?
                .hasPrefix("x.yaml:1:1: the file is larger than \(size - 1) bytes") == true)
        #expect(mistakes(in: times(JobFileLimits().bytes + 1, "a")).count == 1)
    }

    @Test func nestingDepthIsLimited() {
        func nested(_ depth: Int) -> String {
            agent("required: true", and: "decisions: \(times(depth, "["))\(times(depth, "]"))")
        }
        // The decisions stand one level below the document.
        let limits = JobFileLimits(depth: 10)
        #expect(mistakes(in: nested(10), limits: limits) == [])
        #expect(
            mistakes(in: nested(11), limits: limits).first?
                .contains("the document is nested deeper than 10 levels") == true)
        for hostile in ["[", "{a: ", "- ", "? ", "- - ? ", "[{"] {
            let found = mistakes(in: times(20_000, hostile))
            #expect((1...2).contains(found.count) && found[0].hasPrefix("x.yaml:1:"), "\(hostile): \(found)")
        }
    }

    @Test func aliasExpansionIsLimited() {
        let eight = { (name: String) in "[" + Array(repeating: "*\(name)", count: 8).joined(separator: ",") + "]" }
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x]\n"
            + zip("bcdefghi", "abcdefgh").map { "\($0): &\($0) \(eight(String($1)))\n" }.joined()
        #expect(
            mistakes(in: bomb).first
                == "x.yaml:6:8: f[0]: the document has more than 50000 values, aliases expanded; make it smaller")
        #expect(mistakes(in: bomb + "? *i\n: 1\n").count == 1)
        #expect(
            mistakes(
                in: "workflow: w\nagents: [{name: a, uses: collector}]\ndecisions: [a, b, c]",
                limits: JobFileLimits(nodes: 9)
            )
            .first?.contains("more than 9 values") == true)
    }

    /// A line of a job file that is taken at one limit and refused at the next.
    private func expect(
        _ line: String, fits limits: JobFileLimits, beyond lower: JobFileLimits, _ mistake: String
    ) {
        let text = agent("required: true", and: line)
        #expect(mistakes(in: text, limits: limits) == [])
        #expect(mistakes(in: text, limits: lower) == [mistake])
    }

    @Test func numberOfAliasesIsLimited() {
        expect(
            "constraints: [&x a, *x, *x]", fits: JobFileLimits(aliases: 2), beyond: JobFileLimits(aliases: 1),
            "x.yaml:2:25: constraints[2]: the file has more than 1 aliases; make it smaller")
    }

    @Test func aliasesResolveToTheirAnchors() throws {
        let text = """
            workflow: w
            agents:
              - &first {name: a, uses: collector, timeout: &t 5s}
              - {<<: *first, name: b, timeouts: {attempt: *t}, timeout: ~, role: {reads: [task]}}
            """
        #expect(mistakes(in: text).map { $0.prefix(11) } == ["x.yaml:4:27", "x.yaml:4:61"])
        let right = text.replacing(", timeouts: {attempt: *t}, timeout: ~", with: ", slo: {latency: {p95: *t}}")
        let agents = try job(right).agents
        #expect(agents.map(\.name) == ["a", "b"])
        #expect(agents[1].timeouts?.attempt == .seconds(5))
        #expect(agents[1].objective?.latencyP95 == .seconds(5))
    }

    @Test func invalidAliasesAreReported() {
        #expect(
            mistakes(
                in:
                    "workflow: w\nagents: [{name: &name a, uses: *nam, when: *later}, *.swift, {*name: 1, name: &later x, uses: drafter}, &x [*x]]"
            )
                == [
                    "x.yaml:2:32: agents[0].uses: no anchor '&nam' stands before this alias; did you mean '*name'?",
                    "x.yaml:2:44: agents[0].when: no anchor '&later' stands before this alias; put the value in quotes if it is text",
                    "x.yaml:2:53: agents[1]: a value that begins with '*' is an alias; write '*.swift' in quotes if it is text",
                    "x.yaml:2:63: agents[2]: an alias cannot be a key; write the key out",
                    "x.yaml:2:105: agents[3]: expected an object that describes an agent, found a list",
                    "x.yaml:2:109: agents[3][0]: no anchor '&x' stands before this alias; put the value in quotes if it is text",
                ])
    }

    @Test func nonTextKeysAreReported() {
        #expect(
            mistakes(in: agent("{x: 1}: 2, [y]: 3, ? z : 4")).map { String($0.dropFirst(9)) } == [
                "30: agents[0]: a key must be text, not a list or an object",
                "41: agents[0]: a key must be text, not a list or an object",
                "49: agents[0]: '?' marks no key in a job file; write key: value",
            ])
        let nested = times(200, "{") + "a" + times(200, ":1}") + ": 1\n"
        let found = mistakes(in: times(200, nested))
        #expect(found.count == 1 && found[0].contains("too many lists or objects stand where keys belong"))
    }

    @Test func scalarLengthIsLimited() {
        expect(
            "constraints: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]", fits: JobFileLimits(scalarBytes: 30),
            beyond: JobFileLimits(scalarBytes: 29),
            "x.yaml:2:15: constraints[0]: this text is longer than 29 bytes; keep large inputs in files")
    }

    @Test func bytesThatAliasesRepeatAreLimited() {
        expect(
            "constraints: [&t aaaaaaaaaa, *t, *t]", fits: JobFileLimits(repeatedBytes: 20),
            beyond: JobFileLimits(repeatedBytes: 19),
            "x.yaml:2:34: constraints[2]: aliases repeat more than 19 bytes of the document; make it smaller")
    }

    @Test func numberOfReportedProblemsIsLimited() {
        let text = "workflow: w\nagents: [{name: a, uses: drafter}]\n" + (0..<30).map { "k\($0): 1\n" }.joined()
        let found = mistakes(in: text, limits: JobFileLimits(problems: 5))
        #expect(found.count == 6)
        #expect(found.last == "x.yaml:7:2: 25 further problems are not listed; mend these first")
    }

    @Test(arguments: [
        ("workflow: w\nagents:\n\t- name: a\n", "x.yaml:3:1: a tab indents this line; YAML is indented with spaces"),
        ("workflow: w\n---\nworkflow: x\n", "x.yaml:2:1: a second document begins here; a job file holds one"),
        (
            "workflow: w\nagents:\n- name: \"abc\n",
            "x.yaml:3:9: the quotation mark \" that begins here is not closed"
        ),
        (
            "workflow: [w\nagents: {}",
            "x.yaml:1:11: the '[' here is closed by no ']', or a ',' is missing before line 2; a text that begins with '[' goes in quotes"
        ),
        ("just text", "x.yaml:1:1: expected an object with workflow and agents, found the text 'just text'"),
        ("[]", "x.yaml:1:1: expected an object with workflow and agents, found a list"),
    ])
    func syntaxErrorsAreReportedWithTheirLocation(_ text: String, _ expected: String) {
        #expect(mistakes(in: text) == [expected])
    }

    @Test func unquotedStarsAreReported() {
        #expect(
            mistakes(in: agent("required: true", and: "constraints: [&x a, *x b, **/*.md, &y *.js, *x]")) == [
                "x.yaml:2:21: constraints[1]: a value that begins with '*' is an alias; write '*x b' in quotes if it is text",
                "x.yaml:2:27: constraints[2]: a value that begins with '*' is an alias; write '**/*.md' in quotes if it is text",
                "x.yaml:2:36: constraints[3]: a value that begins with '*' is an alias; write '*.js' in quotes if it is text",
            ])
        // Each costs another reading, so the reading ends after twenty.
        let many = mistakes(in: "workflow: w\nconstraints:\n" + times(30, "- *.a\n") + "unknown: 1\n")
        #expect(many.count == 21)
        #expect(
            many.last == "x.yaml:23:3: a value that begins with '*' is an alias; write it in quotes if it is text")
        // What no reading mends is said alone.
        #expect(
            mistakes(in: "workflow: w\nconstraints: [*.a, &x b, *x") == [
                "x.yaml:2:14: the '[' here is closed by no ']'; a text that begins with '[' goes in quotes"
            ])
    }

    @Test func explicitKeysAreReportedEverywhere() {
        #expect(
            mistakes(in: "# really?\nworkflow: w\n? agents # why?\n: []\ntask: {? a: b}\nconstraints: [? c]").map {
                String($0.prefix(12))
            } == ["x.yaml:2:1: ", "x.yaml:3:1: ", "x.yaml:5:8: ", "x.yaml:6:15:", "x.yaml:6:15:"])
    }

    @Test func everyDuplicateKeyIsReported() {
        let found = mistakes(in: "workflow: w\nagents: [{name: a, uses: drafter}]\n" + times(30, "workflow: w\n"))
        #expect(found.count == 30)
        #expect(found.last == "x.yaml:32:1: workflow: this key stands already in line 1")
    }

    @Test func specialCharactersInsideTextAreKept() throws {
        let tasks = try job(
            agent(
                "required: true",
                and: "constraints: [a*b, 'x *y', \"?\", what? yes, a&b, c, ?x]\ndecisions: [\"\u{F0000}*\"]"))
        #expect(tasks.constraints == ["a*b", "x *y", "?", "what? yes", "a&b", "c", "?x"])
        #expect(tasks.decisions == ["\u{F0000}*"])
    }
}
