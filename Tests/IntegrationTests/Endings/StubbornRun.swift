import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// `coordinator run` of a job with one agent that has succeeded, and one whose program has left its group, its session, its
/// parent and its environment in every way that there is.
struct StubbornRun {
    let process: ChildProcess
    let files: JobFiles
    let errors: LineReader
    let programs: MarkedPrograms

    /// Four processes: one with a session of its own and no parent, one that has no environment either, one in the
    /// program's group without an environment, and the program.
    private static let program = """
        import os, sys, time
        def daemon(environment):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for descriptor in range(3):
                        os.close(descriptor)
                    os.execve("/bin/sleep", ["sleep", sys.argv[1]], environment)
                os._exit(0)
            os.wait()
        daemon(os.environ)
        daemon({})
        if os.fork() == 0:
            os.execve("/usr/bin/env", ["env", "-i", "sleep", sys.argv[1]], {})
        while True:
            print("is at work", file=sys.stderr, flush=True)
            time.sleep(0.1)
        """

    static let processCount = 4

    /// Contributes as many numbers as its argument says.
    private static let quickProgram = """
        import json, sys
        print(json.dumps({"set": {"artifacts.quick": [1] * int(sys.argv[1])}}))
        """

    /// Ignores the signals in its first argument, and becomes the program of the others.
    private static let signalIgnorer = """
        import os, signal, sys
        for number in sys.argv[1].split():
            signal.signal(int(number), signal.SIG_IGN)
        os.execvp(sys.argv[2], sys.argv[2:])
        """

    /// Starts the run and waits until all its processes are there.
    ///
    /// - Parameters:
    ///   - wrapper: a program that gets the run's command as its arguments.
    ///   - ignoring: signals that the run finds ignored.
    ///   - output: where the result goes, which is larger than a pipe then.
    static func start(
        wrapper: [String] = [], ignoring: [Int32] = [], environment: [String: String] = [:], output: Int32? = nil
    ) async throws -> StubbornRun {
        let programs = MarkedPrograms()
        let files = try JobFiles(
            """
            workflow: stubborn
            agents:
              - {name: quick, uses: command, command: [python3, quick.py, "\(output == nil ? 1 : 100_000)"]}
              - {name: slow, uses: command, needs: [quick], command: [python3, stubborn.py, "\(programs.token)"]}
            """)
        try files.folder.write(program, to: "stubborn.py")
        try files.folder.write(quickProgram, to: "quick.py")
        let words =
            wrapper + [
                CoordinatorProgram.url.path, "run", files.job, "--workspace", files.folder.path, "--out", files.out,
                "--no-progress",
            ]
        let (process, errors) = try launch(
            words + (output == nil ? [] : ["--output", "json"]), ignoring: ignoring, environment: environment,
            output: output)
        _ = try await errors.first(matching: /(is at work)/)
        try await eventually { programs.living.count >= processCount }
        return StubbornRun(process: process, files: files, errors: errors, programs: programs)
    }

    /// Starts a program and reads its standard error.
    static func launch(
        _ words: [String], ignoring: [Int32] = [], environment: [String: String] = [:], output: Int32? = nil
    ) throws -> (ChildProcess, LineReader) {
        let pipe = try #require(ClosedOnExecPipe())
        var words = words
        if !ignoring.isEmpty {
            words =
                ["/usr/bin/env", "python3", "-c", signalIgnorer, ignoring.map { "\($0)" }.joined(separator: " ")]
                + words
        }
        var launch = ChildProcess.Launch(words[0], Array(words.dropFirst()))
        // Swift's own report of a crash would go on with the process when somebody else has sent the signal.
        launch.environment = ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
        launch.output = output
        launch.errors = pipe.writing
        let process = try ChildProcess(launch)
        close(pipe.writing)
        return (process, LineReader(pipe.reading))
    }

    /// What the run has left in its folder.
    var result: JobResult {
        get throws {
            try JSONDecoder().decode(JobResult.self, from: Data(files.folder.read("out/result.json").utf8))
        }
    }

    /// The process that ends the programs when the run is killed; `nil` when there is none at the moment.
    var watcher: pid_t? {
        ProcessFacts.children(of: process.pid).first { ProcessFacts.name(of: $0) == "orphan-watcher" }
    }
}

/// Processes of a test, which have a random number among their arguments.
struct MarkedPrograms {
    let token = "1000.\(UInt32.random(in: 1_000_000...9_999_999))"

    /// Those that have not ended. One that has ended has no arguments, though it may be in the system's table.
    var living: [String] {
        ProcessFacts.all.compactMap { process in
            let words = ProcessFacts.words("cmdline", of: process)
            // A command line of `coordinator` may hold the number too.
            guard words.contains(token), !words.contains("run") else { return nil }
            return "\(process) \(words)"
        }
    }

    /// Waits until none lives.
    func end(fileID: String = #fileID, line: Int = #line) async throws {
        try await eventually(within: .seconds(30), fileID: fileID, line: line) { living.isEmpty }
    }
}

/// What `/proc` says of a process.
enum ProcessFacts {
    static var all: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    /// The strings of a file that separates them by null bytes.
    static func words(_ file: String, of process: pid_t) -> [String] {
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/\(file)") ?? Data()
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A line of `status`, without its name.
    static func status(_ name: String, of process: pid_t) -> String? {
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/status") ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + ":") }?
            .dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }

    static func name(of process: pid_t) -> String? { status("Name", of: process) }

    static func children(of parent: pid_t) -> [pid_t] { all.filter { status("PPid", of: $0) == "\(parent)" } }

    /// Whether a process has ended, or is about to be waited for.
    static func hasEnded(_ process: pid_t) -> Bool { status("State", of: process)?.hasPrefix("Z") ?? true }

    /// Whether a process ignores a signal.
    static func ignores(_ signal: Int32, _ process: pid_t) -> Bool { mask("SigIgn", of: process, holds: signal) }

    /// Whether a process handles a signal.
    static func handles(_ signal: Int32, _ process: pid_t) -> Bool { mask("SigCgt", of: process, holds: signal) }

    private static func mask(_ name: String, of process: pid_t, holds signal: Int32) -> Bool {
        let mask = status(name, of: process).flatMap { UInt64($0, radix: 16) } ?? 0
        return mask & (1 << UInt64(signal - 1)) != 0
    }
}
