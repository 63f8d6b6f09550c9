import Coordinator
import Foundation
import JobReport
import TestSupport
import Testing

/// A file that cannot be written: the others are there, and what is missing is told.
@Suite(.timeLimit(.minutes(2))) struct UnwrittenFiles {
    private func write(_ result: JobResult, to out: OutFolder) -> WrittenFiles {
        out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "up 1\n")
    }

    /// Of an artifact the folder is in the way: its name is that of a file then.
    private static let inTheWay = [
        "result.json", "context.json", "metrics.prom", "report.html", ".coordinator-files", "artifacts/notes.txt",
        "artifacts/tests/Tests/AppTests/RowTests.swift",
    ]

    @Test(arguments: inTheWay) func oneUnwritableFileLeavesTheOthersWhole(name: String) throws {
        let whole = try TemporaryFolder()
        #expect(write(Results.partial, to: try OutFolder(path: whole.path)).isComplete)
        let folder = try TemporaryFolder()
        let out = try OutFolder(path: folder.path)
        try? FileManager.default.removeItem(at: folder.file(name))
        try folder.write("keep", to: "\(name)/keep.txt")
        let files = write(Results.partial, to: out)
        #expect(files.failures.map(\.path) == [folder.file(name).path])
        #expect(files.failures.first?.description.contains("a folder stands where a file belongs") == true)
        let expected = whole.files.filter { $0 != name }
        #expect(folder.files == (expected + ["\(name)/keep.txt"]).sorted())
        #expect(files.paths.sorted() == expected.filter { !$0.hasPrefix(".") })
        #expect(files.hasResult == (name != "result.json"))
    }

    @Test func fileInPlaceOfTheArtifactsFolderLosesTheArtifactsAlone() throws {
        let folder = try TemporaryFolder()
        let out = try OutFolder(path: folder.path)
        try folder.write("keep", to: "artifacts")
        let files = write(Results.partial, to: out)
        #expect(files.failures.count == 6)
        #expect(files.paths == ["metrics.prom", "context.json", "report.html", "result.json"])
        #expect(try folder.read("artifacts") == "keep")
    }

    /// Whoever waits for the result finds the other files in place.
    @Test func resultAppearsLast() throws {
        let folder = try TemporaryFolder()
        #expect(write(Results.partial, to: try OutFolder(path: folder.path)).paths.last == "result.json")
    }

    @Test func removedFolderIsOneFailure() throws {
        let folder = try TemporaryFolder()
        let out = try OutFolder(path: folder.file("run").path)
        try FileManager.default.removeItem(at: folder.file("run"))
        let files = write(Results.partial, to: out)
        #expect(files.failures.map(\.code) == [.displaced])
        #expect(files.failures.first?.description.contains("was removed while the job ran") == true)
        #expect(!files.hasResult)
        #expect(!folder.exists("run"))
    }

    /// What was put in its place is somebody else's: a link may lead anywhere.
    @Test(arguments: ["file", "link", "folder", "nothing"])
    func movedFolderIsToldAndWhatReplacesItIsNotWrittenInto(replacement: String) throws {
        let folder = try TemporaryFolder()
        let out = try OutFolder(path: folder.file("run").path)
        try FileManager.default.moveItem(at: folder.file("run"), to: folder.file("moved"))
        switch replacement {
        case "file": try folder.write("keep", to: "run")
        case "link":
            try folder.write("keep", to: "elsewhere/keep.txt")
            try folder.link("run", to: folder.file("elsewhere").path)
        case "folder": try folder.write("keep", to: "run/keep.txt")
        default: break
        }
        let files = write(Results.partial, to: out)
        #expect(files.failures.map(\.code) == [.displaced])
        #expect(files.failures.first?.description.contains("was moved or replaced") == true)
        #expect(files.hasResult)
        #expect(folder.exists("moved/result.json"))
        let others = folder.files.filter { !$0.hasPrefix("moved/") }
        #expect(others.allSatisfy { ["run", "run/keep.txt", "elsewhere/keep.txt"].contains($0) }, "\(others)")
    }

    @Test func rescuedResultIsWholeAndItsOwnersAlone() throws {
        let folder = try TemporaryFolder()
        let path = try ResultRescue.write(Results.partial, into: folder.path)
        #expect(folder.files.count == 1)
        #expect(path.hasPrefix(folder.path) && path.hasSuffix(".json"))
        let data = try Data(contentsOf: URL(filePath: path))
        #expect(try JSONDecoder().decode(JobResult.self, from: data) == Results.partial)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func rescueSaysWhatKeepsIt() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: OutFolderError.self) {
            try ResultRescue.write(Results.partial, into: folder.file("none").path)
        }
        #expect(error?.code == .writeFailed)
        #expect(error?.path.hasPrefix(folder.file("none").path) == true)
    }
}
