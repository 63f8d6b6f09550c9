import Dispatch
import Glibc
import Subprocess
import Support

/// Runs other programs so that no process of theirs outlives the call.
///
/// Each program gets a session and process group of its own, and a mark in its environment that its children inherit.
/// However the run ends (by the program's exit, the timeout, the cancellation of the calling task), the whole group,
/// the session, all descendants and all processes with the mark are killed before the call returns: background
/// processes and those that forked twice into a session of their own. A process that also wiped its environment is
/// found only where this process adopts orphans (``ProcessAdoption``). A process that adopts orphans must start all
/// programs by runners with the same ``ProcessAdoption``. Where this process ends before the call returns, as by SIGKILL,
/// a ``ProcessWatch`` kills them.
package struct ProgramRunner: Sendable {
    private let adoption: ProcessAdoption?
    private let watch: ProcessWatch?

    /// Makes a runner.
    /// - Parameters:
    ///   - adoption: Distinguishes orphans from programs that were started; `nil` where this process does not adopt
    ///     orphans.
    ///   - watch: Ends the programs when this process ends without doing so; `nil` where nothing does.
    package init(adoption: ProcessAdoption? = nil, watch: ProcessWatch? = nil) {
        self.adoption = adoption
        self.watch = watch
    }

    /// Whether a process is one of the programs that runners with the same watch have started, or what such a program
    /// started.
    package func descent(of process: pid_t) -> ProcessDescent {
        ProcessDescent.of(process, from: getpid(), family: watch?.family, limit: watch?.limit)
    }

    /// Runs a program to its end.
    ///
    /// A status other than 0, a signal and a timeout are results, not errors; but for a script whose interpreter `env`
    /// does not find.
    /// - Parameter invocation: What to run, with its limits.
    /// - Returns: How it ended and what it wrote.
    /// - Throws: ``ProgramError`` when the program could not be started, or not be confined as asked; `CancellationError` when the task was
    ///   cancelled.
    package func run(_ invocation: ProgramInvocation) async throws -> ProgramResult {
        try Task.checkCancellation()
        guard let program = invocation.arguments.first, !program.isEmpty else {
            throw ProgramError(code: .emptyCommand, program: "", cause: "the list of arguments is empty")
        }
        var launches = 1
        while true {
            do {
                let result = try await launch(invocation, program: program)
                if ProgramFile.envStatuses.contains(where: { result.ending == .exited($0) }),
                    let fault = ProgramFile.missingInterpreter(of: program, invocation)
                {
                    throw ProgramError(code: fault.code, program: program, cause: fault.cause)
                }
                return result
            } catch let error as ProgramError where error.code == .busy && launches < Self.busyLaunches {
                launches += 1
                try await Task.sleep(for: Self.busyPause)
            }
        }
    }

    /// How often, and how far apart, a start is tried while the program's file is still open for writing (`ETXTBSY`): a
    /// process that was forked while the file was written closes it at its own exec, a moment later.
    private static let busyLaunches = 50
    private static let busyPause = Duration.milliseconds(10)

    private func launch(_ invocation: ProgramInvocation, program: String) async throws -> ProgramResult {
        // Before there is anything that would be left: a control group, then processes.
        watch?.programStarts()
        defer { watch?.programEnded() }
        let input = try InputFile(of: invocation, program: program)
        let confined = try invocation.sandbox.map { try SandboxLaunch($0, of: invocation, program: program) }
        do {
            let result = try await launch(invocation, confined, program: program, input: input)
            await confined?.remove()
            return result
        } catch {
            await confined?.remove()
            throw error
        }
    }

    private func launch(
        _ invocation: ProgramInvocation, _ confined: SandboxLaunch?, program: String, input: InputFile
    ) async throws -> ProgramResult {
        let start = ContinuousClock.now
        var options = PlatformOptions()
        options.createSession = true
        var environment: [Environment.Key: String] = [:]
        for (name, value) in confined?.environment ?? invocation.environment {
            environment[.init(stringLiteral: name)] = value
        }
        let mark = ProcessMark(watch?.family ?? ProcessMark.Family())
        environment[.init(stringLiteral: ProcessMark.variable)] = mark.value
        adoption?.launching()
        var hasStarted = false
        defer { if !hasStarted { adoption?.launchFailed() } }

        do {
            let result = try await Subprocess.run(
                Self.executable(of: program, confined),
                arguments: Self.arguments(of: invocation, confined),
                environment: .custom(environment),
                workingDirectory: (confined.map(\.folder) ?? invocation.workingDirectory).map { .init($0) },
                platformOptions: options,
                input: .fileDescriptor(.init(rawValue: input.descriptor), closeAfterSpawningProcess: false),
                output: .sequence, error: .sequence
            ) { execution in
                adoption?.launched(execution.processIdentifier.value)
                hasStarted = true
                return try await supervise(execution, invocation, mark, isContained: confined?.isContained == true)
            }
            adoption?.reaped(result.processIdentifier.value)
            if let confined, confined.hasExecuted { invocation.ran?(confined.summary) }
            try Task.checkCancellation()
            let supervised = result.closureResult
            let ending: ProgramResult.Ending =
                switch result.terminationStatus {
                case .exited(let status): .exited(Int32(status))
                case .signaled(let signal): .signalled(Int32(signal))
                }
            let ended = ProgramResult(
                ending: ending, timedOut: supervised.reason == .timeout, exceeded: supervised.reason == .excess,
                standardOutput: supervised.output.bytes,
                standardError: supervised.error.bytes, standardOutputTruncated: supervised.output.truncated,
                standardErrorTruncated: supervised.error.truncated, duration: .now - start)
            let wasEnded = supervised.reason == .timeout || supervised.reason == .excess
            return try confined?.conclude(ended, wasEnded: wasEnded) ?? ended
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ProgramError(error, invocation, program: program)
        }
    }

    private static func executable(of program: String, _ confined: SandboxLaunch?) -> Executable {
        if confined?.stage != nil { return .path(.init(SandboxStage.executable)) }
        return program.contains("/") ? .path(.init(program)) : .name(program)
    }

    private static func arguments(of invocation: ProgramInvocation, _ confined: SandboxLaunch?) -> Arguments {
        if let stage = confined?.stage {
            return .init(executablePathOverride: SandboxStage.name, remainingValues: stage.words)
        }
        return .init(Array(invocation.arguments.dropFirst()))
    }

    private typealias Running = Execution<FileDescriptorInput, SequenceOutput, SequenceOutput>

    private struct Supervised: Sendable {
        var output: CappedBytes
        var error: CappedBytes
        var reason: ProcessGroup.Reason?
    }

    /// Reads both streams while a timer, the task's cancellation and the program's own exit may end the group.
    private func supervise(
        _ execution: Running, _ invocation: ProgramInvocation, _ mark: ProcessMark, isContained: Bool
    ) async throws -> Supervised {
        let group = ProcessGroup(
            leader: execution.processIdentifier.value, mark: mark, adoption: adoption, isContained: isContained)
        let grace = invocation.terminationGrace
        // A dispatch timer, not a task that sleeps: it fires on a busy cooperative pool and keeps no memory once
        // cancelled.
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + invocation.timeout.dispatchInterval)
        timer.setEventHandler { group.end(for: .timeout, grace: grace) }
        timer.activate()
        defer {
            timer.cancel()
            group.finish()
        }
        return try await withTaskCancellationHandler {
            async let output = CappedBytes(
                draining: execution.standardOutput, limit: invocation.outputLimit, keeps: invocation.keeps,
                onExcess: { if invocation.endsOnExcess { group.kill(for: .excess) } }, piece: invocation.outputPiece)
            async let error = CappedBytes(
                draining: execution.standardError, limit: invocation.errorLimit, keeps: invocation.keeps,
                line: invocation.errorLine)
            // Killing the remaining processes as soon as the program itself ends also closes pipes that they hold.
            await group.killAfterLeaderExit(descriptor: execution.processIdentifier.processDescriptor)
            return try await Supervised(output: output, error: error, reason: group.reason)
        } onCancel: {
            group.end(for: .cancellation, grace: grace)
        }
    }
}

/// The first or last bytes of a stream, up to a limit.
private struct CappedBytes: Sendable {
    var bytes: [UInt8] = []
    var truncated = false

    /// Reads a stream to its end, keeping at most `limit` bytes.
    ///
    /// - Parameters:
    ///   - onExcess: is called once, when the stream exceeds the limit.
    ///   - piece: receives each piece.
    ///   - line: receives each line.
    init(
        draining stream: SubprocessOutputSequence, limit: Int, keeps: ProgramInvocation.Kept, onExcess: () -> Void = {},
        piece: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil, line: (@Sendable (String) -> Void)? = nil
    ) async throws {
        var lines = line.map { LineCutter(limit: ProgramInvocation.errorLineLimit, take: $0) }
        var count = 0
        for try await chunk in stream {
            chunk.withUnsafeBytes { bytes in
                piece?(bytes)
                lines?.read(bytes)
            }
            if count <= limit, count + chunk.count > limit { onExcess() }
            count += chunk.count
            switch keeps {
            case .start:
                let room = limit - bytes.count
                chunk.withUnsafeBytes { bytes.append(contentsOf: $0.prefix(max(0, room))) }
            case .end:
                chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
                // Cut rarely: each cut moves all bytes that are kept.
                if bytes.count > 2 * limit + (1 << 16) { bytes.removeFirst(bytes.count - limit) }
            }
        }
        lines?.end()
        truncated = count > limit
        if bytes.count > limit { bytes.removeFirst(bytes.count - limit) }
    }
}

/// Cuts bytes into lines, and keeps the first bytes of each.
private struct LineCutter {
    let limit: Int
    let take: @Sendable (String) -> Void
    private var line: [UInt8] = []

    init(limit: Int, take: @escaping @Sendable (String) -> Void) {
        self.limit = limit
        self.take = take
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                end()
            } else if line.count < limit {
                line.append(byte)
            }
        }
    }

    /// Passes on the line read so far, if it has bytes.
    mutating func end() {
        guard !line.isEmpty else { return }
        take(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
    }
}

/// Standard input as an unlinked file: a pipe would raise SIGPIPE in this process when the program does not read it. Or the
/// pipe of a ``ProgramConversation``, which prevents that.
private final class InputFile: Sendable {
    let descriptor: Int32

    init(of invocation: ProgramInvocation, program: String) throws {
        let folder = Folders.temporary
        func failure() -> ProgramError { ProgramError(keepingInputOf: program, in: folder, errno: errno) }
        if let pipe = invocation.inputDescriptor {
            descriptor = fcntl(pipe, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw failure() }
            return
        }
        let bytes = invocation.standardInput
        guard !bytes.isEmpty else {
            descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure() }
            return
        }
        let path = "\(folder)/tool-input-\(getpid())-\(UInt64.random(in: .min ... .max))"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        unlink(path)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}

extension Duration {
    /// For a dispatch deadline; at least one nanosecond, at most about a year.
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = min(self, .longest).components
        guard seconds < 31_536_000 else { return .seconds(31_536_000) }
        return .nanoseconds(max(1, Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)))
    }
}
