/// A text that is never printed: a key, a token.
///
/// Whatever prints it, by interpolation, by reflection or in a debugger, shows that there is one and no more.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown in its place.
    public static let shown = "<secret>"

    /// The text itself, for the one place that sends it.
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
