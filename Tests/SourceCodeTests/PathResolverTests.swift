import SourceCode
import Testing

/// Names of files as models write them.
@Suite(.timeLimit(.minutes(5))) struct PathResolverTests {
    private static let paths = [
        "stats.py", "src/calc.py", "src/Widget.swift", "old/util.py", "new/util.py", "a/inner.py", "file list.txt",
        "caf\u{E9}.py", "docs/read me.md", "stats.py:12", "b/stats.py",
    ]
    private let resolver = PathResolver(Self.paths, folders: ["/home/me/shop", "/tmp/copy"])

    @Test(
        arguments: [
            // As it stands, whatever it looks like.
            ("stats.py", "stats.py"), ("file list.txt", "file list.txt"), ("stats.py:12", "stats.py:12"),
            ("a/inner.py", "a/inner.py"), ("b/stats.py", "b/stats.py"),
            // Labels.
            ("file stats.py, the whole file", "stats.py"), ("file stats.py", "stats.py"),
            ("File: stats.py", "stats.py"),
            ("path=src/calc.py", "src/calc.py"), ("in src/calc.py", "src/calc.py"), ("the file stats.py", "stats.py"),
            ("stats.py, lines 1-20", "stats.py"), ("stats.py, lines 1 to 20", "stats.py"),
            ("### src/calc.py", "src/calc.py"),
            ("- stats.py", "stats.py"), ("<<<DATA-3k2j9x stats.py", "stats.py"),
            ("stats.py (the whole file)", "stats.py"),
            ("File name: docs/read me.md", "docs/read me.md"), ("stats.py.", "stats.py"), ("stats.py\n", "stats.py"),
            ("stats.py\nmean", "stats.py"),
            // Quotes and links.
            ("\"stats.py\"", "stats.py"), ("'stats.py'", "stats.py"), ("`stats.py`", "stats.py"),
            ("**stats.py**", "stats.py"),
            ("<stats.py>", "stats.py"), ("[stats.py](src/calc.py)", "src/calc.py"),
            ("File: `src/calc.py`:", "src/calc.py"),
            ("[stats.py](https://example.org/stats.py)", "stats.py"), ("\"caf\\303\\251.py\"", "caf\u{E9}.py"),
            // Places in the file.
            ("src/calc.py:12", "src/calc.py"), ("src/calc.py:12-20", "src/calc.py"), ("src/calc.py#L12", "src/calc.py"),
            ("src/calc.py#L3-L9", "src/calc.py"), ("src/calc.py:12:5", "src/calc.py"),
            ("src/calc.py line 3", "src/calc.py"),
            // Where from.
            ("./src/calc.py", "src/calc.py"), ("a/src/calc.py", "src/calc.py"), ("--- a/src/calc.py", "src/calc.py"),
            ("+++ b/src/calc.py", "src/calc.py"), ("/home/me/shop/src/calc.py", "src/calc.py"),
            ("/tmp/copy/src/calc.py", "src/calc.py"), ("shop/src/calc.py", "src/calc.py"),
            ("/src/calc.py", "src/calc.py"),
            ("file:///home/me/shop/stats.py", "stats.py"), ("src\\calc.py", "src/calc.py"),
            (".\\src\\\\calc.py", "src/calc.py"),
            // Spelling.
            ("SRC/Calc.py", "src/calc.py"), ("cafe\u{301}.py", "caf\u{E9}.py"), ("CAFE\u{301}.PY", "caf\u{E9}.py"),
            ("calc.py", "src/calc.py"), ("widget.swift", "src/Widget.swift"), ("file calc.py:3", "src/calc.py"),
        ])
    func nameThatIsOffByWhatStandsAroundItIsUnderstood(name: String, path: String) {
        guard case .file(let found) = resolver.resolve(name) else {
            return #expect(Bool(false), "\(name): \(resolver.resolve(name))")
        }
        // Compared as bytes: the path is the repository's own spelling.
        #expect(Array(found.utf8) == Array(path.utf8), "\(name)")
    }

    @Test(
        arguments: [
            ("util.py", PathResolver.Resolution.several(["old/util.py", "new/util.py"])),
            ("src/clac.py", .unknown(nearest: "src/calc.py")), ("file_stats.py", .unknown(nearest: "stats.py")),
            ("utils.py", .unknown(nearest: "old/util.py")), ("the_task", .unknown(nearest: nil)),
            ("", .unknown(nearest: nil)),
            ("../shop/stats.py", .unknown(nearest: "stats.py")), ("/etc/stats.py", .unknown(nearest: "stats.py")),
            ("https://example.com/path/to/file", .unknown(nearest: nil)),
            ("vendor/calc.py", .unknown(nearest: "src/calc.py")),
        ])
    func whatMayMeanSeveralFilesOrNoneIsToldAndNotGuessed(name: String, expected: PathResolver.Resolution) {
        #expect(resolver.resolve(name) == expected)
    }

    @Test func fileThatMayNotBeNamedIsNotTakenForAnother() {
        #expect(resolver.resolve("file calc.py") { $0 == "calc.py" } == .excluded("calc.py"))
        #expect(resolver.resolve("STATS.py") { $0 == "STATS.py" } == .excluded("STATS.py"))
        #expect(resolver.resolve("stats.py") { _ in true } == .file("stats.py"))
    }

    @Test func ofTwoNamesThatAreCanonicallyEqualTheOneWithTheSameBytesIsFound() {
        let twins = PathResolver(["caf\u{E9}.py", "cafe\u{301}.py"])
        for name in ["caf\u{E9}.py", "cafe\u{301}.py"] {
            guard case .file(let found) = twins.resolve(name) else { return #expect(Bool(false)) }
            #expect(found.unicodeScalars.elementsEqual(name.unicodeScalars))
        }
        guard case .several(let both) = twins.resolve("CAF\u{C9}.py") else { return #expect(Bool(false)) }
        #expect(both.map { Array($0.utf8) } == ["caf\u{E9}.py", "cafe\u{301}.py"].map { Array($0.utf8) })
    }

    @Test(
        arguments: [
            ("file tests/test_x.py", "tests/test_x.py"), ("`src/new.py`", "src/new.py"), ("./x.py", "x.py"),
            ("/home/me/shop/x.py", "x.py"), ("src\\x.py", "src/x.py"), ("+++ x.py", "x.py"), ("a/x.py", "a/x.py"),
            ("/x.py", "/x.py"), ("../x.py", "../x.py"), ("calc.py", "calc.py"),
        ])
    func newFileIsCalledByTheNameWithoutItsWrapping(name: String, path: String) {
        #expect(resolver.newPath(name) == path)
    }

    @Test func longNameIsItsOwnSpelling() {
        let long = "file " + String(repeating: "x", count: 3_000)
        #expect(resolver.newPath(long) == long)
        #expect(resolver.resolve(long) == .unknown(nearest: nil))
    }

    @Test func workToFindTheNearestOfManyPathsIsBounded() {
        let many = (0..<50_000).map { "folder/abcdefghijklmnopqrstuvwxyz\($0).py" }
        let resolver = PathResolver(many + ["zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.py"])
        // The one that is nearest stands behind the limit.
        #expect(resolver.resolve("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzy.py") == .unknown(nearest: nil))
        #expect(resolver.resolve("abcdefghijklmnopqrstuvwxyz7.pi") == .unknown(nearest: many[7]))
    }
}
