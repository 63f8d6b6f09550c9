/// Whether trying again may help after a failure.
///
/// ```swift
/// throw AgentError(.throttled(retryAfter: .seconds(20)), errorType: "overloaded", "the service is overloaded")
/// ```
public enum FailureClass: Sendable, Hashable {
    /// The cause may pass: retried with backoff. Unknown errors and timeouts count as transient.
    case transient
    /// The other side asks the caller to wait, at least this long when it gives a time.
    case throttled(retryAfter: Duration? = nil)
    /// Trying again cannot help.
    case permanent
}
