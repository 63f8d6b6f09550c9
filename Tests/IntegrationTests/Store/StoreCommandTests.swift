import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// The commands over a store, with a job that runs and without.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StoreCommands {
    /// Asks for the answer that its job waits for, as a person would.
    private static let selfish = """
        import json, os, subprocess, sys
        job = json.load(sys.stdin)["job_id"]
        program, store = sys.argv[1:]
        asked = subprocess.run(
            [program, "approve", job, "ask", "--choice", "approve", "--store", store], capture_output=True, text=True)
        print(json.dumps({"set": {"artifacts.selfish": [asked.returncode, asked.stderr]}}))
        """

    @Test func agentOfTheJobCannotAnswerForAPersonWhoCan() async throws {
        let files = try StoreFolder(
            "  - {name: ask, uses: approval, question: May it be released?}\n" + StoreFolder.agent("slow", gate: "go")
                + "  - {name: selfish, uses: command, command: [python3, selfish.py, "
                + "\"\(CoordinatorProgram.url.path)\", jobs.db], role: {reads: [task], writes: [artifacts.selfish]}}\n")
        try files.folder.write(Self.selfish, to: "selfish.py")
        let run = try files.start()
        try await files.waitForCall(of: "slow")
        let job = try await files.latest()
        try await eventually {
            try await files.command("show", job.id, "artifacts.selfish").status == 0
        }
        let tried = try await files.command("show", job.id, "artifacts.selfish").standardOutput
        #expect(tried.contains("an agent does not answer for a person"), "\(tried)")
        let answered = try await files.command("approve", job.id, "ask", "--choice", "reject")
        #expect(answered.status == 0, "\(answered.output)")
        try files.folder.write("", to: "go")
        #expect(try await run.wait() == 0)
        #expect(!files.folder.exists("jobs.db.sock"))
        #expect(try await files.command("show", job.id, "decisions").standardOutput.contains(#""choice" : "reject""#))
    }

    @Test func signalReachesAJobThatRunsAndOneThatNobodyRuns() async throws {
        let files = try StoreFolder(StoreFolder.agent("slow", gate: "go"))
        let run = try files.start()
        try await files.waitForCall(of: "slow")
        let job = try await files.latest()
        let bare = try await files.command("signal", job.id, "freeze", "now")
        #expect(bare.status == 2)
        #expect(bare.standardError.contains("text stands in quotes of its own"))
        #expect(try await files.command("signal", job.id, "freeze", #""now""#).status == 0)
        #expect(try await files.command("show", job.id, "signals.freeze").standardOutput == "now\n")
        run.signal(SIGKILL)
        _ = try await run.wait()
        #expect(try await files.command("signal", job.id, "freeze", "[2]").status == 0)
        #expect(try await files.command("show", job.id, "signals.freeze", "--at", "1").standardOutput == "now\n")
        try files.folder.write("", to: "go")
        #expect(try await files.command("resume", job.id, "--no-progress").status == 0)
        let context = try await files.command("show", job.id, "signals", "--output", "json")
        let document = try JSONValue(json: context.standardOutput.utf8).objectValue
        #expect(document?["context"] == ["freeze": [2]])
        #expect(document?["version"] == 2)
    }

    @Test func storeIsVerifiedCopiedAndPurged() async throws {
        let files = try StoreFolder(StoreFolder.agent("quick"))
        #expect(try await files.command("run", "job.yaml", "--no-progress").status == 0)
        let job = try await files.latest().id
        #expect(try await files.command("backup", "copy.db").status == 0)
        let taken = try await files.command("backup", "copy.db")
        #expect(taken.status == 2)
        #expect(taken.standardError.contains("exists"))
        let verdict = try await files.command("verify", "--store", "copy.db", "--output", "json")
        #expect(try JSONValue(json: verdict.standardOutput.utf8).objectValue?["first_bad"] == .null)
        try changeOneByte(of: files.folder.file("copy.db"))
        let bad = try await files.command("verify", "--store", "copy.db")
        #expect(bad.status == 1, "\(bad.output)")
        #expect(try await files.command("purge", "--older-than", "1h").output == "No job ended that long ago.\n")
        #expect(try await files.command("purge", job).status == 0)
        let again = try await files.command("purge", job, "unknown", "--output", "json")
        #expect(again.status == 1)
        #expect(again.standardError.contains("holds no job 'unknown'"))
        #expect(try await files.command("show", job).status == 2)
        #expect(try await files.latest().id == job)
        #expect(try await files.command("verify").status == 0)
    }

    /// Changes the description of the job's task, wherever it stands.
    private func changeOneByte(of file: URL) throws {
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.range(of: Data(#""description":"d""#.utf8)))
        bytes[place.upperBound - 2] ^= 1
        try bytes.write(to: file)
    }

    @Test func whoeverHasNoStoreOrNoJobIsToldHowToGetOne() async throws {
        let files = try StoreFolder(StoreFolder.agent("quick"))
        let none = try await Program.run(CoordinatorProgram.url, ["jobs"], in: files.folder.url)
        #expect(none.status == 2)
        #expect(none.standardError.contains("give --store FILE, or set COORDINATOR_STORE"))
        let missing = try await files.command("jobs")
        #expect(missing.status == 2)
        #expect(missing.standardError.contains("coordinator run job.yaml"))
        for words in [["verify"], ["purge", "j"], ["resume", "j"], ["cancel", "j"], ["show", "j"]] {
            let program = try await Program.run(
                CoordinatorProgram.url, words + ["--store", files.store], in: files.folder.url)
            #expect(program.status == 2, "\(words): \(program.output)")
        }
        #expect(!files.folder.exists("jobs.db"), "a command that reads has made a store")
        #expect(try await files.command("run", "job.yaml", "--no-progress").status == 0)
        let job = try await files.latest().id
        let guess = try await files.command("show", "\(job.dropLast())_")
        #expect(guess.standardError.contains("Did you mean '\(job)'?"))
        let filtered = try await files.command("jobs", "--status", "failed")
        #expect(filtered.standardOutput == "")
        #expect(filtered.standardError.contains("is like that"))
        #expect(try await files.command("jobs", "--since", "1h").standardOutput.contains(job))
        #expect(try await files.command("jobs", "--since", "soon").status == 2)
    }

    @Test func listWhoseReaderGoesAwayEndsInOrder() async throws {
        let files = try StoreFolder(StoreFolder.agent("quick"))
        for _ in 0..<3 { #expect(try await files.command("run", "job.yaml", "--no-progress").status == 0) }
        let line = "\(CoordinatorProgram.url.path) jobs --store jobs.db | head -1; echo ${PIPESTATUS[0]}"
        let piped = try await Program.run(command: "bash", ["-c", line], in: files.folder.url)
        #expect(piped.standardOutput.hasPrefix("JOB "))
        #expect(piped.standardOutput.hasSuffix("\n0\n"))
        let all = try await files.command("jobs", "--all", "--output", "json")
        #expect(try JSONValue(json: all.standardOutput.utf8).objectValue?["jobs"]?.arrayValue?.count == 3)
        let page = try await files.command("jobs", "--limit", "2", "--output", "json")
        let next = try #require(try JSONValue(json: page.standardOutput.utf8).objectValue?["next"]?.stringValue)
        let rest = try await files.command("jobs", "--cursor", next, "--output", "json")
        #expect(try JSONValue(json: rest.standardOutput.utf8).objectValue?["jobs"]?.arrayValue?.count == 1)
    }

    @Test func withoutAStoreNothingIsKept() async throws {
        let files = try StoreFolder(StoreFolder.agent("quick"))
        try files.folder.write(StoreFolder.agent, to: "agent.py")
        let run = try await Program.run(
            CoordinatorProgram.url, ["run", "job.yaml", "--no-progress"], in: files.folder.url)
        #expect(run.status == 0)
        #expect(!files.folder.files.contains { $0.hasPrefix("jobs") })
    }
}
