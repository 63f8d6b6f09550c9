import Coordinator
import Foundation
import JobReport
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutFolderTests {
    private func write(_ result: JobResult, to path: String) throws {
        let out = try OutFolder(path: path)
        try out.makeEventLog().close()
        let files = out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "up 1\n")
        if let failure = files.failures.first { throw failure }
    }

    @Test func runLeavesEveryFileOfTheContract() throws {
        let folder = try TemporaryFolder()
        try write(Results.partial, to: folder.file("deep/er/run").path)
        let run = folder.files.map { String($0.dropFirst("deep/er/run/".count)) }
        #expect(
            run == [
                ".coordinator-files", ".gitignore", "artifacts/checklist.md", "artifacts/context.json",
                "artifacts/notes.txt", "artifacts/patch.diff", "artifacts/tests/Tests/AppTests/RowTests.swift",
                "artifacts/tests/Tests/AppTests/StoreTests.swift", "context.json", "events.jsonl", "metrics.prom",
                "report.html", "result.json",
            ])
        #expect(try folder.read("deep/er/run/metrics.prom") == "up 1\n")
        #expect(try folder.read("deep/er/run/artifacts/patch.diff") == Results.artifacts["patch"]?.stringValue)
    }

    @Test func resultRoundTrips() throws {
        let folder = try TemporaryFolder()
        for (_, result) in Results.all {
            try write(result, to: folder.path)
            let text = try folder.read("result.json")
            #expect(try JSONDecoder().decode(JobResult.self, from: Data(text.utf8)) == result)
            #expect(text == (try ReportJSON.text(of: result)) + "\n")
            #expect(text.contains("\"schema_version\" : 1") || text.contains("\"schema_version\": 1"))
        }
    }

    @Test func nonFiniteNumbersAreWrittenAsText() throws {
        let folder = try TemporaryFolder()
        try write(
            Results.job(.succeeded, 1, [], artifacts: ["scores": [.number(.nan), .number(.infinity)]]), to: folder.path)
        #expect(try folder.read("artifacts/scores.json").contains("\"NaN\""))
    }

    @Test func contextDocumentNamesTheWriters() async throws {
        let folder = try TemporaryFolder()
        let coordinator = JobCoordinator(JobContext(id: "job-1", artifacts: ["code": "let a = 1"]))
        let role = Role(name: "writer", reads: ["**"], writes: ["artifacts.notes"])
        try coordinator.register(
            AgentTask("writer", role: role) { _, _ in Contribution(set: ["artifacts.notes": "done"]) })
        let result = try await coordinator.executeParallel()
        let out = try OutFolder(path: folder.path)
        #expect(out.write(result, context: ContextDocument(coordinator.context), metrics: "").isComplete)
        let context = try JSONValue(json: folder.read("context.json").utf8)
        #expect(context["schema_version"] == 1)
        #expect(context["job_id"] == "job-1")
        #expect(context["context"]?["artifacts"] == ["code": "let a = 1", "notes": "done"])
        let writers = context["provenance"]?["artifacts.notes"]?.arrayValue
        #expect(writers?.first?["agent"] == "writer")
        #expect(writers?.first?["attempt"] == 1)
        #expect(context["provenance"]?["artifacts.code"] == nil)
    }

    @Test func secondRunReplacesTheFirstAndLeavesForeignFiles() throws {
        let folder = try TemporaryFolder()
        try write(Results.partial, to: folder.path)
        try folder.write("mine", to: "todo.txt")
        try folder.write("mine", to: "artifacts/tests/mine.txt")
        try write(Results.job(.succeeded, 1, [], artifacts: ["new": "text"]), to: folder.path)
        #expect(
            folder.files.filter { !$0.hasSuffix(".json") && !$0.hasPrefix(".") } == [
                "artifacts/new.txt", "artifacts/tests/mine.txt", "events.jsonl", "metrics.prom", "report.html",
                "todo.txt",
            ])
        #expect(!FileManager.default.fileExists(atPath: folder.file("artifacts/tests/Tests").path))
        #expect(try folder.read("todo.txt") == "mine")
    }

    @Test func filesOfACrashedRunAreRemoved() throws {
        let folder = try TemporaryFolder()
        try folder.write("half", to: ".result.json.coordinator-tmp")
        try folder.write("{\"old\":1}\n", to: "events.jsonl")
        try folder.write("artifacts/a.txt\nartifacts/never-written.txt\n", to: ".coordinator-files")
        try folder.write("half", to: "artifacts/.a.txt.coordinator-tmp")
        _ = try OutFolder(path: folder.path)
        #expect(folder.files == [".coordinator-files", ".gitignore"])
        #expect(!folder.exists("artifacts"))
    }

    @Test func forgedFileListRemovesNothingElsewhere() throws {
        let folder = try TemporaryFolder()
        try folder.write("keep", to: "outside.txt")
        try folder.write("keep", to: "elsewhere/a.txt")
        try folder.write(
            "artifacts/../../outside.txt\n../outside.txt\nartifacts/link/a.txt\n\(folder.file("outside.txt").path)\ntodo.txt\n",
            to: "run/.coordinator-files")
        try folder.write("keep", to: "run/todo.txt")
        try FileManager.default.createDirectory(
            atPath: folder.file("run/artifacts").path, withIntermediateDirectories: true)
        try folder.link("run/artifacts/link", to: folder.file("elsewhere").path)
        _ = try OutFolder(path: folder.file("run").path)
        #expect(folder.exists("outside.txt"))
        #expect(folder.exists("elsewhere/a.txt"))
        #expect(folder.exists("run/todo.txt"))
    }

    @Test func artifactNamesCannotEscapeTheFolder() throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        let folder = try TemporaryFolder()
        try folder.write("keep", to: "keep.txt")
        let paths: JSONObject = [
            "../../keep.txt": "x", "/etc/keep.txt": "x", "a/./../b.txt": "x", "a.txt": "1", "A.txt": "2",
            "a.txt/b.txt": "3",
            ".git/hooks/post-commit": "x", ExactString(String(repeating: "d/", count: 60) + "f.txt"): "x",
            ExactString(String(repeating: "n", count: 900) + ".txt"): "x", "nul\u{0}l.txt": "x", "//": "x",
        ]
        var artifacts: JSONObject = [
            "..": .object(paths), "../x": .object(paths), "": "x", ".": "x", "x/y": ["a": 1],
        ]
        for _ in 0..<60 {
            let name = random.text()
            if artifacts[name] == nil { artifacts[name] = .string(random.text()) }
        }
        try write(Results.job(.succeeded, 1, [], artifacts: artifacts), to: folder.file("run").path)
        let outside = folder.files.filter { !$0.hasPrefix("run/") }
        #expect(outside == ["keep.txt"], "seed \(seed)")
        #expect(try folder.read("keep.txt") == "keep")
        let written = folder.files.filter { $0.hasPrefix("run/artifacts/") }
        #expect(written.count == artifacts.count - 2 + 2 * paths.count, "seed \(seed)")
        #expect(!written.contains { $0.split(separator: "/").contains { $0.hasPrefix(".") } }, "seed \(seed)")
    }

    /// A vowel sign joins the slash before it, and a dot reph the one after it: together they are one character.
    @Test func signsThatJoinASlashAreNotKept() throws {
        let folder = try TemporaryFolder()
        let artifacts: JSONObject = [
            "\u{11C31}a": "1", "b\u{D4E}/../c": "2", "d": ["e\u{D4E}/\u{D4E}/f.txt": "3"],
        ]
        try write(Results.job(.succeeded, 1, [], artifacts: artifacts), to: folder.file("run").path)
        let written = folder.files.filter { $0.hasPrefix("run/artifacts/") }
        #expect(
            written == ["run/artifacts/_a.txt", "run/artifacts/b_.._c.txt", "run/artifacts/d/e_/_/f.txt"], "\(written)")
    }

    @Test func linksInTheFolderAreNotFollowed() throws {
        let folder = try TemporaryFolder()
        try folder.write("keep", to: "target.txt")
        try folder.write("x", to: "run/x")
        for name in ["result.json", "events.jsonl", "report.html", "metrics.prom", ".coordinator-files"] {
            try folder.link("run/\(name)", to: folder.file("target.txt").path)
        }
        try folder.link("run/.context.json.coordinator-tmp", to: folder.file("target.txt").path)
        try write(Results.succeeded, to: folder.file("run").path)
        #expect(try folder.read("target.txt") == "keep")
        #expect(try folder.read("run/metrics.prom") == "up 1\n")

        try FileManager.default.createDirectory(
            atPath: folder.file("elsewhere").path, withIntermediateDirectories: true)
        try FileManager.default.removeItem(atPath: folder.file("run/artifacts").path)
        try folder.link("run/artifacts", to: folder.file("elsewhere").path)
        let error = #expect(throws: OutFolderError.self) { try write(Results.succeeded, to: folder.file("run").path) }
        #expect(error?.code == .unsafePath)
        #expect(error?.path.hasSuffix("run/artifacts") == true)
        #expect(!folder.files.contains { $0.hasPrefix("elsewhere/") })
    }

    @Test func unusableFolderIsNamedWithTheReason() throws {
        let folder = try TemporaryFolder()
        try folder.write("a file", to: "file")
        for path in ["/proc/nowhere/run", folder.file("file").path, folder.file("file/run").path, "", "a\u{0}b"] {
            let error = #expect(throws: OutFolderError.self) { try OutFolder(path: path) }
            #expect(error?.code == .unusableFolder)
            #expect(error?.description.contains("--out") == true)
        }
        #expect(try folder.read("file") == "a file")
    }

    @Test func directoryWhereAFileBelongsIsKeptAndTheWriteFails() throws {
        let folder = try TemporaryFolder()
        try folder.write("keep", to: "metrics.prom/keep.txt")
        let error = #expect(throws: OutFolderError.self) { try write(Results.succeeded, to: folder.path) }
        #expect(error?.code == .writeFailed)
        #expect(error?.path.hasSuffix("metrics.prom") == true)
        #expect(folder.exists("metrics.prom/keep.txt"))
    }

    @Test func folderInUseIsRefused() throws {
        let folder = try TemporaryFolder()
        let first = try OutFolder(path: folder.path)
        let error = #expect(throws: OutFolderError.self) { try OutFolder(path: folder.path) }
        #expect(error?.code == .inUse)
        #expect(first.reportPath == folder.file("report.html").path)
    }

    @Test func artifactWithTooManyPathsIsOneDocument() throws {
        let folder = try TemporaryFolder()
        let many = Dictionary(
            uniqueKeysWithValues: (0...2000).map { (ExactString("f/\($0).txt"), JSONValue.string("x")) })
        try write(Results.job(.succeeded, 1, [], artifacts: ["many": .object(many)]), to: folder.path)
        #expect(folder.files.filter { $0.hasPrefix("artifacts/") } == ["artifacts/many.json"])
    }
}
