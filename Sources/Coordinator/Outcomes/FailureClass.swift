import TelemetryCatalog

/// Whether trying again may help after a failure.
public enum FailureClass: Sendable, Hashable {
    /// The cause may pass: retried with backoff. Unknown errors and timeouts count as transient.
    case transient
    /// The other side asks the caller to wait, at least this long when it gives a time.
    case throttled(retryAfter: Duration? = nil)
    /// Trying again cannot help.
    case permanent
}

/// An error that says whether trying again helps, and its value of `error.type`.
///
/// Errors that do not conform are transient; their `error.type` is `_OTHER` unless their type is registered with
/// the runtime.
public protocol ClassifiedError: Error {
    /// Whether trying again helps.
    var failureClass: FailureClass { get }
    /// A low-cardinality name; the names of our own are those of `ErrorType` in the module `TelemetryCatalog`.
    var errorType: String { get }
}

/// A failure that an agent describes itself.
public struct AgentError: ClassifiedError, CustomStringConvertible {
    /// Whether trying again helps.
    public let failureClass: FailureClass
    /// A low-cardinality name for metrics and spans.
    public let errorType: String
    /// What happened and what to do.
    public let message: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - failureClass: whether trying again helps.
    ///   - errorType: keep the set of names small: each is a series of its own.
    ///   - message: what happened and what to do.
    public init(_ failureClass: FailureClass, errorType: String = ErrorType.other, _ message: String) {
        self.failureClass = failureClass
        self.errorType = errorType
        self.message = message
    }

    public var description: String { message }
}
