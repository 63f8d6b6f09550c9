import Coordinator
import Foundation
import TestSupport
import Testing

/// What `coordinator doctor` says of the sandbox.
@Suite(.timeLimit(.minutes(10))) struct SandboxDoctorTests {
    private struct Run {
        let findings: JSONObject
        let program: Program

        func state(_ name: String) -> String { findings[name]?["state"]?.stringValue ?? "none" }
        func detail(_ name: String) -> String { findings[name]?["detail"]?.stringValue ?? "" }
        func remedy(_ name: String) -> String { findings[name]?["remedy"]?.stringValue ?? "" }
    }

    /// Runs the command after other words, such as those that change its user.
    private func doctor(
        after words: [String] = ["/usr/bin/env"], environment: [String: String] = [:]
    ) async throws -> Run {
        let repository = try await Repository()
        #expect(chmod(repository.folder.path, 0o777) == 0)
        let program = try await Program.run(
            URL(filePath: words[0]), words.dropFirst() + [CoordinatorProgram.url.path, "doctor", "--output", "json"],
            environment: ["COORDINATOR_SANDBOX": ""].merging(environment) { $1 }, in: repository.folder.url)
        let findings = try JSONValue(json: program.standardOutput.utf8)["findings"]?.arrayValue ?? []
        return Run(
            findings: findings.reduce(into: [:]) { $0[$1["name"]?.stringValue ?? ""] = $1 }, program: program)
    }

    /// A folder for the beginning of `PATH`, with a bubblewrap of these lines.
    private func makeBubblewrap(_ lines: String) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        // Written by another process: a file that this one has open cannot be started.
        let made = try await Program.run(
            command: "sh", ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >bwrap; chmod 755 . bwrap", "sh", lines],
            in: folder.url)
        #expect(made.status == 0)
        return folder
    }

    private func path(_ folder: TemporaryFolder) -> [String: String] {
        ["PATH": "\(folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
    }

    private func expectBothLevels(_ run: Run) {
        for level in ["bubblewrap", "landlock"] {
            #expect(run.state(level) == "ok", "\(run.program.output)")
            #expect(run.detail(level).contains(#/a program ran in \d+ ms, and was refused a file outside; limits: /#))
            for limit in ["memory", "processes", "cpu", "file_size"] { #expect(run.detail(level).contains(limit)) }
        }
        #expect(run.state("sandbox") == "ok")
        #expect(run.detail("sandbox") == "bubblewrap, the default, works here")
    }

    @Test func eachLevelIsTriedAndWhatHoldsItsLimitsIsNamed() async throws {
        expectBothLevels(try await doctor())
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func eachLevelWorksForAnotherUserThanRoot() async throws {
        let run = try await doctor(
            after: ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"], environment: ["HOME": "/"])
        expectBothLevels(run)
        #expect(run.detail("landlock").hasSuffix("limits: memory, processes, cpu and file_size by rlimit"))
    }

    @Test(
        arguments: [
            (
                "No permissions to create new namespace, likely because the kernel does not allow it",
                "Namespaces are forbidden here"
            ),
            ("loopback: Failed RTM_NEWADDR: Operation not permitted", "kernel.apparmor_restrict_unprivileged_userns"),
            ("setting up uid map: Permission denied", "kernel.apparmor_restrict_unprivileged_userns"),
            ("Can't mount proc on /newroot/proc: Operation not permitted", "systempaths=unconfined"),
            ("Unknown option --disable-userns", "older than 0.8.0"),
        ])
    func bubblewrapThatCannotWorkIsToldWithWhatToChangeAndFailsWhereItIsTheDefault(
        says: String, remedy: String
    ) async throws {
        let programs = try await makeBubblewrap("echo \"bwrap: \(says)\" >&2; exit 1")
        let run = try await doctor(environment: path(programs))
        #expect(run.program.status == 1)
        #expect(run.state("sandbox") == "failed")
        #expect(run.detail("sandbox").hasPrefix("bubblewrap, the default, does not work here"))
        #expect(run.remedy("sandbox").hasPrefix("set COORDINATOR_SANDBOX=landlock, which works here; or "))
        #expect(run.state("bubblewrap") == "off" && run.state("landlock") == "ok")
        for words in [says, remedy, "COORDINATOR_SANDBOX=landlock"] {
            #expect(run.detail("bubblewrap").contains(words), "\(run.program.output)")
        }
        let chosen = try await doctor(environment: path(programs).merging(["COORDINATOR_SANDBOX": "landlock"]) { $1 })
        #expect(chosen.program.status == 0, "the level that is set works: \(chosen.program.output)")
        #expect(chosen.detail("sandbox") == "landlock, as COORDINATOR_SANDBOX says, works here")
        #expect(chosen.state("bubblewrap") == "off")
    }

    @Test func bubblewrapThatConfinesNothingIsFoundOut() async throws {
        let programs = try await makeBubblewrap("while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"")
        let run = try await doctor(environment: path(programs))
        #expect(run.program.status == 1)
        #expect(run.state("bubblewrap") == "failed", "\(run.program.output)")
        #expect(run.detail("bubblewrap").contains("could read a file outside of its folder"))
        #expect(run.state("sandbox") == "failed")
    }

    @Test(.enabled(if: geteuid() == 0, "needs the right to mount"), .enabled(if: SpoolDisk.mayMount))
    func machineWithoutBubblewrapIsToldHowToGetIt() async throws {
        let script = "mount --bind /dev/null /usr/bin/bwrap && exec \"$@\""
        let remedy = "Install it (apt-get install bubblewrap)"
        let run = try await doctor(
            after: ["/usr/bin/unshare", "--mount", "sh", "-c", script, "sh"], environment: ["PATH": "/usr/bin:/bin"])
        #expect(run.detail("bubblewrap").hasPrefix("Bubblewrap is not installed. \(remedy)"))
        #expect(run.state("sandbox") == "failed" && run.program.status == 1)
    }

    @Test func levelThatNobodyKnowsFailsWithAGuess() async throws {
        let run = try await doctor(environment: ["COORDINATOR_SANDBOX": "landlok"])
        #expect(run.program.status == 1)
        #expect(run.state("sandbox") == "failed")
        #expect(run.detail("sandbox").contains("Did you mean \"landlock\"?"))
        #expect(run.state("landlock") == "ok", "the levels are tried all the same")
    }

    @Test func noSandboxIsAChoiceAndIsTold() async throws {
        let run = try await doctor(environment: ["COORDINATOR_SANDBOX": "none"])
        #expect(run.program.status == 0)
        #expect(run.state("sandbox") == "off")
        #expect(run.detail("sandbox").hasPrefix("none, as COORDINATOR_SANDBOX says: programs that a model writes run"))
    }

    @Test func toolchainAtHomeIsToldWithWhatToWrite() async throws {
        let home = try TemporaryFolder()
        try home.write("", to: "tools/bin/program")
        #expect(chmod(home.file("tools/bin/program").path, 0o755) == 0)
        let run = try await doctor(environment: ["PATH": "\(home.path)/tools/bin:/usr/bin:/bin"])
        #expect(run.state("toolchains") == "off")
        #expect(run.detail("toolchains") == "a sandbox does not show the programs in \(home.path)/tools/bin")
        #expect(run.remedy("toolchains").contains("sandbox: {reads: [\(home.path)/tools]}"))
        try home.write("", to: "odd, tools/bin/program")
        #expect(chmod(home.file("odd, tools/bin/program").path, 0o755) == 0)
        let odd = try await doctor(environment: ["PATH": "\(home.path)/odd, tools/bin:/usr/bin:/bin"])
        #expect(odd.remedy("toolchains").contains("sandbox: {reads: [\"\(home.path)/odd, tools\"]}"))
        let without = try await doctor(environment: ["PATH": "/usr/bin:/bin"])
        #expect(without.state("toolchains") == "ok", "\(without.program.output)")
    }
}
