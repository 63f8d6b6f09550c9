import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// A job that has ended is never called unusable: what cannot be delivered in one way is delivered in the others.
@Suite(.timeLimit(.minutes(5))) struct Delivery {
    /// A job whose artifact is larger than a pipe, and an agent that does something to the out folder meanwhile.
    private static func files(meanwhile: String = "true") throws -> JobFiles {
        try JobFiles(
            """
            workflow: big
            task: {description: x}
            agents:
              - name: big
                uses: command
                command: [sh, -c, '\(meanwhile); printf "{\\"set\\": {\\"artifacts.big\\": \\"%0400000d\\"}}" 7']
            """)
    }

    /// Runs a shell script in which `run …` runs the job.
    private static func run(
        _ files: JobFiles, _ script: String, environment: [String: String] = [:], hasOwnMounts: Bool = false
    ) async throws -> Program {
        let shell = """
            run() { '\(CoordinatorProgram.url.path)' run '\(files.job)' --out '\(files.out)' "$@"; }
            \(script)
            """
        let arguments = (hasOwnMounts ? ["unshare", "--mount"] : []) + ["sh", "-c", shell]
        return try await Program.run(
            URL(filePath: "/usr/bin/env"), arguments, environment: environment, in: files.folder.url)
    }

    private static func result(_ text: String) throws -> JobResult {
        try JSONDecoder().decode(JobResult.self, from: Data(text.utf8))
    }

    private static func expectWhole(_ run: Program, _ status: Int32 = 5) throws {
        #expect(run.status == status, "\(run.standardError)")
        let result = try result(run.standardOutput)
        #expect(result.status == .succeeded)
        #expect(result.artifacts["big"]?.stringValue?.count == 400_000)
    }

    /// At each size another file is the first without room.
    @Test(
        .enabled(if: SpoolDisk.mayMount, "needs the right to mount"),
        arguments: [(64, false), (96, false), (500, false), (900, true), (1300, true)])
    func fullDiskLosesFilesAndNotTheResult(kilobytes: Int, hasResultFile: Bool) async throws {
        let files = try Self.files()
        let run = try await Self.run(
            files,
            """
            mkdir '\(files.out)'; mount -t tmpfs -o size=\(kilobytes)k none '\(files.out)'
            run --output json --no-progress; code=$?
            ls -A '\(files.out)' >&2; exit $code
            """, hasOwnMounts: true)
        try Self.expectWhole(run)
        #expect(run.standardError.contains("context.json': No space left on device"), "\(run.standardError)")
        // The list of the folder has the result's name on a line of its own; it takes its room before the others.
        let names = run.standardError.split(separator: "\n")
        #expect(names.contains("result.json") == hasResultFile, "\(run.standardError)")
        #expect(!run.standardError.contains("coordinator-tmp"), "\(run.standardError)")
    }

    /// The limit is that of the program alone: `cat` writes what it prints.
    @Test func limitOnFilesLosesFilesAndNotTheResult() async throws {
        let files = try Self.files()
        let run = try await Self.run(
            files, "(ulimit -f 16; run --output json --no-progress; echo exit code $? >&2) | cat")
        #expect(try Self.result(run.standardOutput).status == .succeeded)
        #expect(run.standardError.contains("result.json': File too large"), "\(run.standardError)")
        #expect(run.standardError.contains("ulimit -f"), "\(run.standardError)")
        #expect(run.standardError.contains("exit code 5"), "\(run.standardError)")
    }

    /// The one event that is too large is written while the job runs; what is left at its end is small.
    @Test func eventsThatEndEarlyAreTold() async throws {
        let files = try JobFiles(
            """
            workflow: brief
            task: {description: x}
            fields: {artifacts.big: {merge: replace}}
            agents:
              - name: first
                uses: command
                role: {reads: [], writes: [artifacts.big]}
                command: [sh, -c, 'printf "{\\"set\\": {\\"artifacts.big\\": \\"%0400000d\\"}}" 7']
              - name: second
                uses: command
                needs: [first]
                role: {reads: [], writes: [artifacts.big]}
                command: [sh, -c, 'echo "{\\"set\\": {\\"artifacts.big\\": \\"small\\"}}"']
            """)
        let run = try await Self.run(files, "ulimit -f 600; run --no-progress")
        #expect(run.status == 5, "\(run.output)")
        #expect(run.standardError.contains("events.jsonl ends here"), "\(run.output)")
        #expect(!run.standardError.contains("error:"), "\(run.output)")
        let result = try Self.result(files.folder.read("out/result.json"))
        #expect(result.status == .succeeded)
        let events = try files.folder.read("out/events.jsonl")
        #expect(events.hasSuffix("}\n"), "the last line is whole")
    }

    @Test(arguments: [
        ("rm -rf OUT", "was removed while the job ran"), ("mv OUT OUT-old; echo keep >OUT", "was moved or replaced"),
        ("mkdir OUT/report.html", "report.html': Is a directory"),
        ("mkdir OUT/.result.json.coordinator-tmp", "result.json': Is a directory"),
    ])
    func changedOutFolderIsToldAndTheResultPrinted(meanwhile: String, said: String) async throws {
        let folder = try Self.files()
        let files = try Self.files(meanwhile: meanwhile.replacing("OUT", with: folder.out))
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--out", folder.out, "--output", "json", "--no-progress")
        try Self.expectWhole(run)
        #expect(run.standardError.contains(said), "\(run.standardError)")
    }

    /// The summary does not hold the artifacts.
    @Test func resultWithoutItsFileIsKeptAmongTemporaryFiles() async throws {
        let folder = try Self.files()
        let files = try Self.files(meanwhile: "rm -rf \(folder.out)")
        let temporary = try TemporaryFolder()
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--out", folder.out, "--no-progress", environment: ["TMPDIR": temporary.path])
        #expect(run.status == 5, "\(run.output)")
        #expect(run.standardOutput.contains("big succeeded after"), "\(run.output)")
        let name = try #require(temporary.files.first)
        #expect(run.standardError.contains("the whole result is in \(temporary.file(name).path)"), "\(run.output)")
        #expect(try Self.result(temporary.read(name)).status == .succeeded)
    }

    @Test func resultThatNoFileHoldsFollowsOnStandardOutput() async throws {
        let folder = try Self.files()
        let files = try Self.files(meanwhile: "rm -rf \(folder.out)")
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--out", folder.out, "--no-progress", environment: ["TMPDIR": folder.out])
        #expect(run.status == 5, "\(run.output)")
        let document = try #require(run.standardOutput.firstRange(of: "\n{\n"))
        #expect(try Self.result(String(run.standardOutput[document.lowerBound...])).status == .succeeded)
    }

    @Test func fullStandardOutputLosesNoFile() async throws {
        for command in ["run --output json --no-progress", "run --no-progress"] {
            let files = try Self.files()
            let run = try await Self.run(files, "\(command) >/dev/full")
            #expect(run.status == 5, "\(run.output)")
            #expect(run.standardError.contains("standard output: No space left on device"), "\(run.output)")
            #expect(try Self.result(files.folder.read("out/result.json")).status == .succeeded)
        }
    }

    /// A file opened later must not get the number of a stream that is closed: what is printed would be in it.
    @Test func closedStreamsAreNobodysFiles() async throws {
        let files = try Self.files()
        let run = try await Self.run(files, "run --output json <&- >&- 2>&-")
        #expect(run.status == 0, "\(run.output)")
        let events = try files.folder.read("out/events.jsonl").split(separator: "\n")
        #expect(events.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(try Self.result(files.folder.read("out/result.json")).status == .succeeded)
    }

    @Test func fullStandardErrorChangesNothing() async throws {
        let files = try Self.files()
        try Self.expectWhole(try await Self.run(files, "run --output json 2>/dev/full"), 0)
    }

    /// `less` shows the first page for as long as its user reads it.
    @Test func readerThatTakesItsTimeDelaysNoFile() async throws {
        let files = try Self.files()
        let pipe = try #require(ClosedOnExecPipe())
        var launch = ChildProcess.Launch(
            CoordinatorProgram.url.path, ["run", files.job, "--out", files.out, "--output", "json", "--no-progress"])
        launch.output = pipe.writing
        let process = try ChildProcess(launch)
        close(pipe.writing)
        try await eventually { files.folder.exists("out/result.json") }
        let text = try FileHandle(fileDescriptor: pipe.reading, closeOnDealloc: true).readToEnd()
        #expect(try Self.result(String(decoding: text ?? Data(), as: UTF8.self)).status == .succeeded)
        #expect(try await process.wait() == 0)
    }

    /// Telemetry never stops work.
    @Test(arguments: ["folder", "missing/m.prom", "damaged", "pipe"])
    func metricsFileThatCannotBeWrittenIsAWarning(name: String) async throws {
        let files = try Self.files()
        try files.folder.write("", to: "folder/x")
        try files.folder.write("what is this\n", to: "damaged")
        #expect(mkfifo(files.folder.file("pipe").path, 0o600) == 0)
        let run = try await Self.run(files, "run --output json --no-progress --metrics-file '\(name)'")
        try Self.expectWhole(run, 0)
        let warnings = run.standardError.split(separator: "\n").filter { $0.hasPrefix("warning: metrics file \(name)") }
        #expect(warnings.count == 2, "\(run.standardError)")
    }

    /// Before the work nothing has been paid for.
    @Test func unusableOutFolderBeforeTheWorkIsStillUnusable() async throws {
        let files = try Self.files()
        try files.folder.write("a file", to: "out")
        let run = try await Self.run(files, "run --output json")
        #expect(run.status == 2)
        #expect(run.standardOutput.isEmpty)
    }

    @Test func lostOutputOfOtherCommandsIsTold() async throws {
        let files = try Self.files()
        let run = try await Self.run(files, "'\(CoordinatorProgram.url.path)' schema job >/dev/full")
        #expect(run.status == 5)
        #expect(run.standardError.contains("standard output"), "\(run.standardError)")
    }
}
