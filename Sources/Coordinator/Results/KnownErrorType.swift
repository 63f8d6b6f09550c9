import TelemetryCatalog

/// The type of an error as people are shown it.
package enum KnownErrorType {
    /// The type, such as `timeout`; `nil` for `_OTHER`, which is a word for metrics and says nothing beside a message.
    package static func of(_ type: String?) -> String? { type == ErrorType.other ? nil : type }
}
