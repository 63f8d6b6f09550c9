/// A path as git names it: bytes, which may be no text.
struct TreePath: Sendable {
    /// The path as text; `nil` when it is not UTF-8. A file without a text for a name cannot be told from others in
    /// JSON, and is left out.
    let text: String?
    /// The path for messages and lists: one line, and never that of another file.
    let shown: String

    init(_ bytes: ArraySlice<UInt8>) {
        text = String(validating: bytes, as: UTF8.self)
        let isPlain = text != nil && !bytes.contains { $0 < 0x20 || $0 == 0x7F }
        shown = text.flatMap { isPlain ? $0 : nil } ?? GitPath.quoted(bytes)
    }

    /// Whether ``shown`` is the path itself.
    var isPlain: Bool { text.map { $0 == shown } ?? false }
}
