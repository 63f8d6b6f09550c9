/// A generated file.
public struct Asset: Sendable, Hashable {
    /// The file's path, relative to the folder that holds all assets.
    public let path: String
    /// The file's content.
    public let text: String
}
