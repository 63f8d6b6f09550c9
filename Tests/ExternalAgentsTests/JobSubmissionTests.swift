import Coordinator
import JobComposition
import JobFile
import Logging
import SourceCodeTestSupport
import Testing

/// What the first event of a job says of what the job was made of.
@Suite(.timeLimit(.minutes(5))) struct JobSubmissions {
    private static let file = """
        workflow: greet
        artifacts: {note: {value: hello}}
        fields: {artifacts.said: {merge: append}}
        agents:
          - {name: a, uses: command, command: [printf, '{}'], role: {reads: [task]}}
          - {name: b, uses: command, command: [printf, '{}'], role: {reads: [task]}, timeout: 7s, needs: [a]}
        """

    private func submission(
        of text: String, overrides: [String] = [], in workspace: String
    ) async throws -> JobEvent.JobSubmitted {
        let spec = try JobFileReader.read(text, file: "job", options: .init(overrides: overrides)).get()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let composer = JobComposer(workspace: workspace, logger: logger, environment: ["PATH": "/usr/bin:/bin"])
        let job = try await composer.compose(spec, jobID: "job-1").coordinator
        try await job.submit()
        for try await event in job.events {
            guard case .jobSubmitted(let submitted) = event.payload else { break }
            return submitted
        }
        throw Missing()
    }

    private struct Missing: Error {}

    @Test func submissionHasTheFileWithItsOverridesAndTheDigestsOfItsParts() async throws {
        let scratch = try ScratchFolder()
        let submitted = try await submission(
            of: Self.file, overrides: ["agents.b.timeout=8s"], in: scratch.path)
        #expect(submitted.specification?["workflow"] == "greet")
        #expect(submitted.specification?["agents"]?.arrayValue?.last?["timeout"] == "8s")
        #expect(submitted.fields.contains { $0.pattern == "artifacts.said" && $0.merge == "append" })
        #expect(submitted.definitions.map(\.kind) == ["role", "policy", "tool", "role", "policy", "tool"])
        #expect(submitted.definitions.map(\.name) == ["a", "a", "a", "b", "b", "b"])
        #expect(submitted.definitions.allSatisfy { $0.digest.hasPrefix("sha256:") && $0.digest.utf8.count == 71 })
        // The same text gives the same digests; another time limit is another policy of that agent, and nothing else.
        let same = try await submission(of: Self.file, overrides: ["agents.b.timeout=8s"], in: scratch.path)
        #expect(same.definitions == submitted.definitions)
        let other = try await submission(of: Self.file, in: scratch.path)
        let changed = zip(other.definitions, submitted.definitions).filter { $0 != $1 }.map(\.0)
        #expect(changed.map(\.kind) == ["policy"] && changed.map(\.name) == ["b"])
        #expect(submitted.workspace == nil)
    }

    /// So a job that goes on names it when its sandbox is another one; jobs of before, which had none, differ in nothing.
    @Test func everyPartOfASandboxIsInItsDigest() async throws {
        let scratch = try ScratchFolder()
        let plain = try await submission(of: Self.file, in: scratch.path).definitions
        #expect(!plain.contains { $0.kind == "sandbox" })
        var digests: Set<String> = []
        let variants = [
            "true", "false", "landlock", "{reads: [/a]}", "{reads: [/b]}", "{writes: [/a]}", "{limits: {memory: 2GiB}}",
            "{limits: {processes: 3}}", "{limits: {cpu: 9s}}", "{limits: {file_size: 8KiB}}",
        ]
        for variant in variants {
            let made = try await submission(
                of: Self.file, overrides: ["agents.b.sandbox=\(variant)"], in: scratch.path
            ).definitions
            let own = made.filter { $0.kind == "sandbox" }
            #expect(own.map(\.name) == ["b"] && made.filter { $0.kind != "sandbox" } == plain)
            digests.formUnion(own.map(\.digest))
        }
        #expect(digests.count == variants.count)
    }

    @Test func submissionSaysWhatOfTheWorkspaceWasNotCommitted() async throws {
        let scratch = try ScratchFolder()
        _ = try await scratch.git("init", "-q")
        for name in ["kept", "changed", "removed", "staged"] { try scratch.write("\(name).txt", "1\n") }
        try scratch.write(".gitignore", "ignored.txt\n")
        try await scratch.commitAll()
        try scratch.write("changed.txt", "2\n")
        try scratch.write("staged.txt", "2\n")
        try scratch.write("new/untracked é.txt", "2\n")
        try scratch.write("ignored.txt", "2\n")
        try scratch.remove("removed.txt")
        _ = try await scratch.git("add", "staged.txt")
        let workspace = try #require(try await submission(of: Self.file, in: scratch.path).workspace)
        let head = try await scratch.git("rev-parse", "HEAD")
        #expect(workspace.commit.map { head.hasPrefix($0) } == true)
        #expect(workspace.uncommitted == ["changed.txt", "new/untracked é.txt", "removed.txt", "staged.txt"])
        #expect(workspace.uncommittedOmitted == 0)
    }
}
