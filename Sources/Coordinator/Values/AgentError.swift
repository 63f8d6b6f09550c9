import Support
import TelemetryCatalog

/// A failure that an agent describes itself.
///
/// ```swift
/// do {
///     answer = try await model.complete(prompt)
/// } catch let refusal as Overloaded {
///     throw AgentError(
///         .throttled(retryAfter: refusal.retryAfter), errorType: "overloaded", "the model is overloaded",
///         usage: refusal.usage, cause: refusal)
/// } catch let late as NoAnswer {
///     throw AgentError.timeout("the model did not answer within 30 s", cause: late)
/// }
/// ```
public struct AgentError: ClassifiedError, CustomStringConvertible {
    /// Whether trying again helps.
    public let failureClass: FailureClass
    /// A low-cardinality name for metrics and spans.
    public let errorType: String
    /// What happened and what to do.
    public let message: String
    /// Whether something took too long: then the attempt's outcome is `timeout`.
    public let isTimeout: Bool
    /// What the attempt used before it failed, which counts against the job's budget in place of the attempt's
    /// reservation; `nil` when nobody knows.
    public let usage: Contribution.Usage?
    /// The error underneath.
    public let cause: (any Error)?

    /// The most bytes of the text of a ``cause`` that are part of an error's own.
    public static let longestCause = 1_000

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - failureClass: whether trying again helps, and how long the other side asks to wait.
    ///   - errorType: keep the set of names small: each is a series of its own.
    ///   - message: what happened and what to do.
    ///   - usage: what the attempt used before it failed; `nil` when nobody knows.
    ///   - cause: the error underneath, whose text ends this one's unless the message holds it already.
    public init(
        _ failureClass: FailureClass, errorType: String = ErrorType.other, _ message: String,
        usage: Contribution.Usage? = nil, cause: (any Error)? = nil
    ) {
        self.init(failureClass, errorType, message, isTimeout: false, usage, cause)
    }

    /// Describes work of the agent that took too long: the attempt ends as `timeout`, at once, and may be tried again.
    ///
    /// ```swift
    /// throw AgentError.timeout("the index was not ready within 10 s; build it before the job")
    /// ```
    ///
    /// - Parameters:
    ///   - message: what took too long, and what to do.
    ///   - errorType: keep the set of names small: each is a series of its own.
    ///   - usage: what the attempt used before it failed; `nil` when nobody knows.
    ///   - cause: the error underneath.
    public static func timeout(
        _ message: String, errorType: String = ErrorType.timeout, usage: Contribution.Usage? = nil,
        cause: (any Error)? = nil
    ) -> AgentError {
        AgentError(.transient, errorType, message, isTimeout: true, usage, cause)
    }

    private init(
        _ failureClass: FailureClass, _ errorType: String, _ message: String, isTimeout: Bool,
        _ usage: Contribution.Usage?, _ cause: (any Error)?
    ) {
        self.failureClass = failureClass
        self.errorType = errorType
        self.message = message
        self.isTimeout = isTimeout
        self.usage = usage
        self.cause = cause
    }

    /// How long the other side asks to wait, when it does.
    public var retryAfter: Duration? {
        if case .throttled(let retryAfter) = failureClass { retryAfter } else { nil }
    }

    /// The message, and the text of what is underneath, once.
    public var description: String {
        guard let cause else { return message }
        let text = Excerpt.of(String(describing: cause), atMost: Self.longestCause)
        return text.isEmpty || message.contains(text) ? message : "\(message): \(text)"
    }
}
