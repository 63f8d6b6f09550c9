import Coordinator
import Support
import TelemetryCatalog

/// One request to a server.
struct ServerRequest: Sendable {
    private let session: MCPSession
    private let method: String
    /// What it is about: a tool's name.
    private let target: String?

    init(_ session: MCPSession, _ method: String, target: String? = nil) {
        self.session = session
        self.method = method
        self.target = target
    }

    /// Sends it and waits for what the server makes of it.
    func reply(
        _ params: JSONObject, isReported: Bool = false, until deadline: ContinuousClock.Instant,
        reporting report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MCPError) -> MCPSession.Reply {
        let record = RequestObserver.Record(method: method, tool: target, version: session.versionName)
        return try await session.observer.observe(record) { (record) async throws(MCPError) in
            var params = params
            var meta: JSONObject = session.version == .stateless ? ClientIdentity.meta : [:]
            meta.merge(TraceFields.current) { own, _ in own }
            if !meta.isEmpty { params["_meta"] = .object(meta) }
            let reply = try await session.request(
                method, params, isReported: isReported, until: deadline, reporting: report)
            switch reply.answer {
            case .failure(let fault):
                record.status = fault.code
                record.errorType = ErrorType.toolError
            case .success(let result):
                if result["isError"] == .bool(true) { record.errorType = ErrorType.toolError }
            }
            return reply
        }
    }

    /// As ``reply(_:isReported:until:reporting:)``, of a request that is not refused.
    func result(_ params: JSONObject, until deadline: ContinuousClock.Instant) async throws(MCPError) -> JSONObject {
        switch try await reply(params, until: deadline).answer {
        case .success(let result): return result
        case .failure(let fault): throw MCPError(fault, method)
        }
    }
}

extension MCPError {
    /// - Parameter method: what was refused.
    init(_ fault: RPCFault, _ method: String) {
        let code: Code = fault.code == RPCFault.Code.unsupportedVersion ? .unknownVersion : .refused
        self.init(code, "refused \(method) (\(fault.code)): \(MCPText.line(fault.message))")
    }
}
