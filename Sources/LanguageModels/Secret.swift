/// A text that is never printed: a key, a token.
///
/// Interpolation, reflection and debuggers show that there is a secret, and nothing else.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text that is shown instead of the secret.
    public static let shown = "<secret>"

    /// The text itself, for the code that sends it.
    package let exposed: String

    /// Keeps a text.
    public init(_ text: String) { exposed = text }

    /// ``shown``.
    public var description: String { Self.shown }
    /// ``shown``.
    public var debugDescription: String { Self.shown }
    /// Has no children.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
