import Foundation
import TestSupport

/// A git repository of one test.
struct Repository {
    let folder: TemporaryFolder
    var path: String { folder.url.path }

    /// Makes a repository with these files tracked; values are texts.
    init(_ files: [String: String] = ["Sources/a.swift": "public func answer() -> Int { 42 }\n"]) async throws {
        folder = try TemporaryFolder()
        try await git("init", "--quiet")
        for (name, text) in files { try write(Data(text.utf8), to: name) }
        if !files.isEmpty { try await git("add", "--all") }
    }

    func write(_ data: Data, to name: String) throws {
        let file = folder.file(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func git(_ arguments: String...) async throws {
        let run = try await Program.run(
            URL(filePath: "/usr/bin/git"),
            ["-c", "user.name=t", "-c", "user.email=t@example.invalid"] + arguments, in: folder.url)
        guard run.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["git": run.standardError]) }
    }

    /// Every file below the folder but git's own, with its contents.
    func contents() throws -> [String: Data] {
        var all: [String: Data] = [:]
        let files = FileManager.default.enumerator(atPath: path)
        while let name = files?.nextObject() as? String {
            if name == ".git" || name.hasPrefix(".git/") { continue }
            if let data = try? Data(contentsOf: folder.file(name)) { all[name] = data }
        }
        return all
    }
}

/// A job file of one test, and the folder its run writes to.
struct JobFiles {
    let folder: TemporaryFolder
    var job: String { folder.file("job.yaml").path }
    var out: String { folder.file("out").path }

    init(_ text: String) throws {
        folder = try TemporaryFolder()
        try Data(text.utf8).write(to: folder.file("job.yaml"))
    }

    static let threeAgents = """
        workflow: test
        task: {description: answer the question, requirements: [the answer is 42]}
        artifacts: {code: {include: ["**"]}}
        agents:
          - {name: collector, uses: collector}
          - {name: drafter, uses: drafter}
          - {name: validator, uses: validator}
        """
}
