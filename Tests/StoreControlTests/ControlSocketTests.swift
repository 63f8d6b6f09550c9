import Coordinator
import Foundation
import Glibc
import Processes
import StoreControl
import Support
import TestSupport
import Testing

/// Says what it was asked, and by whom.
private struct Echo: StoreRequestHandler {
    func answer(_ request: StoreRequest, by name: String) async -> StoreAnswer {
        .done("\(request.job): \(request.action), by \(name)")
    }
}

/// Answers nothing until it is cancelled.
private struct Silent: StoreRequestHandler {
    func answer(_: StoreRequest, by _: String) async -> StoreAnswer {
        // A stream that nobody writes to ends when its reader is cancelled.
        let forever = AsyncStream<Never> { _ in }
        for await _ in forever {}
        return .refused("cancelled")
    }
}

@Suite(.timeLimit(.minutes(2))) struct ControlSockets {
    private let folder: TemporaryFolder
    private let store: String
    private let request = StoreRequest(job: "j", .cancel(reason: "enough"))

    init() throws {
        folder = try TemporaryFolder()
        store = folder.file("jobs.db").path
    }

    private func listening(
        _ handler: any StoreRequestHandler = Echo(), runner: ProgramRunner = ProgramRunner(),
        limits: ControlLimits = ControlLimits()
    ) throws -> ControlSocket {
        try ControlSocket(store: store, handler: handler, runner: runner, runtime: nil, limits: limits)
    }

    /// Asks on a thread of its own, since the holder in this process needs those of tasks.
    private func ask(_ store: String? = nil, _ limits: ControlLimits = ControlLimits()) async throws -> StoreAnswer {
        let client = ControlClient(store: store ?? self.store, limits: limits)
        let answer = OneShot<Result<StoreAnswer, ControlSocketError>>()
        let request = request
        let work: @Sendable () -> Void = {
            answer.set(Result { () throws(ControlSocketError) in try client.ask(request) })
        }
        try #require(DetachedThread.start(work) == 0)
        return try await answer.value.get()
    }

    /// Sends bytes as they are, and reads to the end.
    private func send(_ bytes: [UInt8]) async throws -> String {
        let path = store + ".sock"
        let answer = OneShot<String>()
        let work: @Sendable () -> Void = {
            let descriptor = Self.socket { connect($0, $1, $2) }(path)
            _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &buffer, buffer.count)
            close(descriptor)
            answer.set(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
        }
        try #require(DetachedThread.start(blockingSignals: true, work) == 0)
        return await answer.value
    }

    /// A socket at a path, bound or connected.
    private static func socket(
        _ call: @escaping @Sendable (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> @Sendable (String) -> Int32 {
        { path in
            let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, size) }
            }
            return status == 0 ? descriptor : -1
        }
    }

    @Test func requestIsAnsweredAndWhoAsksIsWhatTheKernelSays() async throws {
        let socket = try listening()
        defer { socket.end() }
        let answer = try await ask()
        #expect(answer.isDone)
        #expect(answer.message == "j: cancel(reason: \"enough\"), by \(LocalUser.description)")
        #expect(socket.note == nil)
    }

    @Test func socketBelongsToItsUserAlone() async throws {
        let socket = try listening()
        defer { socket.end() }
        var status = stat()
        #expect(lstat(store + ".sock", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func withoutAHolderNobodyListensAndWhatAnEndedOneLeftIsReplaced() async throws {
        await #expect { try await ask() } throws: { ($0 as? ControlSocketError)?.code == .nobodyListens }
        let left = Self.socket { bind($0, $1, $2) }(store + ".sock")
        #expect(left >= 0)
        close(left)
        await #expect { try await ask() } throws: { ($0 as? ControlSocketError)?.code == .nobodyListens }
        let socket = try listening()
        #expect(try await ask().isDone)
        socket.end()
        #expect(!folder.exists("jobs.db.sock"))
        await #expect { try await ask() } throws: { ($0 as? ControlSocketError)?.code == .nobodyListens }
    }

    @Test func fileThatIsNoSocketIsLeftAlone() async throws {
        try folder.write("mine", to: "jobs.db.sock")
        #expect { try listening() } throws: { "\($0)".contains("jobs.db.sock: a file stands where commands") }
        #expect(try folder.read("jobs.db.sock") == "mine")
    }

    @Test func pathThatIsTooLongForASocketIsALinkToAShorterOne() async throws {
        let deep = folder.file(String(repeating: "d", count: 120))
        try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
        let runtime = folder.file("r")
        try FileManager.default.createDirectory(
            at: runtime, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let store = deep.appending(path: "jobs.db").path
        let socket = try ControlSocket(
            store: store, handler: Echo(), runner: ProgramRunner(), runtime: runtime.path)
        #expect(socket.note?.contains("is too long for a socket; it links to \(runtime.path)/coordinator-") == true)
        #expect(try await ask(store).isDone)
        socket.end()
        #expect(folder.files == [])
    }

    @Test func folderThatOthersMayWriteToGetsNoSocket() async throws {
        let deep = folder.file(String(repeating: "d", count: 120))
        try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
        let shared = folder.file("r")
        try FileManager.default.createDirectory(
            at: shared, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o770])
        let store = deep.appending(path: "jobs.db").path
        let socket = try ControlSocket(store: store, handler: Echo(), runner: ProgramRunner(), runtime: shared.path)
        defer { socket.end() }
        #expect(socket.note?.contains(shared.path + "/") == false)
    }

    @Test func requestThatIsTooLongBrokenOrOfAnotherVersionIsRefusedInWords() async throws {
        var limits = ControlLimits()
        limits.lineBytes = 1_000
        let socket = try listening(limits: limits)
        defer { socket.end() }
        let long = try await send([UInt8](repeating: 0x20, count: 100_000))
        #expect(long.contains("The request is longer than 1000 bytes; nothing was done."))
        #expect(try await send(Array("nonsense\n".utf8)).contains("The request is not one that this version knows"))
        let newer = #"{"schema_version": 2, "command": "cancel", "job_id": "j", "reason": "r"}"# + "\n"
        #expect(try await send(Array(newer.utf8)).contains("schema_version 2 is not known"))
        let unknown = #"{"schema_version": 1, "command": "destroy", "job_id": "j"}"# + "\n"
        #expect(try await send(Array(unknown.utf8)).contains(#""done":false"#))
    }

    @Test func requestThatDoesNotArriveInTimeIsRefused() async throws {
        var limits = ControlLimits()
        limits.lineTime = .milliseconds(50)
        let socket = try listening(limits: limits)
        defer { socket.end() }
        #expect(try await send(Array(#"{"schema_version""#.utf8)).contains("did not arrive within"))
    }

    @Test func holderThatDoesNotDoItInTimeSaysThatNobodyKnows() async throws {
        var limits = ControlLimits()
        limits.answerTime = .milliseconds(50)
        let socket = try listening(Silent(), limits: limits)
        defer { socket.end() }
        let answer = try await ask()
        #expect(!answer.isDone)
        #expect(answer.message.contains("may be done yet"))
    }

    @Test func connectionsBeyondTheLimitAreToldToComeAgain() async throws {
        var limits = ControlLimits()
        limits.connections = 0
        let socket = try listening(limits: limits)
        defer { socket.end() }
        #expect(try await ask().message == "0 commands are being answered; ask again.")
    }

    /// The ways in which a program of an agent may try to look like somebody else.
    static let disguises = [
        "exec python3 -c \"$ASK\" \"$STORE\"",
        "python3 -c \"$ASK\" \"$STORE\"",
        "env -i PATH=\"$PATH\" python3 -c \"$ASK\" \"$STORE\"",
        "(setsid python3 -c \"$ASK\" \"$STORE\" >answer 2>&1 &) ; while ! grep -q done answer 2>/dev/null; do :; done; cat answer",
    ]

    @Test(arguments: disguises) func programOfAnAgentIsRefused(line: String) async throws {
        let runner = ProgramRunner(watch: ProcessWatch(adoption: nil, warn: { _ in }))
        let socket = try listening(runner: runner)
        defer { socket.end() }
        let ask = """
            import socket, sys
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(sys.argv[1])
            try:
                peer.sendall(b'{"schema_version": 1, "command": "cancel", "job_id": "j", "reason": "r"}\\n')
            except BrokenPipeError:
                pass  # refused before it was read
            print(peer.makefile().readline())
            """
        var invocation = ProgramInvocation(["sh", "-c", line], workingDirectory: folder.path)
        invocation.environment["ASK"] = ask
        invocation.environment["STORE"] = store + ".sock"
        let result = try await runner.run(invocation)
        #expect(result.outputText.contains("an agent does not answer for a person"), "\(result)")
        #expect(result.outputText.contains(#""done":false"#))
    }

    static let requests: [StoreRequest.Action] = [
        .approve(RunIdentity(agent: "a", round: 2, item: 3), ApprovalAnswer("yes", remark: "r", digest: "sha256:0")),
        .approve(RunIdentity(agent: "a"), ApprovalAnswer("no")),
        .signal(name: "freeze", value: ["until": [1, nil, true]]), .cancel(reason: "a \"reason\"\n"),
        .resolve(RunIdentity(agent: "a", item: 0), .succeeded, Contribution(set: ["artifacts.x": 1])),
        .resolve(RunIdentity(agent: "a"), .retry, nil),
    ]

    @Test(arguments: requests) func requestReadsAsItWasWritten(action: StoreRequest.Action) throws {
        let request = StoreRequest(job: "job/1 é", action)
        #expect(try JSONValue(json: try JSONValue(encoding: request).json().utf8).decoded() == request)
    }
}
