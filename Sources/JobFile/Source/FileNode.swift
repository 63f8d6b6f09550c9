import Coordinator
import Support

/// A value of a job file with its location: what YAML and JSON have in common, aliases expanded.
struct FileNode: Sendable {
    enum Content: Sendable {
        case null
        case boolean(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)
        case list([FileNode])
        case object([FileMember])
        /// A value whose mistake is reported already; no other problem is reported for it.
        case unusable
    }

    let content: Content
    let location: SourceLocation
    /// A scalar as it was written, before its type was recognised.
    let written: String
    /// Of a value that is not there: the mark that made YAML skip what stands in its place, `#` or `&`.
    let swallowed: Character?
    /// How many values this one holds, itself included.
    let size: Int
    /// The bytes of its scalars and keys.
    let bytes: Int
    /// How many levels of lists and objects this value has.
    let height: Int

    init(_ content: Content, at location: SourceLocation, written: String = "", swallowed: Character? = nil) {
        self.swallowed = swallowed
        self.content = content
        self.location = location
        self.written = written
        var keys = 0
        let children: [FileNode]
        switch content {
        case .list(let elements): children = elements
        case .object(let members):
            children = members.map(\.value)
            keys = members.reduce(0) { $0 + $1.key.utf8.count }
        default: children = []
        }
        size = children.reduce(1) { $0 + $1.size }
        bytes = children.reduce(written.utf8.count + keys) { $0 + $1.bytes }
        height = isCollection(content) ? 1 + (children.map(\.height).max() ?? 0) : 0
    }

    /// The value's kind, as messages name it.
    var kind: String {
        switch content {
        case .null: "nothing"
        case .boolean(let value): "the boolean \(value)"
        case .integer, .number: "the number \(written)"
        case .text(let text): "the text '\(text.prefix(40))'\(text.count > 40 ? "…" : "")"
        case .unusable: "something unusable"
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// The value without its locations.
    var json: JSONValue {
        switch content {
        case .null, .unusable: .null
        case .boolean(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let value): .string(value)
        case .list(let elements): .array(elements.map(\.json))
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (ExactString($0.key), $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

/// A key of an object with its value.
struct FileMember: Sendable {
    let key: String
    let location: SourceLocation
    var value: FileNode
}

private func isCollection(_ content: FileNode.Content) -> Bool {
    switch content {
    case .list, .object: true
    default: false
    }
}
