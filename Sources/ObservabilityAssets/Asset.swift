/// A generated file.
public struct Asset: Sendable, Hashable {
    /// Where it goes, relative to the folder that holds all of them.
    public let path: String
    /// Its content.
    public let text: String
}
