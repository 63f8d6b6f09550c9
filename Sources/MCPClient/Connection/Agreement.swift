import Coordinator
import Support

/// Agrees with a server on a version of the protocol.
///
/// A server of ``MCPVersion/stateless`` answers `server/discover`. Whatever else comes of that question, silence included,
/// is no sign of such a server, so that a session of ``MCPVersion/session`` is begun; unless the server says that it speaks
/// only versions that are unknown here.
enum Agreement {
    private enum Verdict {
        case stateless
        case session
    }

    /// - Parameter probe: how long the server may take to answer the first question.
    /// - Throws: ``MCPError``, whose message is the rest of a sentence about the server.
    static func reach(
        with session: MCPSession, probe: Duration, until deadline: ContinuousClock.Instant
    ) async throws(MCPError) {
        var verdict = try await discover(session, within: probe, until: deadline)
        if case .session = verdict {
            session.agree(on: .session, as: nil)
            let request = ServerRequest(session, "initialize")
            switch try await request.reply(ClientIdentity.initialize, until: deadline).answer {
            case .success(let result):
                session.agree(on: .session, as: try version(result))
                return try await session.notify("notifications/initialized", until: deadline)
            case .failure(let fault) where fault.code == RPCFault.Code.unsupportedVersion:
                // A server that was slow to start has answered the first question after all, and takes no other version now.
                session.agree(on: .stateless, as: MCPVersion.stateless.rawValue)
                verdict = try await discover(session, within: nil, until: deadline)
                guard case .stateless = verdict else { throw unknown(fault) }
            case .failure(let fault):
                throw MCPError(
                    .unknownVersion,
                    "refused to begin a session (\(fault.code): \(MCPText.line(fault.message))). Is it a server of the Model "
                        + "Context Protocol?")
            }
        }
    }

    private static func discover(
        _ session: MCPSession, within limit: Duration?, until deadline: ContinuousClock.Instant
    ) async throws(MCPError) -> Verdict {
        let end = limit.map { min(deadline, .now + $0) } ?? deadline
        let answer: MCPSession.Answer
        do {
            answer = try await ServerRequest(session, "server/discover").reply([:], until: end).answer
        } catch {
            // Servers of the era before may say nothing at all to what is no `initialize`.
            guard error.code == .timeout, end < deadline else { throw error }
            return .session
        }
        switch answer {
        case .success(let result):
            return versions(result["supportedVersions"]).contains(MCPVersion.stateless.rawValue) ? .stateless : .session
        case .failure(let fault) where fault.code == RPCFault.Code.unsupportedVersion:
            let known = versions(fault.data?["supported"])
            guard known.isEmpty || !known.isDisjoint(with: MCPVersion.compatible) else { throw unknown(fault) }
            return .session
        case .failure: return .session
        }
    }

    private static func versions(_ value: JSONValue?) -> Set<String> {
        Set((value?.arrayValue ?? []).compactMap(\.stringValue))
    }

    private static func version(_ result: JSONObject) throws(MCPError) -> String {
        let version = result["protocolVersion"]?.stringValue ?? ""
        guard MCPVersion.compatible.contains(version) else {
            throw MCPError(
                .unknownVersion,
                "speaks version \"\(MCPText.line(version, atMost: 40))\" of the protocol; known here are "
                    + MCPVersion.known)
        }
        return version
    }

    private static func unknown(_ fault: RPCFault) -> MCPError {
        let theirs = versions(fault.data?["supported"]).sorted().prefix(8).map { MCPText.line($0, atMost: 40) }
        return MCPError(
            .unknownVersion,
            "speaks only versions \(theirs.joined(separator: ", ")) of the protocol; known here are "
                + MCPVersion.known)
    }
}

extension MCPVersion {
    /// All that is known, for messages.
    static var known: String {
        (compatible.union(allCases.map(\.rawValue))).sorted(by: >).joined(separator: ", ")
    }
}
