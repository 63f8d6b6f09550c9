import CoreMetrics
import Support
import TelemetryCatalog
import Tracing

/// Records the requests to one server: their durations; and spans, but for calls of tools, which are told by the span of the
/// tool's call around them.
final class RequestObserver: Sendable {
    /// The most combinations of a method, a tool and an error that have series of their own. Later ones are recorded without
    /// the tool's name, and errors as `_OTHER`, so that the sums stay right.
    static let seriesLimit = 256

    /// One request, however it ended.
    struct Record: Sendable {
        var method: String
        /// The tool that is called.
        var tool: String?
        var version: String?
        var errorType: String?
        /// The code of the server's refusal.
        var status: Int64?
    }

    private let server: String
    private let transport: String
    private let address: (host: String, port: Int)?
    private let recorders = Locked<[String: any RecorderHandler]>([:])

    init(_ server: MCPServer) {
        self.server = server.name
        switch server.transport {
        case .command: (transport, address) = (TransportName.pipe, nil)
        case .url(let url, _):
            transport = TransportName.tcp
            address = (try? WebAddress(url)).map { ($0.host, $0.port) }
        }
    }

    /// Does what a request takes within a span, and records it.
    func observe<Value: Sendable>(
        _ record: Record, _ body: (inout Record) async throws(MCPError) -> Value
    ) async throws(MCPError) -> Value {
        var record = record
        let start = ContinuousClock.now
        let span: (any Span)? =
            record.tool == nil
            ? InstrumentationSystem.tracer.startSpan(record.method, context: .current ?? .topLevel, ofKind: .client)
            : nil
        let result: Result<Value, MCPError>
        do throws(MCPError) {
            result = .success(try await within(span, &record, body))
        } catch {
            record.errorType = error.errorType
            result = .failure(error)
        }
        recorder(record).record((ContinuousClock.now - start) / .seconds(1))
        if let span { describe(span, record, result) }
        return try result.get()
    }

    private func within<Value: Sendable>(
        _ span: (any Span)?, _ record: inout Record, _ body: (inout Record) async throws(MCPError) -> Value
    ) async throws(MCPError) -> Value {
        guard let span else { return try await body(&record) }
        let result = await ServiceContext.withValue(span.context) { () async -> Result<Value, MCPError> in
            do throws(MCPError) {
                return .success(try await body(&record))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func describe(_ span: any Span, _ record: Record, _ result: Result<some Sendable, MCPError>) {
        if span.isRecording {
            var attributes: SpanAttributes = [
                AttributeKey.mcpMethodName: .string(record.method), AttributeKey.toolServer: .string(server),
                AttributeKey.networkTransport: .string(transport),
            ]
            if let version = record.version { attributes[AttributeKey.mcpProtocolVersion] = version }
            if let address {
                attributes[AttributeKey.serverAddress] = address.host
                attributes[AttributeKey.serverPort] = Int64(address.port)
            }
            if let status = record.status { attributes[AttributeKey.rpcStatusCode] = "\(status)" }
            if let type = record.errorType { attributes[AttributeKey.errorType] = type }
            span.attributes = attributes
        }
        switch result {
        case .failure(let error): span.setStatus(SpanStatus(code: .error, message: error.message))
        case .success where record.errorType != nil: span.setStatus(SpanStatus(code: .error))
        case .success: break
        }
        span.end()
    }

    private func recorder(_ record: Record) -> any RecorderHandler {
        let definition = Instruments.toolServerDuration
        return recorders.withLock { recorders in
            let isFull = recorders.count >= Self.seriesLimit
            let tool = isFull ? nil : record.tool
            let type = isFull ? record.errorType.map { _ in ErrorType.other } : record.errorType
            let key = [record.method, tool ?? "", record.version ?? "", type ?? ""].joined(separator: "\n")
            if let known = recorders[key] { return known }
            var dimensions = [
                (AttributeKey.mcpMethodName, record.method), (AttributeKey.toolServer, server),
                (AttributeKey.networkTransport, transport),
            ]
            if let tool { dimensions.append((AttributeKey.toolName, "\(server).\(tool)")) }
            if let version = record.version { dimensions.append((AttributeKey.mcpProtocolVersion, version)) }
            if let type { dimensions.append((AttributeKey.errorType, type)) }
            let new = MetricsSystem.factory.makeRecorder(
                label: definition.name, dimensions: dimensions, aggregate: true)
            recorders[key] = new
            return new
        }
    }
}
