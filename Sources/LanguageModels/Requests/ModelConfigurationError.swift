/// The configuration of a model is incomplete or wrong.
public struct ModelConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and what to do; never a value that may be secret.
    public let description: String

    init(_ description: String) { self.description = description }
}
