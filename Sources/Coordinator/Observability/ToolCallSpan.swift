import Support
import TelemetryCatalog
import Tracing

/// The span of one call of a tool, or of one request to a server of tools, while it runs.
package final class ToolCallSpan: Sendable {
    /// The call of a tool that the task makes. Whoever reaches a server within it adds to its span, since the conventions want
    /// one span for both.
    @TaskLocal package static var current: ToolCallSpan?

    /// The most characters of arguments, and of a result, that a span holds where content is recorded. 16,384.
    package static let contentLength = 16_384
    /// The most characters of a failure's message on a span. 1,024.
    static let messageLength = 1_024

    private struct State {
        var attributes: SpanAttributeValues = [:]
        var failure: (errorType: String, message: String)?
        var isQuestion = false
    }

    let span: any Span
    /// The call that a request to a server is made for: the request's attributes are on its span, and its failure is not, since
    /// the call may be answered by another request.
    private let outer: ToolCallSpan?
    /// The context for what is called: its spans are below this one.
    package let context: ServiceContext
    private let capturesContent: Bool
    private let state = Locked(State())

    init(_ span: any Span, capturesContent: Bool = false) {
        self.span = span
        outer = nil
        context = span.context
        self.capturesContent = capturesContent
    }

    /// A request within a call.
    init(within call: ToolCallSpan) {
        span = call.span
        outer = call
        context = call.context
        capturesContent = call.capturesContent
    }

    /// Says that the call was refused or has failed, although nothing is thrown.
    ///
    /// - Parameters:
    ///   - errorType: one of ``TelemetryCatalog/ErrorType``, or the name of an application's type; never a text of a server's.
    ///   - message: what happened, for the span's status; cut.
    package func failed(_ errorType: String, _ message: String) {
        state.withLock { $0.failure = (errorType, String(message.prefix(Self.messageLength))) }
    }

    /// Says that a person is asked before the call goes on: it has neither succeeded nor failed.
    package func asked() { state.withLock { $0.isQuestion = true } }

    /// Notes what the call came to, where content is recorded.
    package func returned(_ result: @autoclosure () -> String) {
        if capturesContent { set(AttributeKey.toolCallResult, .string(Self.cut(result()))) }
    }

    /// Notes the version of the protocol that the server speaks.
    package func speaks(_ version: String) { set(AttributeKey.mcpProtocolVersion, .string(version)) }

    /// Notes the code of an error that the server answered with.
    package func answered(_ code: Int) { set(AttributeKey.rpcStatusCode, .string(String(code))) }

    func set(_ key: String, _ value: SpanAttribute) {
        if let outer { return outer.set(key, value) }
        state.withLock { $0.attributes[key] = value }
    }

    func value(_ key: String) -> SpanAttribute? { outer?.value(key) ?? state.withLock { $0.attributes[key] } }

    func arguments(_ arguments: @autoclosure () -> JSONValue) {
        if capturesContent { set(AttributeKey.toolCallArguments, .string(Self.cut((try? arguments().json()) ?? ""))) }
    }

    /// How the body ended: what it threw counts where it has not said itself why it fails.
    ///
    /// - Returns: the failure's `error.type`, and whether a person is asked.
    func end(_ thrown: (any Error)?) -> (errorType: String?, isQuestion: Bool) {
        let state = state.withLock { state in
            if state.failure == nil, !state.isQuestion, let thrown {
                state.failure = (Self.errorType(of: thrown), String("\(thrown)".prefix(Self.messageLength)))
            }
            return state
        }
        let isQuestion = state.isQuestion && state.failure == nil
        guard outer == nil else { return (state.failure?.errorType, isQuestion) }
        if span.isRecording {
            var attributes = state.attributes
            if let failure = state.failure { attributes[AttributeKey.errorType] = .string(failure.errorType) }
            span.attributes = SpanAttributes(attributes)
        }
        if let failure = state.failure { span.setStatus(SpanStatus(code: .error, message: failure.message)) }
        span.end()
        return (state.failure?.errorType, isQuestion)
    }

    static func errorType(of error: any Error) -> String {
        if let classified = error as? any ClassifiedError { return classified.errorType }
        return error is CancellationError ? ErrorType.cancelled : ErrorType.other
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count > contentLength && text.count > contentLength ? text.prefix(contentLength) + "…" : text
    }
}
