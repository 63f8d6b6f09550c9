import Foundation
import TestSupport
import Testing

/// What is unusable is refused with code 2 and a word; what is merely odd is handled.
@Suite(.timeLimit(.minutes(10))) struct BadInput {
    @Test func threeMistakesAreReportedTogetherWithLocationAndSuggestion() async throws {
        let files = try JobFiles(
            """
            workflow: review
            agents:
              - name: collector
                uses: collector
                timout: 30s
              - name: drafter
                uses: drafter
                needs: [colector]
                max_retries: many
            """)
        let run = try await CoordinatorProgram.run("run", files.job, "--out", files.out)
        #expect(run.status == 2)
        #expect(run.standardOutput.isEmpty)
        let lines = run.standardError.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.contains("job.yaml:5:5") && $0.contains("did you mean 'timeout'?") }, "\(lines)")
        #expect(lines.contains { $0.contains("job.yaml:8:13") && $0.contains("did you mean 'collector'?") }, "\(lines)")
        #expect(lines.contains { $0.contains("job.yaml:9:18") }, "\(lines)")
        #expect(!FileManager.default.fileExists(atPath: files.out))
        #expect(try await CoordinatorProgram.run("validate", files.job).status == 2)
    }

    @Test(arguments: [
        "", "\u{0}\u{1}\u{2}",
        "a: &a [1]\n" + (1...9).map { "b\($0): &b\($0) [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" }.joined(),
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 5000), "\t- x", "a: b: c",
        "--- \n---\n",
    ])
    func nonJobFilesAreRefused(text: String) async throws {
        let files = try JobFiles(text)
        let run = try await CoordinatorProgram.run("run", files.job, "--out", files.out)
        #expect(run.status == 2)
        #expect(run.standardError.contains("job.yaml"))
    }

    @Test func invalidInvocationExitsWithStatusTwo() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository()
        for arguments in [
            ["run"], ["run", files.job, "--nonsense"], ["frobnicate"], ["run", files.job, "--timeout", "soon"],
            ["run", files.job, "--output", "xml"], ["run", "/nowhere/job.yaml"], ["schema", "nothing"],
            ["run", files.job, "--workspace", repository.path, "--model", "gpt"],
            ["run", files.job, "--workspace", repository.path, "--set", "limits.concurency=4"],
        ] {
            let run = try await Program.run(CoordinatorProgram.url, arguments)
            #expect(run.status == 2, "\(arguments)")
            #expect(!run.standardError.isEmpty, "\(arguments)")
            #expect(run.standardOutput.isEmpty, "\(arguments)")
        }
        #expect(try await CoordinatorProgram.run("--help").status == 0)
        #expect(try await CoordinatorProgram.run("--version").status == 0)
    }

    @Test func invalidWorkspaceIsRefused() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let plain = try TemporaryFolder()
        for workspace in ["/nowhere/at/all", plain.url.path, files.job] {
            let run = try await CoordinatorProgram.run(
                "run", files.job, "--workspace", workspace, "--out", files.out, "--no-progress")
            #expect(run.status == 2, "\(workspace): \(run.standardError)")
            #expect(run.standardError.contains(workspace), "\(run.standardError)")
        }
    }

    @Test func jobRunsInAnEmptyRepository() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository([:])
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, "--no-progress")
        #expect(run.status == 0, "\(run.standardError)\(run.standardOutput)")
    }

    /// A large file, text that is none, a way out of the workspace, and a secret.
    @Test func hostileFilesAreExcludedAndTheWorkspaceIsUnchanged() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository()
        let outside = try TemporaryFolder()
        try Data("outside the workspace".utf8).write(to: outside.file("target.txt"))
        try repository.write(Data(count: 50 << 20), to: "large.bin")
        try repository.write(Data([0x61, 0xFF, 0xFE, 0x62, 0x0A]), to: "invalid.txt")
        try repository.write(Data("KEY=hunter2hunter2\n".utf8), to: ".env")
        try FileManager.default.createSymbolicLink(
            at: repository.folder.file("link.txt"), withDestinationURL: outside.file("target.txt"))
        try await repository.git("add", "--all")
        let before = try repository.contents()
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, "--no-progress")
        #expect(run.status == 0, "\(run.standardError)\(run.standardOutput)")
        #expect(try repository.contents() == before)
        let context = try String(contentsOf: URL(filePath: files.out).appending(path: "context.json"), encoding: .utf8)
        #expect(context.contains("large.bin") && context.contains("invalid.txt") && context.contains("link.txt"))
        let everything = try FinishedRun.allText(in: files.out)
        #expect(!everything.contains("hunter2"))
        #expect(!everything.contains("outside the workspace"))
        #expect(everything.contains("public func answer"))
    }
}

enum FinishedRun {
    /// Every text of a run's folder.
    static func allText(in folder: String) throws -> String {
        var text = ""
        let files = FileManager.default.enumerator(atPath: folder)
        while let name = files?.nextObject() as? String {
            text += (try? String(contentsOf: URL(filePath: folder).appending(path: name), encoding: .utf8)) ?? ""
        }
        return text
    }
}
