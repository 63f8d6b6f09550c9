/// A file that declares what a project depends on.
package struct Manifest: Sendable, Hashable, Codable {
    package var path: String
    /// The tool that reads it: `swift-package`, `npm`, `python`, `cargo`, `go`, `maven`, `bundler`, `gradle`, `cmake`.
    package var kind: String
    /// The project's name, where the file states it.
    package var name: String?
    /// The dependencies that the file declares itself, in its order.
    package var dependencies: [Dependency]

    /// One declared dependency.
    package struct Dependency: Sendable, Hashable, Codable {
        package var name: String
        /// The version or range as written; `nil` where none is written or it is computed.
        package var version: String?
    }
}
