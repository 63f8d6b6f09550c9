import Coordinator
import TelemetryCatalog

/// Makes calls of tools: keeps their beginning and their end, and records each.
struct CallRunner: Sendable {
    let attempt: AttemptContext
    let toolTimeout: Duration
    /// The most bytes of a result.
    let resultBytes: Int
    let recorder: ToolCalls

    /// What came of the body of a call.
    private struct Made {
        var result: CallResult
        /// Why the attempt fails, or that it is cancelled.
        var failure: (any Error)?
    }

    /// Makes one call.
    ///
    /// - Throws: ``AgentError`` when the call's beginning cannot be kept, or the tool fails the attempt; `CancellationError`.
    func result(
        of pending: ConversationState.PendingCall, _ call: ToolSet.Call, answer: JSONValue?
    ) async throws -> CallResult {
        let tool = call.tool
        let arguments = JSONValue.object(call.arguments)
        try await attempt.keep(
            .toolStarted(
                .init(call: pending.name, tool: tool.name, arguments: arguments, hasEffects: tool.hasEffects)))
        let began = ContinuousClock.now
        let made = await recorder.record(
            tool.name, id: pending.name, agent: attempt.agent, isOnServer: tool is any ForeignTool, arguments: arguments
        ) { span in
            let made = await self.made(pending, call, answer: answer, until: began + toolTimeout)
            if made.result.question != nil { span.asked() }
            if let type = made.result.errorType { span.failed(type, made.result.text) }
            span.returned(made.result.text)
            return made
        }
        // Nobody knows what a call has done that was cut off: its end is not kept then.
        if made.failure is CancellationError { throw CancellationError() }
        try await keep(made.result, of: pending, tool.name, ContinuousClock.now - began)
        if let failure = made.failure { throw failure }
        return made.result
    }

    /// Keeps the result of a call that was not made.
    func keep(
        _ result: CallResult, of pending: ConversationState.PendingCall, _ tool: String, _ took: Duration = .zero
    ) async throws {
        try await attempt.keep(
            .toolFinished(
                .init(
                    call: pending.name, tool: tool, result: try JSONValue(encoding: result),
                    errorType: result.errorType, durationMS: took / .milliseconds(1))))
    }

    private func made(
        _ pending: ConversationState.PendingCall, _ call: ToolSet.Call, answer: JSONValue?,
        until deadline: ContinuousClock.Instant
    ) async -> Made {
        let tool = call.tool
        let context = ToolContext(id: pending.name, attempt: attempt, deadline: deadline, answer: answer)
        do {
            let made = try await Self.within(deadline) { try await tool.call(call.arguments, context) }
            return Made(
                result: CallResult(
                    ToolText.shown(made.text, limit: resultBytes), isError: made.isError,
                    errorType: made.isError ? made.errorType ?? ErrorType.tool : nil))
        } catch let question as ToolQuestion {
            return Made(result: CallResult(asking: question))
        } catch is Overdue {
            return Made(
                result: CallResult(
                    "The call did not end in its time and was given up.\(tool.hasEffects ? Self.unknown : "")",
                    isError: true, errorType: ErrorType.timeout))
        } catch {
            let classified = error as? any ClassifiedError
            let isCancelled = Task.isCancelled || error is CancellationError
            let type = classified?.errorType ?? (isCancelled ? ErrorType.cancelled : ErrorType.tool)
            let result = CallResult(
                ToolText.shown("The call failed: \(error)", limit: resultBytes), isError: true, errorType: type)
            if isCancelled {
                return Made(result: result, failure: CancellationError())
            }
            let isPermanent = error is AgentError && classified?.failureClass == .permanent
            return Made(result: result, failure: isPermanent ? error : nil)
        }
    }

    /// What the model is told of a call with effects whose end nobody knows.
    static let unknown = " It is not known whether it has done its work: look before you call it again."

    /// The call did not end in its time.
    private struct Overdue: Error {}

    private static func within<Value: Sendable>(
        _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw Overdue() }
            return value
        }
    }
}
