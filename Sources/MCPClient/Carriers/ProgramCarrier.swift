import Coordinator
import Logging
import Processes
import Support

/// Carries messages over the standard streams of a program: one line each.
final class ProgramCarrier: MessageCarrier {
    private let conversation: ProgramConversation
    private let output: ProgramOutput
    /// Keeps the copy of it.
    private let folder: ServerFolder
    /// How the program is confined, once it has ended; `nil` where that was not asked for.
    var confinement: SandboxReport? { output.confinement }

    /// Starts the program.
    ///
    /// - Throws: ``MCPError``, whose message is the rest of a sentence about the server.
    init(
        _ command: [String], environment: [String: String], in folder: ServerFolder, runner: ProgramRunner,
        logger: Logger,
        events: CarrierEvents
    ) throws(MCPError) {
        let output = ProgramOutput(events, logger: logger)
        self.output = output
        self.folder = folder
        var invocation = ProgramInvocation(command, workingDirectory: folder.path, environment: environment)
        invocation.sandbox = folder.sandbox
        invocation.timeout = .seconds(365 * 24 * 3600)
        invocation.terminationGrace = MCPLimits.terminationGrace
        // What it writes is read as it comes and kept nowhere.
        invocation.outputLimit = 0
        invocation.errorLimit = 4 << 10
        invocation.keeps = .end
        invocation.errorLine = { output.log($0) }
        do {
            conversation = try ProgramConversation(
                invocation, runner: runner, receiving: { output.take($0) }, ended: { output.end($0) })
        } catch {
            throw MCPError(ofStarting: error)
        }
        output.stop = { [weak conversation] in conversation?.end() }
    }

    var waitsForAnswers: Bool { false }

    func send(_ message: RPCMessage, until deadline: ContinuousClock.Instant) async throws(MCPError) {
        guard var bytes = message.bytes else {
            throw MCPError(.refused, "was not asked: the arguments hold a number that JSON does not have")
        }
        guard bytes.count <= MCPLimits.message else {
            throw MCPError(.refused, "was not asked: the message has more than \(MCPLimits.message) bytes")
        }
        bytes.append(0x0A)
        guard conversation.send(bytes) else {
            throw output.fault ?? MCPError(.died, "does not read what it is asked")
        }
    }

    func agree(on version: String?) {}

    func learn(_ tools: [MCPTool]) {}

    func abandon(_ id: Int64, _ reason: String) async {
        let params: JSONObject = ["requestId": .integer(id), "reason": .string(reason)]
        guard var bytes = RPCMessage.notification(method: "notifications/cancelled", params: params).bytes else {
            return
        }
        bytes.append(0x0A)
        // A server that has ended or does not read needs no notice.
        _ = conversation.send(bytes)
    }

    func close() async {
        output.drop()
        await conversation.close(within: MCPLimits.closing)
    }

    func giveUp() {
        output.drop()
        conversation.end()
    }
}

/// What a program writes, on its way to who owns the connection.
private final class ProgramOutput: Sendable {
    private struct State {
        var lines = MessageLines()
        var isDropped = false
        var logged = 0
        var fault: MCPError?
        var confinement: SandboxReport?
        var stop: @Sendable () -> Void = {}
    }

    private let events: CarrierEvents
    private let logger: Logger
    private let state = Locked(State())

    init(_ events: CarrierEvents, logger: Logger) {
        self.events = events
        self.logger = logger
    }

    /// Ends the program.
    var stop: @Sendable () -> Void {
        get { state.withLock { $0.stop } }
        set { state.withLock { $0.stop = newValue } }
    }

    /// Why nothing comes any more.
    var fault: MCPError? { state.withLock { $0.fault } }
    var confinement: SandboxReport? { state.withLock { $0.confinement } }

    /// Takes no messages any more: nobody waits for one, and a server that floods would keep the reader busy.
    func drop() { state.withLock { $0.isDropped = true } }

    func take(_ bytes: UnsafeRawBufferPointer) {
        // One piece comes after the other.
        let lines: [[UInt8]]? = state.withLock { state in
            guard state.fault == nil, !state.isDropped else { return [] }
            do {
                return try state.lines.read(bytes)
            } catch {
                return nil
            }
        }
        guard let lines else {
            fail(MCPError(.invalidAnswer, "sent a message of more than \(MCPLimits.message) bytes"))
            stop()
            return
        }
        for line in lines {
            do throws(RPCMessage.Malformed) {
                events.message(try RPCMessage(line))
            } catch {
                events.malformed(error.reason)
            }
        }
    }

    func log(_ line: String) {
        let count = state.withLock { state in
            state.logged = min(state.logged + 1, MCPLimits.logLines + 1)
            return state.logged
        }
        guard count <= MCPLimits.logLines else { return }
        logger.info("\(ForeignText.dotted(line))")
        if count == MCPLimits.logLines { logger.info("further lines of this server's standard error are not logged") }
    }

    func end(_ result: Result<ProgramResult, any Error>) {
        switch result {
        case .success(let result):
            state.withLock { $0.confinement = result.sandbox }
            fail(MCPError(.died, "ended \(Self.words(of: result))"))
        case .failure(let error as ProgramError): fail(MCPError(ofStarting: error))
        case .failure: fail(MCPError(.died, "was ended"))
        }
    }

    private func fail(_ error: MCPError) {
        let isFirst = state.withLock { state in
            guard state.fault == nil else { return false }
            state.fault = error
            return true
        }
        if isFirst { events.ended(error) }
    }

    private static func words(of result: ProgramResult) -> String {
        let how =
            switch result.ending {
            case .exited(let status): "with exit status \(status)"
            case .signalled(let signal): "by signal \(signal)"
            }
        let limits =
            result.reachedLimits.isEmpty
            ? "" : ", having reached its sandbox's \(SandboxReport.names(result.reachedLimits))"
        let said = result.errorText.split(whereSeparator: \.isNewline).map { ForeignText.dotted($0) }.filter {
            !$0.isEmpty
        }
        let tail = said.suffix(3).joined(separator: "; ").suffix(MCPLimits.words)
        return how + limits + (tail.isEmpty ? "; it said nothing on standard error" : ": \(tail)")
    }
}

extension MCPError {
    /// - Parameter error: why a program could not be started.
    init(ofStarting error: ProgramError) {
        self.init(error.code == .sandbox ? .sandbox : .unavailable, "could not be started. \(error)")
    }
}
