import Coordinator
import TelemetryCatalog

/// Why a conversation came to no answer.
struct ConversationFailure: Sendable, Hashable {
    /// Whether another attempt, which goes on from here, may help.
    var isTransient: Bool
    /// The `error.type`.
    var errorType: String
    /// What happened and what to do.
    var message: String

    /// The most bytes of what the model had said that the message of a reached limit holds. 500.
    static let quotedBytes = 500

    static func unusable(_ message: String) -> ConversationFailure {
        ConversationFailure(isTransient: true, errorType: ErrorType.invalidOutput, message: message)
    }

    static func limit(_ message: String) -> ConversationFailure {
        ConversationFailure(isTransient: false, errorType: ErrorType.budgetExceeded, message: message)
    }

    var error: AgentError { AgentError(isTransient ? .transient : .permanent, errorType: errorType, message) }
}
