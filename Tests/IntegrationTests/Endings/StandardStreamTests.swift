import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// Standard streams that are closed, at the start or meanwhile.
@Suite(.timeLimit(.minutes(3))) struct StandardStreamEndings {
    private static let job = "workflow: w\nagents: [{name: a, uses: command, command: [echo, '{}']}]\n"

    /// Whoever reads the output may stop at any time.
    @Test func unreadOutputDoesNotEndTheRun() async throws {
        let files = try JobFiles(Self.job)
        let run = try await Program.run(
            URL(filePath: "/bin/bash"),
            [
                "-c", #""$0" run "$1" --out "$2" --output json --log-format json 2>&1 | true; exit ${PIPESTATUS[0]}"#,
                CoordinatorProgram.url.path, files.job, files.out,
            ])
        #expect(run.status == 0, "\(run.output)")
        let result = try JSONDecoder().decode(JobResult.self, from: Data(files.folder.read("out/result.json").utf8))
        #expect(result.status == .succeeded)
    }

    /// Otherwise the first files that are opened get the streams' numbers, and what is printed goes into them.
    @Test func closedStreamsAreReplaced() async throws {
        let programs = MarkedPrograms()
        let files = try JobFiles(
            "workflow: w\nagents: [{name: a, uses: command, command: [sleep, '\(programs.token)']}]\n")
        let (process, _) = try StubbornRun.launch([
            "/bin/sh", "-c", #"exec "$0" run "$1" --out "$2" <&- >&- 2>&-"#, CoordinatorProgram.url.path, files.job,
            files.out,
        ])
        try await eventually { programs.living.count == 1 }
        for stream in 0...2 {
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process.pid)/fd/\(stream)")
                    == "/dev/null")
        }
        process.signal(SIGTERM)
        #expect(try await process.wait() == 130)
        #expect(programs.living == [])
    }
}
