import Foundation
import TestSupport
import Testing

/// What a shell offers for the id of a job, by the script that the program prints.
@Suite(.timeLimit(.minutes(5))) struct JobCompletions {
    /// Completes the word after a command as bash does, with the program as its first word.
    private static let script = """
        source completion.bash
        COMP_WORDS=("$1" "$2" "$3"); COMP_CWORD=2; COMP_LINE="$1 $2 $3"; COMP_POINT=${#COMP_LINE}
        _coordinator "$1" "$3" "$2"
        printf '%s\\n' "${COMPREPLY[@]}"
        """

    @Test func idsOfKeptJobsAreOffered() async throws {
        let files = try StoreFolder(StoreFolder.agent("quick"))
        #expect(try await files.command("run", "job.yaml", "--no-progress").status == 0)
        let job = try await files.latest()
        let completion = try await files.command("--generate-completion-script", "bash")
        try files.folder.write(completion.standardOutput, to: "completion.bash")
        try files.folder.write(Self.script, to: "complete.sh")
        func offered(_ command: String, _ word: String) async throws -> [Substring] {
            let program = try await Program.run(
                URL(filePath: "/usr/bin/env"), ["bash", "complete.sh", CoordinatorProgram.url.path, command, word],
                environment: ["COORDINATOR_STORE": files.store], in: files.folder.url)
            #expect(program.standardError == "")
            return program.standardOutput.split(separator: "\n")
        }
        for command in ["show", "resume", "approve", "purge"] {
            #expect(try await offered(command, "") == [job.id[...]], "\(command)")
        }
        #expect(try await offered("show", String(job.id.prefix(6))) == [job.id[...]])
        #expect(try await offered("show", "nothing") == [])
    }
}
