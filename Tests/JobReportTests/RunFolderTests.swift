import Foundation
import JobReport
import Support
import TestSupport
import Testing

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
}
