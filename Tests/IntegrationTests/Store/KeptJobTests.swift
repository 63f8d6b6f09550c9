import Coordinator
import Foundation
import Glibc
import Testing

/// Jobs that outlive their process.
@Suite(.serialized, .timeLimit(.minutes(5))) struct KeptJobs {
    @Test func jobWhoseProcessWasKilledGoesOnAndRepeatsNothingThatWasFinished() async throws {
        let files = try StoreFolder(
            StoreFolder.agent("quick", writes: #"{"set": {"artifacts.quick": "done"}}"#)
                + StoreFolder.agent("slow", gate: "go", more: "needs: [quick]"))
        let run = try files.start()
        try await files.waitForCall(of: "slow")
        let job = try await files.latest()
        #expect(job.status == "running")
        run.signal(SIGKILL)
        #expect(try await run.wait() == 128 + SIGKILL)
        #expect(try await files.latest().status == "interrupted")
        let shown = try await files.command("show", job.id)
        #expect(shown.output.contains("coordinator resume \(job.id)"))
        try files.folder.write("", to: "go")
        let resumed = try await files.command("resume", job.id, "--no-progress")
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(files.calls(of: "quick") == 1)
        #expect(files.calls(of: "slow") == 2)
        let (result, file, store) = try await files.results(of: job.id)
        #expect(result.status == .succeeded)
        #expect(result["slow"]?.attempts.map(\.errorType) == ["process_crash", nil])
        #expect(file == store)
        #expect(try await files.latest().status == "succeeded")
        #expect(try await files.command("verify").status == 0)
        let again = try await files.command("resume", job.id)
        #expect(again.status == 2)
        #expect(again.standardError.contains("has ended as succeeded, so there is nothing to go on with"))
    }

    @Test func jobThatWaitsForAPersonEndsWith4SaysHowToAnswerAndGoesOnWithTheAnswer()
        async throws
    {
        let files = try StoreFolder(
            StoreFolder.agent("quick", writes: #"{"set": {"artifacts.quick": "\u001b[31mred"}}"#)
                + StoreFolder.approval + ", needs: [quick]}\n" + StoreFolder.agent("last", more: "needs: [ask]"))
        let run = try await files.command("run", "job.yaml", "--no-progress")
        #expect(run.status == 4, "\(run.output)")
        let job = try await files.latest()
        #expect(job.status == "waiting")
        let digest = try #require(run.standardError.firstMatch(of: /--digest (sha256:[0-9a-f]{64})/)?.1)
        #expect(run.standardError.contains("coordinator approve \(job.id) ask --choice approve --digest \(digest)"))
        #expect(run.standardError.contains("coordinator resume \(job.id)"))
        #expect(!run.output.contains("\u{1B}"), "a control character of the blackboard reaches the terminal")
        let other = "sha256:" + String(repeating: "0", count: 64)
        let wrong = try await files.command("approve", job.id, "ask", "--choice", "approve", "--digest", other)
        #expect(wrong.status == 1)
        #expect(wrong.standardError.contains("The answer is to something else"))
        let unknown = try await files.command("approve", job.id, "ask", "--choice", "aprove")
        #expect(unknown.standardError.contains("did you mean 'approve'?"))
        let first = try await files.command(
            "approve", job.id, "ask", "--choice", "approve", "--digest", String(digest), "--remark", "after lunch")
        #expect(first.status == 0, "\(first.output)")
        let second = try await files.command("approve", job.id, "ask", "--choice", "reject", "--output", "json")
        #expect(second.status == 1)
        #expect(second.standardOutput.contains("chose 'approve' at"))
        #expect(second.standardOutput.contains("after lunch"))
        #expect(try await files.latest().status == "interrupted")
        let resumed = try await files.command("resume", job.id, "--no-progress")
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(files.calls(of: "quick") == 1)
        let decisions = try await files.command("show", job.id, "decisions")
        #expect(decisions.standardOutput.contains(#""choice" : "approve""#))
        #expect(decisions.standardOutput.contains("(uid \(getuid()))"))
    }

    @Test func sigtermGivesAKeptJobUpAndSIGINTEndsIt() async throws {
        let files = try StoreFolder(StoreFolder.agent("slow", gate: "go"))
        let run = try files.start()
        try await files.waitForCall(of: "slow")
        run.signal(SIGTERM)
        #expect(try await run.wait() == 130)
        let job = try await files.latest()
        #expect(job.status == "interrupted")
        #expect(try files.folder.read("errors.log").contains("It goes on with:\n  coordinator resume \(job.id)"))
        let resumed = try files.start(["resume", job.id])
        try await files.waitForCall(of: "slow", times: 2)
        resumed.signal(SIGINT)
        #expect(try await resumed.wait() == 130)
        #expect(try await files.latest().status == "cancelled")
    }

    @Test func cancelledJobEndsWhetherAProcessRunsItOrNot() async throws {
        let files = try StoreFolder(
            StoreFolder.agent("slow", gate: "go") + StoreFolder.agent("next", more: "needs: [slow]"))
        let run = try files.start()
        try await files.waitForCall(of: "slow")
        let live = try await files.latest()
        #expect(try await files.command("cancel", live.id, "--reason", "not today").status == 0)
        #expect(try await run.wait() == 130)
        #expect(try await files.results(of: live.id).result["slow"]?.error == "not today")
        let killed = try files.start()
        try await files.waitForCall(of: "slow", times: 2)
        killed.signal(SIGKILL)
        _ = try await killed.wait()
        let job = try await files.latest()
        #expect(try await files.command("cancel", job.id).status == 0)
        #expect(try await files.latest() == (job.id, "cancelled"))
        #expect(files.calls(of: "slow") == 2)
        let again = try await files.command("cancel", job.id)
        #expect(again.status == 1)
        #expect(again.standardError.contains("has ended; nothing can be told to it any more"))
    }

    @Test func whatIsNotIdempotentIsInDoubtAfterAKillAndNeverCalledAgainByItself() async throws {
        let files = try StoreFolder(
            StoreFolder.agent("pay", gate: "go", more: "idempotent: false")
                + StoreFolder.agent("ship", more: "needs: [pay]"))
        let run = try files.start()
        try await files.waitForCall(of: "pay")
        run.signal(SIGKILL)
        _ = try await run.wait()
        let job = try await files.latest()
        let doubt = try await files.command("resume", job.id, "--no-progress")
        #expect(doubt.status == 4, "\(doubt.output)")
        #expect(doubt.standardError.contains("coordinator resolve \(job.id) pay --failed"))
        #expect(try await files.latest().status == "in_doubt")
        try files.folder.write("[", to: "bad.json")
        #expect(try await files.command("resolve", job.id, "pay", "--succeeded", "bad.json").status == 2)
        #expect(try await files.command("resolve", job.id, "pay", "--failed", "--retry").status == 2)
        try files.folder.write(#"{"set": {"artifacts.pay": "invoice 7"}}"#, to: "paid.json")
        let resolved = try await files.command("resolve", job.id, "pay", "--succeeded", "paid.json")
        #expect(resolved.status == 0, "\(resolved.output)")
        let resumed = try await files.command("resume", job.id, "--no-progress")
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(files.calls(of: "pay") == 1)
        #expect(try await files.command("show", job.id, "artifacts.pay").standardOutput == "invoice 7\n")
    }

    @Test func programThatHasChangedIsNamedAndRunsOnlyWhenThatIsAccepted() async throws {
        let files = try StoreFolder(
            StoreFolder.agent("slow", gate: "go") + "  - {name: own, uses: command, command: [sh, own.sh]}\n")
        try files.folder.write("echo '{}'", to: "own.sh")
        let run = try files.start(["run", "job.yaml", "--timeout", "5m"])
        try await files.waitForCall(of: "slow")
        run.signal(SIGTERM)
        _ = try await run.wait()
        let job = try await files.latest()
        try files.folder.write("echo '{}' # other", to: "own.sh")
        try files.folder.write("", to: "go")
        let refused = try await files.command("resume", job.id)
        #expect(refused.status == 2)
        #expect(refused.standardError.contains("The program 'own.sh' has changed."), "\(refused.output)")
        #expect(try await files.latest().status == "interrupted")
        let accepted = try await files.command("resume", job.id, "--accept-changes", "--no-progress")
        #expect(accepted.status == 0, "\(accepted.output)")
        let events = try await files.results(of: job.id)
        #expect(events.store.contains("The program 'own.sh' has changed."))
        #expect(events.store.contains(#""timeout":"300000ms""#), "the limit on time is not part of what was kept")
    }
}
