import CoreMetrics
import TelemetryCatalog
import Tracing

/// Records the requests to one server of tools: how long each took is a metric, and each has a span named after its method.
/// A call of a tool has the span of ``ToolCalls`` already, which then tells how the server was reached.
///
/// ```swift
/// let requests = ToolServerRequests(server: "github", transport: .pipe)
/// let tools = try await requests.record("tools/list") { span in
///     span.speaks("2026-07-28")
///     return try await ask("tools/list")
/// }
/// ```
package final class ToolServerRequests: Sendable {
    /// What carries requests to the server.
    package enum Transport: Sendable, Hashable {
        /// The standard streams of a program.
        case pipe
        /// HTTP, to this host and port.
        case http(address: String, port: Int)
    }

    private let server: String
    private let transport: Transport
    private let instruments: ToolInstruments

    /// Makes a recorder. One is made for each connection.
    ///
    /// - Parameters:
    ///   - server: the server's name, as the job has it.
    ///   - factory: the metrics backend; `nil` for the task's at the first use.
    package init(server: String, transport: Transport, factory: (any MetricsFactory)? = nil) {
        self.server = server
        self.transport = transport
        instruments = ToolInstruments(factory: factory)
    }

    /// Sends a request within a span, and records how long it took.
    ///
    /// The context within the body is the one to send along, in `params._meta` and in headers of HTTP.
    ///
    /// - Parameters:
    ///   - method: the protocol's name of the method; never a text of a server's.
    ///   - tool: the tool that is called, by its declared name `server.tool`; `nil` for every other request.
    ///   - body: sends the request and waits for the answer; it says of itself why it failed, by
    ///     ``ToolCallSpan/failed(_:_:)`` or by an error that is a ``ClassifiedError``.
    @discardableResult
    package func record<Value, Failure: Error>(
        _ method: String, tool: String? = nil, isolation: isolated (any Actor)? = #isolation,
        _ body: (ToolCallSpan) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let outer = tool == nil ? nil : ToolCallSpan.current
        let span =
            outer.map(ToolCallSpan.init(within:))
            ?? ToolCallSpan(
                InstrumentationSystem.tracer.startSpan(
                    tool.map { "\(method) \(ToolCalls.name($0))" } ?? method, context: .current ?? .topLevel,
                    ofKind: .client))
        describe(span, method, tool: outer == nil ? tool : nil)
        let start = ContinuousClock.now
        let result = await ServiceContext.withValue(span.context) {
            do throws(Failure) {
                return Result<Value, Failure>.success(try await body(span))
            } catch {
                return Result<Value, Failure>.failure(error)
            }
        }
        let took = ContinuousClock.now - start
        let thrown: (any Error)? = if case .failure(let error) = result { error } else { nil }
        let errorType = span.end(thrown).errorType
        var named = [(AttributeKey.mcpMethodName, method), (AttributeKey.toolServer, server)]
        if let tool { named.append((AttributeKey.toolName, ToolCalls.name(tool))) }
        if case .string(let version) = span.value(AttributeKey.mcpProtocolVersion) {
            named.append((AttributeKey.mcpProtocolVersion, version))
        }
        let recorder = instruments.recorder(
            Instruments.toolServerDuration, named, [(AttributeKey.networkTransport, transportName)],
            errorType: errorType)
        ServiceContext.withValue(span.context) { recorder.record(took / .seconds(1)) }
        return try result.get()
    }

    private var transportName: String {
        switch transport {
        case .pipe: TransportName.pipe
        case .http: TransportName.tcp
        }
    }

    private func describe(_ span: ToolCallSpan, _ method: String, tool: String?) {
        span.set(AttributeKey.mcpMethodName, .string(method))
        span.set(AttributeKey.toolServer, .string(server))
        span.set(AttributeKey.networkTransport, .string(transportName))
        if case .http(let address, let port) = transport {
            span.set(AttributeKey.serverAddress, .string(address))
            span.set(AttributeKey.serverPort, .int64(Int64(port)))
        }
        guard let tool else { return }
        span.set(AttributeKey.operationName, .string(SpanName.tool))
        span.set(AttributeKey.openInferenceSpanKind, .string(OpenInferenceKind.tool))
        span.set(AttributeKey.toolName, .string(ToolCalls.name(tool)))
    }
}
