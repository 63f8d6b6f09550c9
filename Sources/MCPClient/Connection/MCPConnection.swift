import Coordinator
import CurlClient
import Logging
import Processes
import Support

/// A connection to a server of tools for the time of one attempt: the server is started or asked at the first use, and
/// started once more when it has died.
///
/// Any number of calls may be open at once. Whatever the server does, each ends by its deadline, or when its task is
/// cancelled, and the server is told then. ``close()`` leaves no process behind; so does releasing the last reference,
/// without waiting for it.
package final class MCPConnection: Sendable {
    /// How often the server is started: at the first use, and once more when it has died.
    package static let starts = 2

    private struct State {
        var opening: SessionOpening?
        var starts = 0
        var isClosed = false
    }

    /// The server.
    package let server: MCPServer
    private let client: @Sendable () throws -> HTTPClient
    private let runner: ProgramRunner
    private let logger: Logger
    private let probe: Duration
    private let observer: RequestObserver
    private let state = Locked(State())

    /// - Parameters:
    ///   - client: the HTTP client for a server that is a service.
    ///   - runner: starts a server that is a program.
    ///   - logger: gets what the server writes to its standard error.
    ///   - probe: how long it may take to say which versions it knows, until it is taken for one of the era before.
    package init(
        _ server: MCPServer, client: @escaping @Sendable () throws -> HTTPClient, runner: ProgramRunner, logger: Logger,
        probe: Duration = MCPLimits.probe
    ) {
        self.server = server
        self.client = client
        self.runner = runner
        self.logger = logger
        self.probe = probe
        observer = RequestObserver(server)
    }

    /// The server's tools.
    ///
    /// - Throws: ``MCPError``.
    package func tools(until deadline: ContinuousClock.Instant) async throws(MCPError) -> [MCPTool] {
        try await spoken { () throws(MCPError) in
            let session = try await session(until: deadline)
            var listing = ToolListing()
            var cursor: String?
            for _ in 0..<MCPLimits.pages {
                let params: JSONObject = cursor.map { ["cursor": .string($0)] } ?? [:]
                let page = try await ServerRequest(session, "tools/list").result(params, until: deadline)
                guard let next = try listing.take(page) else {
                    for omission in listing.omissions {
                        logger.warning("the server of tools \(server.name) offers \(omission); it is left out")
                    }
                    session.carrier?.learn(listing.tools)
                    return listing.tools
                }
                guard next != cursor else { break }
                cursor = next
            }
            throw MCPError(.invalidAnswer, "has a list of tools that does not end within \(MCPLimits.pages) pages")
        }
    }

    /// Calls a tool.
    ///
    /// - Parameters:
    ///   - reply: what a person answered to the question that this call asked before.
    ///   - report: gets what the server says about its progress.
    /// - Throws: ``MCPError``.
    package func call(
        _ tool: String, _ arguments: JSONObject, reply: MCPReply? = nil, until deadline: ContinuousClock.Instant,
        reporting report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MCPError) -> MCPAnswer {
        try await spoken { () throws(MCPError) in
            let session = try await session(until: deadline)
            let call = ToolCalling(
                session: session, tool: tool, arguments: arguments, deadline: deadline, report: report)
            return try await call.answer(reply)
        }
    }

    /// Ends the server where it is a program, and the session where it is a service. A connection that was closed stays so.
    package func close() async {
        let opening = state.withLock { state in
            state.isClosed = true
            return state.opening
        }
        await opening?.close()
    }

    /// The version of the protocol that is spoken; `nil` before that is agreed on.
    package var protocolVersion: String? {
        guard case .success(let session)? = state.withLock({ $0.opening })?.current else { return nil }
        return session.versionName
    }

    /// How the server's program was confined, once it has ended; `nil` where that was not asked for.
    package var confinement: SandboxReport? {
        guard case .success(let session)? = state.withLock({ $0.opening })?.current else { return nil }
        return (session.carrier as? ProgramCarrier)?.confinement
    }

    private func session(until deadline: ContinuousClock.Instant) async throws(MCPError) -> MCPSession {
        let opening: Result<SessionOpening, MCPError> = state.withLock { state in
            guard !state.isClosed else {
                return .failure(MCPError(.unavailable, "is not asked any more: it was closed"))
            }
            if let opening = state.opening {
                guard let fault = Self.fault(of: opening) else { return .success(opening) }
                guard state.starts < Self.starts else {
                    let words = "is not started again. The last time it " + fault.message
                    return .failure(MCPError(fault.code == .sandbox ? .sandbox : .unavailable, words))
                }
            }
            state.starts += 1
            let end = max(deadline, .now + MCPLimits.opening)
            let opening = SessionOpening { [server, client, runner, logger, observer, probe] in
                let session = MCPSession(logger: logger, observer: observer)
                do throws(MCPError) {
                    session.carrier = try await Self.carrier(server, session.events, client, runner, logger)
                    try await Agreement.reach(with: session, probe: probe, until: end)
                    return .success(session)
                } catch {
                    await session.close()
                    return .failure(error)
                }
            }
            state.opening = opening
            return .success(opening)
        }
        return try await opening.get().session(until: deadline)
    }

    /// Why no request can be made of what was opened; `nil` while it may be.
    private static func fault(of opening: SessionOpening) -> MCPError? {
        switch opening.current {
        case .success(let session): session.fault
        case .failure(let error): error
        case nil: nil
        }
    }

    private static func carrier(
        _ server: MCPServer, _ events: CarrierEvents, _ client: @Sendable () throws -> HTTPClient,
        _ runner: ProgramRunner,
        _ logger: Logger
    ) async throws(MCPError) -> any MessageCarrier {
        switch server.transport {
        case .command(let command, let environment, let folder, let sandbox):
            let folder = try await ServerFolder(folder, sandbox, runner: runner)
            return try ProgramCarrier(
                command, environment: environment, in: folder, runner: runner, logger: logger, events: events)
        case .url(let url, let token):
            do {
                return ServiceCarrier(url, token: token, client: try client(), events: events)
            } catch {
                throw MCPError(.unavailable, "could not be asked: \(error)")
            }
        }
    }

    /// Completes what an error says to a sentence about the server.
    private func spoken<Value>(_ body: () async throws(MCPError) -> Value) async throws(MCPError) -> Value {
        do {
            return try await body()
        } catch {
            throw MCPError(error.code, "the server of tools \"\(server.name)\" \(error.message)")
        }
    }
}
