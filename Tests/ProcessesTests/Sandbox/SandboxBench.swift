import Foundation
import Glibc
import SandboxProbe
import Support
import TestSupport
import Testing

/// Who runs confined programs.
enum Caller: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case root
    /// The user of the tests, or one that has nothing where that is root.
    case unprivileged

    /// Those as whom these tests can act.
    static let possible: [Caller] = geteuid() == 0 ? [.root, .unprivileged] : [.unprivileged]

    var testDescription: String { "as \(rawValue)" }

    /// What starts a program as a user.
    static func words(as user: uid_t) -> [String] {
        guard user != geteuid() else { return [] }
        return ["/usr/bin/setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups"]
    }
}

/// The levels that confine.
let confiningLevels = [SandboxLevel.bubblewrap, .landlock]

/// Folders for confined programs, and the probe that runs them.
final class SandboxBench: Sendable {
    let caller: Caller
    /// The user as whom the probe is run. Where that may be any, it is nobody else's: limits count all of a user's
    /// processes.
    let user: uid_t
    /// The user as whom its confined programs run.
    let programUser: uid_t
    private let folder: TemporaryFolder

    static let python = "/usr/bin/python3"
    static let probe = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "SandboxProbe")
    private static let escapes = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Escapes")

    init(_ caller: Caller) throws {
        self.caller = caller
        user = caller == .root ? 0 : geteuid() == 0 ? .random(in: 100_000...1_000_000) : geteuid()
        programUser = caller == .root ? 65_534 : user
        folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\n", to: "tmp/empty")
        try folder.write("kept", to: "outside/file")
        try folder.write("private", to: "outside/.ssh/id_ed25519")
        try folder.write("", to: "scratch/home/empty")
        for name in ["escape", "files", "processes", "network", "kernel", "victim"] {
            try folder.write(
                String(contentsOf: Self.escapes.appending(path: name + ".py"), encoding: .utf8), to: "copy/\(name).py")
        }
        try hand(over: "copy", to: user)
        try hand(over: "scratch", to: user)
        try hand(over: "tmp", to: user)
        // Nothing but the sandbox keeps a program from these.
        try hand(over: "outside", to: programUser)
    }

    var folderPath: String { folder.path }
    var copy: String { folder.path + "/copy" }
    var scratch: String { folder.path + "/scratch" }
    var outside: String { folder.path + "/outside" }

    func write(_ text: String, to name: String, mode: mode_t = 0o644) throws {
        try folder.write(text, to: name)
        try #require(chmod(folder.path + "/" + name, mode) == 0)
        try hand(over: String(name.prefix { $0 != "/" }), to: user)
    }

    private func hand(over name: String, to user: uid_t) throws {
        let top = folder.path + "/" + name
        let below = FileManager.default.subpaths(atPath: top) ?? []
        for path in [top] + below.map({ top + "/" + $0 }) {
            if geteuid() == 0 { try #require(lchown(path, user, user) == 0) }
        }
    }

    func request(_ command: [String], at level: SandboxLevel) -> ProbeRequest {
        ProbeRequest(command, SandboxPolicy(level: level), folder: copy, scratch: scratch)
    }

    /// Runs a confined program.
    func run(
        _ command: [String], at level: SandboxLevel, words: [String] = [], variables: [String: String] = [:],
        change: (inout ProbeRequest) -> Void = { _ in }
    ) async throws -> ProbeAnswer {
        var request = request(command, at: level)
        change(&request)
        return try await run(request, words: words, variables: variables)
    }

    func run(
        _ script: String, at level: SandboxLevel, change: (inout ProbeRequest) -> Void = { _ in }
    ) async throws -> ProbeAnswer { try await run(["sh", "-c", script], at: level, change: change) }

    func run(
        _ request: ProbeRequest, words: [String] = [], variables: [String: String] = [:]
    ) async throws -> ProbeAnswer {
        let program = try await Program.run(
            URL(filePath: "/usr/bin/env"), words + self.words(request),
            environment: environment.merging(variables) { $1 })
        let line = program.standardOutput.split(separator: "\n").last ?? ""
        return try #require(
            try? JSONDecoder().decode(ProbeAnswer.self, from: Data(line.utf8)), "\(program.status): \(program.output)")
    }

    private var environment: [String: String] { ["TMPDIR": folder.path + "/tmp", "COORDINATOR_SANDBOX": ""] }

    private func words(_ request: ProbeRequest) throws -> [String] {
        Caller.words(as: user) + [Self.probe.path, String(decoding: try JSONEncoder().encode(request), as: UTF8.self)]
    }

    /// Starts the probe without waiting for it. What it prints is lost.
    func start(_ request: ProbeRequest) throws -> ChildProcess {
        let words = try words(request)
        var launch = ChildProcess.Launch(words[0], Array(words.dropFirst()))
        launch.environment = environment
        return try ChildProcess(launch)
    }

    /// Tries an escape.
    func attempt(
        _ escape: String, _ arguments: [String] = [], at level: SandboxLevel, words: [String] = [],
        change: (inout ProbeRequest) -> Void = { _ in }
    ) async throws -> ProbeAnswer {
        try await run([Self.python, "escape.py", escape] + arguments, at: level, words: words, change: change)
    }

    func victim() async throws -> Victim {
        try await Victim(as: programUser, [Self.python, Self.escapes.path + "/victim.py", outside])
    }
}

/// A process of the user as whom confined programs run, outside of their sandbox.
final class Victim: Sendable {
    struct Facts: Codable {
        let process: pid_t
        let secret: UInt64
        let tcp4, tcp6, udp4, udp6: Int
    }

    let facts: Facts
    private let child: ChildProcess
    private let input: ClosedOnExecPipe

    init(as user: uid_t, _ command: [String]) async throws {
        let output = try #require(ClosedOnExecPipe())
        input = try #require(ClosedOnExecPipe())
        let words = Caller.words(as: user) + command
        var launch = ChildProcess.Launch(words[0], Array(words.dropFirst()))
        (launch.output, launch.input) = (output.writing, input.reading)
        launch.errors = STDERR_FILENO
        launch.environment = ["VICTIM": "secret"]
        child = try ChildProcess(launch)
        close(output.writing)
        close(input.reading)
        let line = try #require(try await LineReader(output.reading).next())
        facts = try JSONDecoder().decode(Facts.self, from: Data(line.utf8))
    }

    var isAlive: Bool { kill(facts.process, 0) == 0 }
    /// Whether nothing of it was changed that others of its user may change.
    var isUntouched: Bool {
        isAlive && getpriority(.init(PRIO_PROCESS.rawValue), id_t(facts.process)) == 0
    }

    deinit {
        child.signal(SIGKILL)
        close(input.writing)
    }
}
