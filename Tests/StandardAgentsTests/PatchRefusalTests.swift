import Foundation
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Testing

/// What may not be applied is refused before git sees it.
@Suite(.timeLimit(.minutes(10))) struct PatchRefusalTests {
    private static func modified(_ name: String) -> String {
        "diff --git a/\(name) b/\(name)\n--- a/\(name)\n+++ b/\(name)\n@@ -1 +1 @@\n-a\n+b\n"
    }

    private static let hostile: [(String, String)] = [
        ("traversal", modified("../outside.txt")),
        ("inner traversal", modified("a/../../outside.txt")),
        ("absolute", "--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n"),
        ("absolute after the first folder", modified("/etc/passwd")),
        ("git folder", modified(".git/config")),
        ("git folder below", modified("sub/.git/hooks/pre-commit")),
        ("git folder in capitals", modified(".GIT/config")),
        ("git folder with ignorable characters", modified(".g\u{200C}it/config")),
        (
            "quoted traversal",
            "diff --git \"a/..\\057x\" \"b/..\\057x\"\n--- \"a/..\\057x\"\n+++ \"b/..\\057x\"\n@@ -1 +1 @@\n-a\n+b\n"
        ),
        ("quoted git folder", "--- a/x\n+++ \"b/\\056git/config\"\n@@ -1 +1 @@\n-a\n+b\n"),
        (
            "new link",
            "diff --git a/l b/l\nnew file mode 120000\nindex 0000000..e69de29\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n"
        ),
        ("changed link", "diff --git a/l b/l\nindex 1111111..2222222 120000\n--- a/l\n+++ b/l\n@@ -1 +1 @@\n-a\n+b\n"),
        ("file becomes link", "diff --git a/l b/l\nold mode 100644\nnew mode 120000\n"),
        (
            "submodule",
            "diff --git a/s b/s\nnew file mode 160000\nindex 0000000..1111111\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+Subproject commit 1\n"
        ),
        ("set user id", "diff --git a/s b/s\nold mode 100644\nnew mode 104755\n"),
        ("binary", "diff --git a/b b/b\nindex 1111111..2222222 100644\nGIT binary patch\nliteral 1\nIc${MZ\n\n"),
        (
            "binary without content",
            "diff --git a/b b/b\nindex 1111111..2222222 100644\nBinary files a/b and b/b differ\n"
        ),
        ("rename out", "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to ../y\n"),
        (
            "rename from the git folder",
            "diff --git a/x b/y\nsimilarity index 100%\nrename from .git/config\nrename to y\n"
        ),
        ("copy out", "diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to /tmp/y\n"),
        ("second file", modified("good.txt") + modified("../bad.txt")),
        (
            "second file without header",
            "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n"
        ),
        ("no patch", "just a text\n"),
        ("cut off", "--- a/g\n+++ b/g\n@@ -1,5 +1,5 @@\n-a\n+b\n"),
        ("NUL", "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\0\n"),
        ("endless numbers", "--- a/g\n+++ b/g\n@@ -1,99999999999999999999 +1 @@\n-a\n+b\n"),
    ]

    @Test(arguments: hostile.indices) func hostilePatchesAreRefused(_ number: Int) async throws {
        let (name, patch) = Self.hostile[number]
        let inspection = Patch(patch)
        let refusal = try #require(inspection.refusal, "\(name)")
        #expect(refusal.count > 20 && refusal.count < 400 && !refusal.contains("\n"), "\(name): \(refusal)")
        let repository = try await DrafterRepository([
            "good.txt": "a\n", "g": "a\n", "x": "a\n", "l": "a\n", "s": "a\n",
        ])
        let before = try repository.snapshot()
        let validation = try await Validator().validate(
            ValidationRequest(workspace: repository.path, patch: patch, texts: [:], symbols: [:]))
        #expect(validation.report.patch.state == .refused)
        #expect(validation.report.patch.reason == refusal)
        #expect(!validation.report.passed)
        #expect(try repository.snapshot() == before)
    }

    @Test func hunkMayContainHeaderLikeLines() {
        let old = "a\n-- ../x\nb\n"
        let new = "a\n++ b/../../x\nb\nGIT binary patch\n"
        let inspection = Patch(UnifiedDiff().patch(FileRevision(path: "f", old: old, new: new)))
        #expect(inspection.refusal == nil)
        #expect(inspection.files.map(\.path) == ["f"])
    }

    @Test func everyKindOfChangeIsReported() {
        let writer = UnifiedDiff()
        let patch =
            writer.patch([
                FileRevision(path: "a new", old: nil, new: "x\n"), FileRevision(path: "ünï", old: "x", new: nil),
                FileRevision(path: "m", old: "x", new: "y"), FileRevision(path: "empty", old: nil, new: ""),
            ]) + "diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n"
        let inspection = Patch(patch)
        #expect(inspection.refusal == nil)
        #expect(
            inspection.files.map { "\($0.path): \($0.change.rawValue)" }
                == ["a new: added", "empty: added", "m: modified", "ünï: deleted", "n: renamed"])
    }

    @Test func oversizedPatchIsRefused() {
        let patch = Self.modified("f") + String(repeating: "x", count: Patch.maximumBytes)
        #expect(Patch(patch).refusal?.contains("\(Patch.maximumBytes)") == true)
    }
}
