import Coordinator
import CurlClient
import Support
import TelemetryCatalog

/// Why a model gave no usable answer.
///
/// The text says what happened, where, and what to do next. It never contains a key, a prompt or an answer; it contains
/// the first ``detailLength`` characters of a service's own error text.
public struct ModelError: ClassifiedError, Hashable, CustomStringConvertible {
    /// The kind of error; more may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A short name in snake case.
        public let description: String

        /// Nothing listens at the address, or the host's name is unknown, or the connection cannot be made.
        public static let unreachable = Code(description: "unreachable")
        /// The key is missing, wrong, or not allowed to use the model.
        public static let unauthorized = Code(description: "unauthorized")
        /// There is no such model, or no such service at the address.
        public static let notFound = Code(description: "not_found")
        /// Too many calls or tokens for now.
        public static let rateLimited = Code(description: "rate_limited")
        /// The service is overloaded.
        public static let overloaded = Code(description: "overloaded")
        /// The service failed.
        public static let serverError = Code(description: "server_error")
        /// The answer was not complete at the deadline.
        public static let timeout = Code(description: "timeout")
        /// Prompt and answer do not fit the model's context.
        public static let contextTooLong = Code(description: "context_too_long")
        /// The service rejects the request as invalid.
        public static let badRequest = Code(description: "bad_request")
        /// The service refuses tools, and the request has no use without them.
        public static let toolsRefused = Code(description: "tools_refused")
        /// The model, or a content filter, refused to answer.
        public static let refused = Code(description: "refused")
        /// The answer does not follow the protocol.
        public static let invalidResponse = Code(description: "invalid_response")
        /// The connection was cut before the answer was complete.
        public static let interrupted = Code(description: "interrupted")
        /// The answer does not have the form that was asked for.
        public static let invalidOutput = Code(description: "invalid_output")
        /// The answer is longer than the limit.
        public static let responseTooLarge = Code(description: "response_too_large")
        /// The budget of the caller's job does not cover the call, which was not made.
        public static let budgetExceeded = Code(description: "budget_exceeded")
        /// The task was cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// The cause is on the caller's side: the address, a certificate, a schema, or lack of memory.
        public static let misconfigured = Code(description: "misconfigured")
    }

    /// The most characters of a service's error text that are kept.
    public static let detailLength = 300

    /// The kind of error.
    public let code: Code
    /// What happened, where, and what to do.
    public let message: String
    /// How long the service asks to wait; `nil` when it does not ask.
    public let retryAfter: Duration?
    /// The size of the model's context in tokens, when the service states it with ``Code/contextTooLong``.
    public let contextTokens: Int?

    /// The usage that the service reported before the call failed; `nil` when it reported none.
    package private(set) var reportedUsage: ModelUsage?
    /// Whether the call failed after the service had begun to answer.
    private var isAnswered = false
    /// What the service said of the request that it rejected, while it may be asked again without what it names.
    var refusal: Refusal?

    /// Describes an error.
    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil, contextTokens: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.contextTokens = contextTokens
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }

    /// Whether asking again may help: rate limits are throttled; overload, failures of the service, lost connections
    /// and answers that do not fit the schema are transient; all other errors are permanent.
    public var failureClass: FailureClass {
        switch code {
        case .rateLimited: .throttled(retryAfter: retryAfter)
        case .overloaded, .serverError: retryAfter == nil ? .transient : .throttled(retryAfter: retryAfter)
        case .unreachable, .timeout, .interrupted, .invalidResponse, .invalidOutput: .transient
        default: .permanent
        }
    }

    /// The value of `error.type`: the catalog's name when it has one, `model_unavailable` when the service cannot be
    /// reached or fails, `model_refused` when the service rejects the request.
    public var errorType: String {
        switch code {
        case .rateLimited: ErrorType.rateLimited
        case .timeout: ErrorType.timeout
        case .cancelled: ErrorType.cancelled
        case .invalidOutput, .responseTooLarge: ErrorType.invalidOutput
        case .budgetExceeded: ErrorType.budgetExceeded
        case .unreachable, .overloaded, .serverError, .interrupted, .invalidResponse: ErrorType.modelUnavailable
        default: ErrorType.modelRefused
        }
    }

    /// Whether the model took too long: the attempt of an agent that throws it ends as `timeout`.
    public var isTimeout: Bool { code == .timeout }

    /// The same error, of a call that failed while the service answered.
    ///
    /// - Parameter usage: what the service had counted by then.
    package func duringAnswer(_ usage: ModelUsage?) -> ModelError {
        var error = self
        error.reportedUsage = usage
        error.isAnswered = true
        return error
    }

    /// Whether the service has answered nothing that is paid for: it was not reached, or refused the request.
    package var isUnpaid: Bool {
        guard !isAnswered else { return false }
        switch code {
        case .unreachable, .unauthorized, .notFound, .rateLimited, .overloaded, .serverError, .contextTooLong,
            .badRequest, .toolsRefused, .misconfigured, .budgetExceeded:
            return true
        default: return false
        }
    }

    /// The error of a request that is of no use without the tools that the service refuses.
    var ofNeededTools: ModelError {
        ModelError(
            .toolsRefused,
            Sentences.joined(
                message, "Without tools there is no use in asking: name a model that can call them, or leave them out.")
        )
    }

    /// The error of a request whose answer must have a limit, which the service refuses.
    var ofNeededLimit: ModelError {
        ModelError(
            code,
            Sentences.joined(
                message, "Without a limit of its answer no call is made that a budget pays: name another model."))
    }

    /// The same error without the values of these headers: a service may repeat the key that it does not take.
    func hidingValues(of headers: [HTTPHeader]) -> ModelError {
        var error = ModelError(
            code, headers.hidingValues(in: message), retryAfter: retryAfter, contextTokens: contextTokens)
        (error.reportedUsage, error.isAnswered, error.refusal) = (reportedUsage, isAnswered, refusal)
        return error
    }

    /// A service's error text on one line, cut to ``detailLength``.
    static func detail(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
            .filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        return line.count > detailLength ? line.prefix(detailLength) + "…" : line
    }
}
