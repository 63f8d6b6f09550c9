import SourceCode
import Support
import Testing

@testable import StandardAgents

/// What becomes of a model's edits.
@Suite struct EditApplications {
    private typealias Edit = EditProposal.Edit
    private let texts: [ExactString: String] = ["a.swift": "let a = 1\nlet b = 1\n", "dos.txt": "one\r\ntwo\r\n"]

    private func apply(
        _ edits: [(String, String, String)], limits: EditLimits = EditLimits(), taken: Set<String> = []
    ) -> EditApplication {
        EditApplication(
            edits.map { Edit(path: $0.0, target: $0.1.isEmpty ? .newFile : .place(.piece($0.1)), text: $0.2) },
            to: texts,
            limits: limits
        ) { taken.contains($0) }
    }

    @Test func editsApplyInOrder() {
        let result = apply([
            ("a.swift", "let a = 1\n", "let a = 2\n"), ("a.swift", "let a = 2", "let a = 3"),
            ("new/c.swift", "", "let c = 1\n"),
        ])
        #expect(result.problems == [])
        #expect(
            result.revisions == [
                FileRevision(path: "a.swift", old: texts["a.swift"], new: "let a = 3\nlet b = 1\n"),
                FileRevision(path: "new/c.swift", old: nil, new: "let c = 1\n"),
            ])
    }

    @Test func lineEndingsAreKept() {
        let result = apply([("dos.txt", "one\ntwo\n", "one\nand\ntwo\n")])
        #expect(result.revisions.map(\.new) == ["one\r\nand\r\ntwo\r\n"])
    }

    @Test(
        arguments: [
            ("a.swift", "let ", "var ", "stands there 2 times"),
            ("a.swift", "let c", "x", "which begins with `let c`, does not stand there"),
            ("a.swift", "zzz", "x", "nor does anything like it"),
            ("a.swift", "let a", "let a", "are the same"), ("a.swift", "", "x", "the file exists"),
            ("a.swift", " \n ", "x", "nothing but space"), ("b.swift", "x", "y", "there is no such file"),
            ("taken.swift", "", "y", "may not be changed"), ("empty.swift", "", "", "the new file is empty"),
            ("/etc/passwd", "", "x", "is absolute"), ("../x", "", "x", "leaves the workspace"),
            ("a/../../x", "", "x", "leaves"),
            ("a//x", "", "x", "is not a plain path"), (".git/config", "", "x", "lies in a .git folder"),
            ("sub/.GIT/hooks/x", "", "x", "lies in a .git folder"), ("", "", "x", "is empty"),
            ("x\u{7}", "", "x", "control character 7"), ("x", "", "a\0b", "control character 0"),
        ])
    func invalidEditIsReportedAndNothingIsApplied(path: String, search: String, replace: String, words: String) {
        let result = apply([("a.swift", "let b = 1", "let b = 2"), (path, search, replace)], taken: ["taken.swift"])
        #expect(
            result.problems.count == 1 && result.problems.first?.words.contains(words) == true, "\(result.problems)")
        #expect(result.problems.first?.words.hasPrefix("Edit 2") == true)
        // Taken whole or not at all.
        #expect(result.revisions.isEmpty)
    }

    /// "aXa" stands twice in "aXaXa", once within the other.
    @Test func overlappingMatchesAreAmbiguous() {
        let result = EditApplication(
            [EditProposal.Edit(path: "f", target: .place(.piece("aXa")), text: "b")], to: ["f": "aXaXa"],
            isTaken: { _ in false })
        #expect(result.problems.first?.words.contains("2 times") == true)
    }

    @Test func editsFilesBytesAndProblemsAreLimited() {
        var limits = EditLimits()
        limits.edits = 1
        #expect(
            apply([("x", "", "1"), ("y", "", "2")], limits: limits).problems.first?.words.contains(
                "at most 1 are taken")
                == true)
        limits = EditLimits()
        limits.files = 1
        #expect(
            apply([("x", "", "1"), ("y", "", "2")], limits: limits).problems.first?.words.contains("at most 1 may be")
                == true
        )
        limits = EditLimits()
        limits.bytes = 3
        #expect(apply([("x", "", "1234")], limits: limits).problems.first?.words.contains("4 bytes; at most 3") == true)
        limits = EditLimits()
        limits.problems = 2
        let many = apply((0..<5).map { ("../\($0)", "", "x") }, limits: limits).problems
        #expect(many.count == 3 && many.last?.words == "There are 3 more problems.")
    }

    @Test func editsThatUndoEachOtherChangeNothing() {
        let result = apply([("a.swift", "let a = 1", "let a = 2"), ("a.swift", "let a = 2", "let a = 1")])
        #expect(result.problems.map(\.words) == ["The edits together change nothing."])
    }
}
