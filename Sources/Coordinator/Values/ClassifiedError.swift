/// An error that says whether trying again helps, and its value of `error.type`.
///
/// Errors that do not conform are transient; their `error.type` is `_OTHER` unless their type is registered with
/// the runtime.
/// ```swift
/// extension SearchError: ClassifiedError {
///     var failureClass: FailureClass { isOverloaded ? .throttled(retryAfter: retryAfter) : .permanent }
///     var errorType: String { isOverloaded ? "overloaded" : "bad_query" }
/// }
/// ```
public protocol ClassifiedError: Error {
    /// Whether trying again helps.
    var failureClass: FailureClass { get }
    /// A low-cardinality name; the names of our own are those of `ErrorType` in the module `TelemetryCatalog`.
    var errorType: String { get }
    /// Whether something took too long: then the attempt's outcome is `timeout`. `false` unless the type says otherwise.
    var isTimeout: Bool { get }
    /// What the attempt used before it failed; `nil`, unless the type says otherwise, for an error that does not know.
    var usage: Contribution.Usage? { get }
}

extension ClassifiedError {
    /// No timeout.
    public var isTimeout: Bool { false }
    /// Not known.
    public var usage: Contribution.Usage? { nil }
}
