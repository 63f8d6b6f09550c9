import Foundation
import Support
import TestSupport
import Testing

@testable import JobReport

/// What marks a run's folder, and what its artifacts are called.
@Suite struct RunFolders {
    private func ignoreFile(_ path: String) -> String? {
        FileManager.default.contents(atPath: path + "/.gitignore").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aFolderOfNothingButResultsIgnoresItselfNowAndWhenItIsUsedAgain() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("runs/one").path
        for _ in 0..<2 {
            let out = try OutFolder(path: path)
            #expect(ignoreFile(path)?.hasSuffix("\n*\n") == true)
            #expect(FileManager.default.fileExists(atPath: path + "/" + RunFolder.list))
            _ = out.path
        }
    }

    @Test func filesOfTheUserAreNotIgnoredForTheSakeOfResults() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "notes.txt")
        let out = try OutFolder(path: folder.path)
        #expect(ignoreFile(folder.path) == nil, "\(out.path)")
        let other = try TemporaryFolder()
        try other.write("*.log\n", to: ".gitignore")
        let kept = try OutFolder(path: other.path)
        #expect(ignoreFile(other.path) == "*.log\n", "\(kept.path)")
    }

    /// A folder whose path leads nowhere may hold anything: it is the open one that is looked into.
    @Test func folderThatWasMovedIsMarkedByWhatItHolds() throws {
        let folder = try TemporaryFolder()
        for (index, names) in [[], ["notes.txt"], [".gitignore"]].enumerated() {
            let path = folder.file("run\(index)").path
            let directory = try Directory.make(at: path)
            for name in names { try Data("mine\n".utf8).write(to: folder.file("run\(index)/\(name)")) }
            try FileManager.default.moveItem(atPath: path, toPath: path + "-moved")
            RunFiles.mark(directory)
            let ignored = ignoreFile(path + "-moved")
            switch names.first {
            case nil: #expect(ignored?.hasSuffix("\n*\n") == true)
            case ".gitignore": #expect(ignored == "mine\n")
            default: #expect(ignored == nil)
            }
        }
    }

    /// Nor does it replace what somebody else puts there meanwhile.
    @Test func fileThatIsAddedReplacesNone() throws {
        let folder = try TemporaryFolder()
        let directory = try Directory.make(at: folder.path)
        try folder.write("mine", to: "a")
        #expect(throws: OutFolderError.self) { try directory.addFile("a").write([1]) }
        #expect(try folder.read("a") == "mine")
    }
}
