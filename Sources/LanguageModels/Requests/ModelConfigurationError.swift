/// A model cannot be asked with what is set.
public struct ModelConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and what to do; never a value that may be secret.
    public let description: String

    init(_ description: String) { self.description = description }
}
