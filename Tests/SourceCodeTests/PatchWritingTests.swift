import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import Support
import TestSupport
import Testing

/// Our diffs, read by the real git.
@Suite(.timeLimit(.minutes(10))) struct PatchWritingTests {
    private func apply(_ revisions: [FileRevision], in repository: DrafterRepository) async throws {
        let patch = UnifiedDiff().patch(revisions)
        let verdict = try await GitApply(folder: repository.path, runner: ProgramRunner()).check(
            patch, files: revisions.count)
        #expect(verdict == .accepted, "\(patch)")
        try await repository.git("apply", "--whitespace=nowarn", "-", input: patch)
        for revision in revisions {
            let now = repository.read(revision.path)
            #expect(now.map { Array($0.utf8) } == revision.new.map { Array($0.utf8) }, "\(revision.path)\n\(patch)")
        }
    }

    @Test func randomEditsApplyExactly() async throws {
        var random = SeededGenerator.announced()
        let repository = try await DrafterRepository()
        let alphabet = [
            "", "a", "b", "a b", "--- x", "+++ y", "@@ -1 +1 @@", "\\ No newline", "é", "e\u{301}", "\t", "{", "}",
            "日本", "\r", "x\ry",
        ]
        func text(_ random: inout SeededGenerator, _ count: Int) -> String {
            let ending = Bool.random(using: &random) ? "\n" : "\r\n"
            var text = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined(separator: ending)
            if Bool.random(using: &random) { text += ending }
            return text
        }
        for round in 0..<60 {
            var revisions: [FileRevision] = []
            for number in 0..<4 {
                let path = "round \(round)/f\(number).txt"
                let old = text(&random, Int.random(in: 0...60, using: &random))
                var lines = TextLines(old).lines.map { String(decoding: $0, as: UTF8.self) }
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    let place = Int.random(in: 0...lines.count, using: &random)
                    if Bool.random(using: &random), place < lines.count {
                        lines.remove(at: place)
                    } else {
                        lines.insert(text(&random, Int.random(in: 1...3, using: &random)), at: place)
                    }
                }
                let new = Int.random(in: 0..<10, using: &random) == 0 ? nil : lines.joined()
                if let new, new.utf8.elementsEqual(old.utf8) { continue }
                try repository.write(path, old)
                revisions.append(FileRevision(path: path, old: old, new: new))
            }
            // Once in many rounds no edit changes anything.
            guard !revisions.isEmpty else { continue }
            try await apply(revisions, in: repository)
        }
    }

    @Test(arguments: [
        "plain.txt", "with space.txt", " lead and trail ", "quote\"d.txt", "back\\slash.txt", "täb\there.txt",
        "日本/ünï.txt",
        "line\nfeed.txt", "a/b/c d/e.txt", "-dash", "a b/b c", "e\u{301}.txt",
    ])
    func gitReadsPatchesOfHostileNames(_ path: String) async throws {
        let repository = try await DrafterRepository()
        try await apply([FileRevision(path: path, old: nil, new: "one\n")], in: repository)
        try await apply([FileRevision(path: path, old: "one\n", new: "one\ntwo")], in: repository)
        try await apply([FileRevision(path: path, old: "one\ntwo", new: "")], in: repository)
        try await apply([FileRevision(path: path, old: "", new: nil)], in: repository)
        try await apply([FileRevision(path: path, old: nil, new: "")], in: repository)
        try await apply([FileRevision(path: path, old: "", new: "x")], in: repository)
        try await apply([FileRevision(path: path, old: "x", new: nil)], in: repository)
    }

    @Test func quotedPathsRoundTrip() throws {
        for path in ["a\"b", "\u{7}\u{8}\u{B}\u{C}\r\u{1}\u{7F}", "ü", "a\\n"] {
            let quoted = Array(GitPath.quoted(path).utf8)
            let back = try #require(GitPath.unquoted(quoted[...]))
            #expect(String(decoding: back.path, as: UTF8.self) == path)
            #expect(back.length == quoted.count)
        }
        #expect(GitPath.quoted("plain name") == "plain name")
        #expect(GitPath.unquoted(Array("\"open".utf8)[...]) == nil)
        #expect(GitPath.unquoted(Array("\"\\9\"".utf8)[...]) == nil)
    }

    @Test func smallChangeGivesOneHunk() {
        let old = (1...20).map { "line \($0)\n" }.joined()
        let new = old.replacingOccurrences(of: "line 10\n", with: "line 10\nadded\n")
        #expect(
            UnifiedDiff().patch(FileRevision(path: "f", old: old, new: new)) == """
                diff --git a/f b/f
                --- a/f
                +++ b/f
                @@ -8,6 +8,7 @@
                 line 8
                 line 9
                 line 10
                +added
                 line 11
                 line 12
                 line 13

                """)
        #expect(UnifiedDiff().patch(FileRevision(path: "f", old: old, new: old)).isEmpty)
    }

    @Test func changeBeyondTheEditLimitGivesAValidPatch() async throws {
        let count = LineDifference.maximumEdits * 2
        let old = (0..<count).map { "old \($0)\n" }.joined()
        let new = (0..<count).map { "new \($0)\n" }.joined()
        let repository = try await DrafterRepository(["f": old])
        try await apply([FileRevision(path: "f", old: old, new: new)], in: repository)
    }

    @Test func pathsAreRelativeToTheFolder() async throws {
        let repository = try await DrafterRepository(["sub dir/f.txt": "a\n", "f.txt": "other\n"])
        let git = GitApply(folder: repository.path + "/sub dir", runner: ProgramRunner())
        let patch = UnifiedDiff().patch(FileRevision(path: "f.txt", old: "a\n", new: "b\n"))
        #expect(try await git.check(patch, files: 1) == .accepted)
        #expect(try await git.apply(patch) == .accepted)
        #expect(repository.read("sub dir/f.txt") == "b\n")
        #expect(repository.read("f.txt") == "other\n")
    }

    @Test func folderMayBeRelativeToTheCurrentOne() async throws {
        let repository = try await DrafterRepository(["f.txt": "a\n"])
        // The path begins with a folder of the current one, since steps up alone lead to the same place from anywhere.
        let here = FileManager.default.currentDirectoryPath
        let inner = try #require(
            try FileManager.default.contentsOfDirectory(atPath: here).first { name in
                (try? FileManager.default.contentsOfDirectory(atPath: "\(here)/\(name)")) != nil
            })
        let steps = String(repeating: "../", count: here.split(separator: "/").count + 1)
        let relative = "\(inner)/\(steps)\(repository.path.dropFirst())"
        let git = GitApply(folder: relative, runner: ProgramRunner())
        let patch = UnifiedDiff().patch(FileRevision(path: "f.txt", old: "a\n", new: "b\n"))
        #expect(try await git.apply(patch) == .accepted)
        #expect(repository.read("f.txt") == "b\n")
    }

    @Test func mismatchingPatchIsRejected() async throws {
        let repository = try await DrafterRepository(["f.txt": "a\n"])
        let git = GitApply(folder: repository.path, runner: ProgramRunner())
        let patch = UnifiedDiff().patch(FileRevision(path: "f.txt", old: "z\n", new: "b\n"))
        guard case .rejected(let reason) = try await git.check(patch, files: 1) else {
            Issue.record("accepted")
            return
        }
        #expect(reason.contains("f.txt"))
        #expect(repository.read("f.txt") == "a\n")
    }
}
