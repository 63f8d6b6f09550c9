import Coordinator

/// Writes paths in the document, such as `agents[1].timeout`.
enum DocumentPath {
    static func member(_ name: String, of parent: String) -> String {
        let segment = ContextPath(segments: [name]).description
        return parent.isEmpty || segment.hasPrefix("[") ? parent + segment : "\(parent).\(segment)"
    }

    static func element(_ index: Int, of parent: String) -> String { "\(parent)[\(index)]" }
}
