import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import Support
import TestSupport
import Testing

/// Patches as they arrive: from models, mail, other programs.
@Suite(.timeLimit(.minutes(10))) struct PatchReading {
    private func outcome(_ patch: String, _ repository: DrafterRepository) async throws -> PatchApplication.Outcome {
        try await PatchApplication(folder: repository.path, runner: ProgramRunner()).apply(patch)
    }

    private func applied(_ patch: String, _ repository: DrafterRepository) async throws -> Patch? {
        let outcome = try await outcome(patch, repository)
        guard case .applied(let patch) = outcome else {
            Issue.record("\(outcome)\n\(patch)")
            return nil
        }
        return patch
    }

    private static let file = "def add(a, b):\n    return a + b\n\nx = 1\n"
    private static let changed = "def add(a, b):\n    \"\"\"Adds.\"\"\"\n    return a + b\n\nx = 1\n"
    private static let hunk = "@@ -1,4 +1,5 @@\n def add(a, b):\n+    \"\"\"Adds.\"\"\"\n     return a + b\n \n x = 1\n"
    private static let bare = "--- calc.py\n+++ calc.py\n" + hunk
    private static let plain = "--- a/calc.py\n+++ b/calc.py\n" + hunk

    private struct Shape: CustomTestStringConvertible {
        var name: String
        var patch: String
        /// The options under which git takes the patch too; `nil` where it does not.
        var options: [String]?
        var old = file
        var new = changed
        var testDescription: String { name }
    }

    private static let shapes: [Shape] = [
        Shape(name: "plain", patch: plain, options: []),
        Shape(name: "without a last newline", patch: String(plain.dropLast())),
        Shape(name: "without prefixes", patch: bare, options: ["-p0"]),
        Shape(
            name: "other prefixes", patch: plain.replacing("a/c", with: "old/c").replacing("b/c", with: "new/c"),
            options: []),
        Shape(name: "the same prefix twice", patch: plain.replacing("b/calc", with: "a/calc"), options: []),
        Shape(name: "git header without prefixes", patch: "diff --git calc.py calc.py\n" + bare, options: ["-p0"]),
        Shape(name: "git header alone", patch: "diff --git a/calc.py b/calc.py\n" + hunk),
        Shape(name: "times", patch: plain.replacing(".py\n", with: ".py\t2024-01-01 00:00:00.0 +0000\n"), options: []),
        Shape(name: "a copy with a suffix", patch: plain.replacing("a/calc.py", with: "a/calc.py.orig"), options: []),
        Shape(
            name: "prose around it", patch: "The patch:\n\n" + plain + "\nIt adds a text.\n- one point\n", options: []),
        Shape(name: "fenced", patch: "```diff\n" + plain + "```\nDone.\n", options: []),
        Shape(name: "mail", patch: "From: x\n\n---\n calc.py | 1 +\n\n" + plain + "-- \n2.39.5\n", options: []),
        Shape(name: "counts too small", patch: plain.replacing("-1,4 +1,5", with: "-1,2 +1,3"), options: ["--recount"]),
        Shape(
            name: "counts too large", patch: plain.replacing("-1,4 +1,5", with: "-1,9 +1,10"), options: ["--recount"]),
        Shape(name: "counts of one", patch: plain.replacing("-1,4 +1,5", with: "-1 +1"), options: ["--recount"]),
        Shape(name: "wrong line numbers", patch: plain.replacing("-1,4 +1,5", with: "-40,4 +41,5")),
        Shape(name: "a space lost", patch: plain.replacing("\n \n", with: "\n\n"), options: []),
        Shape(
            name: "an empty line lost at the end",
            patch: plain.replacing("\n \n x = 1\n", with: "\n").replacing("-1,4 +1,5", with: "-1,3 +1,4")),
        Shape(name: "all of it with CR LF", patch: plain.replacing("\n", with: "\r\n")),
        Shape(
            name: "CR LF against LF", patch: plain.replacing("b\n", with: "b\r\n").replacing("):\n", with: "):\r\n"),
            options: ["--ignore-whitespace"]),
        Shape(
            name: "LF against CR LF", patch: plain, options: nil, old: file.replacing("\n", with: "\r\n"),
            new: changed.replacing("\n", with: "\r\n")),
        Shape(
            name: "mixed ends", patch: plain, old: file.replacing("b\n\nx", with: "b\r\n\r\nx"),
            new: changed.replacing("b\n\nx", with: "b\r\n\r\nx")),
        Shape(
            name: "white space lost at ends", patch: plain, old: file.replacing("b\n\nx", with: "b  \n    \nx"),
            new: changed.replacing("b\n\nx", with: "b  \n    \nx")),
        Shape(
            name: "mark of no newline missing", patch: plain, old: String(file.dropLast()),
            new: String(changed.dropLast())),
        Shape(
            name: "mark of no newline too much", patch: plain + "\\ No newline at end of file\n", options: [],
            new: String(changed.dropLast())),
        Shape(
            name: "added behind a last line without newline",
            patch: "--- a/calc.py\n+++ b/calc.py\n@@ -1 +1,2 @@\n a\n+b\n", old: "a", new: "a\nb\n"),
        Shape(
            name: "deleted", patch: "--- a/calc.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", options: [], old: "a\n",
            new: ""),
    ]

    @Test(arguments: shapes.indices) func aPatchOfAnyShapeThatGitTakesIsApplied(_ number: Int) async throws {
        let shape = Self.shapes[number]
        let repository = try await DrafterRepository(["calc.py": shape.old])
        if let options = shape.options {
            let run = try await repository.run(["git", "apply", "--check"] + options + ["-"], input: shape.patch)
            #expect(run.succeeded, "git does not take it: \(run.errorText)")
        }
        let patch = try await applied(shape.patch, repository)
        let now = repository.read("calc.py") ?? ""
        #expect(now.utf8.elementsEqual(shape.new.utf8), "\(shape.name): \(now.debugDescription)")
        // What is handed on applies without any option.
        try repository.write("calc.py", shape.old)
        try await repository.git("apply", "--check", "-", input: patch?.text ?? "")
    }

    @Test func namesOfAnyKindAreRead() async throws {
        let names = [
            "caf\u{E9}.py", "cafe\u{301}.py", "with space.txt", "tab\there", "q\"uote", "d/e f/g", "a/b", "b/x.py",
        ]
        for name in names {
            let repository = try await DrafterRepository([name: "one\n"])
            for prefixes in [("a/", "b/"), ("", "")] {
                try repository.write(name, "one\n")
                let (old, new) = (GitPath.quoted(prefixes.0 + name), GitPath.quoted(prefixes.1 + name))
                let ending = name.contains(" ") ? "\t" : ""
                _ = try await applied("--- \(old)\(ending)\n+++ \(new)\(ending)\n@@ -1 +1 @@\n-one\n+two\n", repository)
                #expect(repository.read(name) == "two\n", "\(prefixes) \(name)")
            }
        }
    }

    @Test func renamesModesNewAndDeletedFilesAreApplied() async throws {
        let repository = try await DrafterRepository(["old name.txt": "a\nb\n", "run.sh": "true\n", "gone": "x\n"])
        let patch = try await applied(
            """
            diff --git a/old name.txt b/new name.txt
            similarity index 50%
            rename from old name.txt
            rename to new name.txt
            index 1111111..2222222 100644
            --- a/old name.txt\t
            +++ b/new name.txt\t
            @@ -1,2 +1,2 @@
             a
            -b
            +c
            diff --git a/run.sh b/run.sh
            old mode 100644
            new mode 100755
            diff --git a/made/empty b/made/empty
            new file mode 100644
            diff --git a/made/full b/made/full
            --- /dev/null
            +++ b/made/full
            @@ -0,0 +1 @@
            +x
            diff --git a/gone b/gone
            deleted file mode 100644
            --- a/gone
            +++ /dev/null
            @@ -1 +0,0 @@
            -x
            """, repository)
        #expect(patch?.files.map(\.change) == [.renamed, .modified, .added, .added, .deleted])
        #expect(repository.read("new name.txt") == "a\nc\n" && repository.read("old name.txt") == nil)
        #expect(repository.read("made/empty") == "" && repository.read("made/full") == "x\n")
        #expect(repository.read("gone") == nil)
        #expect(FileManager.default.isExecutableFile(atPath: repository.path + "/run.sh"))
        #expect(patch?.addedLines["new name.txt"]?.map(\.line) == [2])
    }

    @Test(arguments: [
        ("--- a/calc.py\n+++ b/calc.py\n@@ -1 +1 @@\n-nothing\n+x\n", "hunk 1 of calc.py does not fit: line 1"),
        (plain + "@@ -90 +91 @@\n-nothing\n+x\n", "hunk 2 of calc.py does not fit"),
        ("--- a/calc.py\n+++ b/calc.py\n@@\n-x\n+y\n", "the header of hunk 1 of calc.py, line 3, is not readable"),
        (
            "--- a/calc.py\n+++ b/calc.py\n@@ -1,4 +1,4 @@\n def add(a, b):\nreturn\n-x\n+y\n",
            "line 5, in hunk 1 of calc.py"
        ),
        ("@@ -1 +1 @@\n-x\n+y\n", "no line before it names a file"),
        ("--- a/no.py\n+++ b/no.py\n@@ -1 +1 @@\n-x\n+y\n", "there is no file no.py"),
        ("--- /dev/null\n+++ b/calc.py\n@@ -0,0 +1 @@\n+y\n", "calc.py is to be made, and exists already"),
        ("--- \"a/caf\\351.py\"\n+++ \"b/caf\\351.py\"\n@@ -1 +1 @@\n-x\n+y\n", "is not UTF-8"),
    ])
    func whatIsWrongIsToldWithFileAndHunk(_ patch: String, _ expected: String) async throws {
        let repository = try await DrafterRepository(["calc.py": Self.file])
        switch try await outcome(patch, repository) {
        case .applied: Issue.record("it was applied")
        case .refused(let reason), .rejected(let reason): #expect(reason.contains(expected))
        }
        #expect(repository.read("calc.py") == Self.file)
    }

    @Test func whatWasReadOtherwiseIsNoted() {
        #expect(Patch(Self.plain).notes.isEmpty)
        #expect(Patch(Self.plain.replacing("-1,4 +1,5", with: "-1 +1")).notes.count == 1)
    }

    @Test func aLineOfAFileThatIsNoPartOfTheHunkIsNotLost() {
        // git skips lines behind a hunk whose counts are too small, and with them a part of the change.
        let patch = Patch(Self.plain.replacing("-1,4 +1,5", with: "-1,1 +1,2"))
        #expect(patch.files.first?.hunks.first?.lines.count == 5)
    }

    @Test func randomChangesAreWrittenSoThatGitAppliesThemAndReadAsTheyWere() async throws {
        var random = SeededGenerator.announced()
        let repository = try await DrafterRepository()
        let pieces = [
            "a", "b", "", "--- x", "+++ y", "@@ -1 +1 @@", "e\u{301}", "\u{E9}", "\\ No newline", "```", "\t ",
        ]
        let ends = ["\n", "\r\n", "\r", "\n\r"]
        func text(_ random: inout SeededGenerator) -> String {
            let lines = (0..<random.int(0...30)).map { _ in
                (pieces.randomElement(using: &random) ?? "") + (ends.randomElement(using: &random) ?? "\n")
            }
            let text = lines.joined()
            return Bool.random(using: &random) ? text : String(text.unicodeScalars.dropLast().map(Character.init))
        }
        for round in 0..<60 {
            let name = random.text(4, of: [" ", "\t", "\"", "\\", "e\u{301}", "\u{E9}", "b", "."])
                .unicodeScalars.filter { $0 != "/" && $0 != "\u{0}" }
            let path = "r\(round)/" + (name.isEmpty ? "f" : "f" + String(String.UnicodeScalarView(name)))
            let old: String? = random.int(0...9) == 0 ? nil : text(&random)
            let new: String? = old != nil && random.int(0...9) == 0 ? nil : text(&random)
            let revision = FileRevision(path: path, old: old, new: new)
            guard revision.isChange, PlainPath.fault(in: path) == nil else { continue }
            if let old { try repository.write(path, old) }
            let patch = UnifiedDiff().patch(revision)
            let read = Patch(patch)
            #expect(read.refusal == nil && read.notes.isEmpty && read.text.utf8.elementsEqual(patch.utf8), "\(patch)")
            try await repository.git("apply", "--whitespace=nowarn", "-", input: patch)
            #expect(repository.read(path).map { Array($0.utf8) } == new.map { Array($0.utf8) }, "\(patch)")
        }
    }
}
