import CoreMetrics
import TelemetryCatalog
import Tracing

/// Records the calls of tools that agents make: each has a span `execute_tool NAME`, and its duration is a metric.
///
/// ```swift
/// let calls = ToolCalls(capturesContent: model.capturesContent)
/// let result = try await calls.record("files", id: call.id, agent: attempt.agent, arguments: .object(arguments)) { span in
///     let result = try await tool.call(arguments, context)
///     if result.isError { span.failed(result.errorType ?? ErrorType.toolError, result.text) }
///     span.returned(result.text)
///     return result
/// }
/// ```
package final class ToolCalls: Sendable {
    /// The most characters of a tool's name; a longer one is recorded as `_OTHER`. 128.
    package static let nameLength = 128

    private let capturesContent: Bool
    private let instruments: ToolInstruments

    /// Makes a recorder. One is made for each agent, and kept.
    ///
    /// - Parameters:
    ///   - capturesContent: whether spans hold arguments and results. These may contain any text of users and files.
    ///   - factory: the metrics backend; `nil` for the task's at the first use.
    package init(capturesContent: Bool = false, factory: (any MetricsFactory)? = nil) {
        self.capturesContent = capturesContent
        instruments = ToolInstruments(factory: factory)
    }

    /// Makes a call within a span, and records how long it took.
    ///
    /// The span is ended however the body ends. What the body throws is the call's failure, unless it has said so itself, or
    /// that it asks a person.
    ///
    /// - Parameters:
    ///   - tool: the tool's name as it was declared, `server.tool` for a server's; `nil` for a name that the model made up,
    ///     which is recorded as `_OTHER`.
    ///   - id: the call's name in its agent's run.
    ///   - agent: the agent's name.
    ///   - isOnServer: whether a server runs the tool.
    ///   - arguments: the arguments, which are recorded where content is.
    ///   - body: makes the call. The span is the task's within it.
    @discardableResult
    package func record<Value, Failure: Error>(
        _ tool: String?, id: String, agent: String, isOnServer: Bool = false,
        arguments: @autoclosure () -> JSONValue = .null,
        isolation: isolated (any Actor)? = #isolation, _ body: (ToolCallSpan) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let name = Self.name(tool)
        let span = ToolCallSpan(
            InstrumentationSystem.tracer.startSpan(
                "\(SpanName.tool) \(name)", context: .current ?? .topLevel, ofKind: .internal),
            capturesContent: capturesContent)
        span.set(AttributeKey.operationName, .string(SpanName.tool))
        span.set(AttributeKey.openInferenceSpanKind, .string(OpenInferenceKind.tool))
        span.set(AttributeKey.toolName, .string(name))
        span.set(
            AttributeKey.toolType, .string(isOnServer ? ToolTypeName.extension : ToolTypeName.function))
        span.set(AttributeKey.toolCallID, .string(id))
        span.set(AttributeKey.agentName, .string(agent))
        span.arguments(arguments())
        let start = ContinuousClock.now
        let result: Result<Value, Failure>
        do throws(Failure) {
            result = .success(try await Self.run(span, body))
        } catch {
            result = .failure(error)
        }
        let took = ContinuousClock.now - start
        let thrown: (any Error)? = if case .failure(let error) = result { error } else { nil }
        let end = span.end(thrown)
        if !end.isQuestion {
            let recorder = instruments.recorder(
                Instruments.toolDuration, [(AttributeKey.agentName, agent), (AttributeKey.toolName, name)],
                errorType: end.errorType)
            ServiceContext.withValue(span.context) { recorder.record(took / .seconds(1)) }
        }
        return try result.get()
    }

    /// The name as spans and metrics have it.
    package static func name(_ tool: String?) -> String {
        tool.map { $0.isEmpty || $0.count > nameLength ? SeriesPlaces.other : $0 } ?? SeriesPlaces.other
    }

    private static func run<Value, Failure: Error>(
        _ span: ToolCallSpan, isolation: isolated (any Actor)? = #isolation,
        _ body: (ToolCallSpan) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        // Task-local values are handed through results, since they rethrow untyped errors.
        let result = await ServiceContext.withValue(span.context) {
            await ToolCallSpan.$current.withValue(span) {
                do throws(Failure) {
                    return Result<Value, Failure>.success(try await body(span))
                } catch {
                    return Result<Value, Failure>.failure(error)
                }
            }
        }
        return try result.get()
    }
}
