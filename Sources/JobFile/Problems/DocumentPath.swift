import Coordinator
import Support

/// Writes paths in the document, such as `agents[1].timeout`.
///
/// Every value has its path, and every problem repeats one: both parts and the whole are short, however long the keys
/// of the document are.
enum DocumentPath {
    /// The most bytes of a key that a path shows.
    private static let segmentLimit = 128
    /// The most bytes of a path before its last segment.
    private static let parentLimit = 512

    static func member(_ name: String, of parent: String) -> String {
        let segment = ContextPath(segments: [Excerpt.of(name, atMost: segmentLimit)]).description
        let parent = Excerpt.of(parent, atMost: parentLimit)
        return parent.isEmpty || segment.hasPrefix("[") ? parent + segment : "\(parent).\(segment)"
    }

    static func element(_ index: Int, of parent: String) -> String {
        "\(Excerpt.of(parent, atMost: parentLimit))[\(index)]"
    }
}
