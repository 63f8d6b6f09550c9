import Support

/// Why a request has no response.
///
/// Errors are equal when their codes are. The text says what happened, where, and what to do next; it never shows the
/// user, password or query of the address or of a proxy's, nor any header value.
public struct HTTPClientError: CodedError {
    /// The kind of error; more may be added.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// A short name in snake case, fit for an `error.type` attribute.
        public let rawValue: String

        /// Makes a code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The raw value.
        public var description: String { rawValue }

        /// The address, method or a header cannot be sent.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// The host's or the proxy's name is unknown.
        public static let unknownHost = Code(rawValue: "unknown_host")
        /// Nothing listens at the address.
        public static let connectionRefused = Code(rawValue: "connection_refused")
        /// No connection could be made, for another reason than a refusal.
        public static let connectionFailed = Code(rawValue: "connection_failed")
        /// The connection ended before the response was complete.
        public static let connectionLost = Code(rawValue: "connection_lost")
        /// The connection took longer than the client's connect timeout.
        public static let connectTimeout = Code(rawValue: "connect_timeout")
        /// The response was not complete at the request's deadline.
        public static let timeout = Code(rawValue: "timeout")
        /// TLS failed: certificates are missing, unreadable, or not valid for the server.
        public static let tls = Code(rawValue: "tls_error")
        /// The sequence that makes the request's body threw an error.
        public static let bodyFailed = Code(rawValue: "body_failed")
        /// The response's body is larger than the client takes.
        public static let responseTooLarge = Code(rawValue: "response_too_large")
        /// The response is not HTTP.
        public static let malformedResponse = Code(rawValue: "malformed_response")
        /// The task that waited for the response was cancelled.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The client already holds as many waiting requests as it may.
        public static let queueFull = Code(rawValue: "queue_full")
        /// The client was shut down.
        public static let shutDown = Code(rawValue: "shut_down")
        /// The system refused memory, a thread, or another resource; or libcurl failed in a way not listed here.
        public static let system = Code(rawValue: "system_error")
    }

    /// The kind of error.
    public let code: Code
    /// What happened, where, and what to do next.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
