import TelemetryCatalog

/// What a failure says about trying again.
public enum FailureClass: Sendable, Hashable {
    /// It may pass: retried with backoff. Unknown errors and timeouts count as transient.
    case transient
    /// The other side asks to wait, at least this long when it says so.
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

/// An agent's failure in its own words.
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
