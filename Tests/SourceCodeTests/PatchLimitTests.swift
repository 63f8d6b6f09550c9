import Testing

@testable import SourceCode

/// Patches of any size: what they cost, and how much is said of them.
@Suite("Limits of patches", .timeLimit(.minutes(5))) struct PatchLimitTests {
    private func name(_ text: String) -> String? {
        PatchName.name(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("x.py 2024-01-02 03:04:05", "x.py"), ("x.py  2024-01-02 03:04:05.123456789 +0200\n", "x.py"),
        ("x.py 2024-01-02 03:04:05 -0700", "x.py"), ("x.py\t2024-01-02 03:04:05", "x.py"),
        ("x.py 2024-01-02", "x.py 2024-01-02"), ("x.py2024-01-02 03:04:05", "x.py2024-01-02 03:04:05"),
        ("x.py 2024-01-02 03:04:05. +0200", "x.py 2024-01-02 03:04:05. +0200"),
        ("x.py 2024-01-02 03:04:05 +02:00", "x.py 2024-01-02 03:04:05 +02:00"), ("x +0200", "x +0200"),
        ("e\u{301} \u{301} 2024-01-02 03:04:05", "e\u{301} \u{301}"), (" 2024-01-02 03:04:05", ""), ("", ""),
    ])
    func timeBehindANameIsNoPartOfIt(text: String, expected: String) {
        #expect(name(text) == expected)
    }

    @Test func timeIsLookedForAtTheEndOfANameOfAnyLength() {
        let blanks = String(repeating: " ", count: 4 << 20)
        #expect(name("x\(blanks)2024-01-02 03:04:05") == "x")
        #expect(name("x\(blanks)y")?.utf8.count == blanks.utf8.count + 2)
        let long = "x" + String(repeating: " ", count: 1 << 20) + "y"
        let patch = Patch("--- a/\(long)\n+++ b/\(long)\n@@ -1 +1 @@\n-a\n+b\n")
        #expect(patch.refusal?.contains("is longer than 1024 bytes") == true, "\(patch.refusal ?? "")")
    }

    @Test func manyHunksAreReadInTimeOfTheirNumber() {
        let hunks = (0..<30_000).map { "@@ -\($0 * 2 + 1) +\($0 * 2 + 1) @@\n-a\n+b\n" }.joined()
        let patch = Patch("--- a/x\n+++ b/x\n" + hunks)
        #expect(patch.refusal == nil && patch.files.first?.hunks.count == 30_000 && patch.notes.isEmpty)
    }

    @Test func wrongCountsAreToldOncePerFileAndOfSoManyFiles() {
        let wrong = "@@ -1,9 +1,9 @@\n a\n-b\n+c\n d\n"
        func patch(files: Int, hunks: Int) -> Patch {
            let hunks = String(repeating: wrong, count: hunks)
            return Patch((0..<files).map { "--- a/f\($0)\n+++ b/f\($0)\n\(hunks)" }.joined())
        }
        #expect(
            patch(files: 1, hunks: 1).notes
                == ["The counts in the header of hunk 1 of f0 are wrong; its lines were counted anew."])
        #expect(
            patch(files: 1, hunks: 3).notes
                == ["The counts in the headers of 3 of 3 hunks of f0 are wrong; their lines were counted anew."])
        let most = PatchNotes.most
        #expect(patch(files: most, hunks: 1).notes.count == most)
        let many = patch(files: most + 30, hunks: 2).notes
        #expect(many.count == most + 1 && many.last == "The same holds for 30 more files of the patch.")
    }

    private func misfit(_ text: String, _ hunk: String, mostComparisons: Int) throws -> String? {
        let patch = Patch("--- a/f\n+++ b/f\n\(hunk)")
        let hunks = try #require(patch.files.first?.hunks)
        var fit = HunkFit(text, name: "f", mostComparisons: mostComparisons)
        return #expect(throws: PatchFault.self) { try fit.applying(hunks) }?.sentence
    }

    @Test func hunkThatWasNotLookedForEverywhereIsNotCalledAbsent() throws {
        let text = String(repeating: "a\n", count: 200)
        let hunk = "@@ -1,3 +1,3 @@\n a\n-b\n+c\n a\n"
        let whole = try misfit(text, hunk, mostComparisons: 100_000)
        #expect(whole?.hasSuffix("; its lines stand nowhere else either.") == true, "\(whole ?? "")")
        let cut = try misfit(text, hunk, mostComparisons: 50)
        #expect(cut?.contains("line 2 is `a`, and the patch says `b`") == true, "\(cut ?? "")")
        #expect(cut?.hasSuffix("since more than 50 lines were compared.") == true, "\(cut ?? "")")
    }
}
