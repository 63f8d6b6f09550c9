import TelemetryCatalog

/// Why a server of tools gave no usable answer.
package struct MCPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    package enum Code: String, Sendable, Hashable {
        /// The server cannot be started or reached.
        case unavailable
        /// The server ended or the connection broke.
        case died
        /// The server did not answer in time.
        case timeout
        /// The server refused the request: a tool or arguments that it does not know.
        case refused
        /// What the server sent does not follow the protocol, or is too large.
        case invalidAnswer
        /// Neither side knows a version of the protocol that the other speaks.
        case unknownVersion
        /// The sandbox that was asked for cannot be had.
        case sandbox
        /// The task was cancelled.
        case cancelled
    }

    /// The kind of error.
    package let code: Code
    /// What happened, where, and what to do; never a secret.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The value of the attribute `error.type` that stands for the kind.
    package var errorType: String {
        switch code {
        case .timeout: ErrorType.timeout
        case .cancelled: ErrorType.cancelled
        case .died: ErrorType.processCrash
        case .refused: ErrorType.toolError
        case .invalidAnswer: ErrorType.invalidOutput
        case .unavailable, .unknownVersion, .sandbox: ErrorType.tool
        }
    }

    /// The message.
    package var description: String { message }
}
