/// The files a patch would touch, read before it is applied, and why it must not be applied, if so.
///
/// A patch may come from a model or from outside. Refused are paths that are absolute or leave the workspace, any path
/// in a `.git` folder, symbolic links, submodules, binary content, and patches larger than ``maximumBytes``.
package struct PatchInspection: Sendable, Hashable {
    /// One file a patch names.
    package struct File: Sendable, Hashable, Codable {
        /// What happens to the file.
        package enum Change: String, Sendable, Hashable, Codable { case added, modified, deleted, renamed, copied }

        package var path: String
        package var change: Change
    }

    /// The largest patch that is read, in bytes. 8 MiB.
    package static let maximumBytes = 8 << 20

    /// The files, in the order of the patch; a rename counts by its new path.
    package private(set) var files: [File] = []
    /// Why the patch must not be applied; `nil` when it may be.
    package private(set) var refusal: String?

    /// Reads a patch.
    package init(_ patch: String) {
        let bytes = patch.utf8.count
        guard bytes <= Self.maximumBytes else {
            refusal = "The patch has \(bytes) bytes; at most \(Self.maximumBytes) are looked at."
            return
        }
        guard !patch.utf8.contains(0) else {
            refusal = "The patch contains a NUL byte: binary content is not applied."
            return
        }
        var reader = PatchReader(TextLines(patch).lines)
        while refusal == nil, let line = reader.next() { read(line) }
        finishFile()
        if refusal == nil, let truncated = reader.unfinishedHunk { refusal = truncated }
        if refusal == nil, files.isEmpty { refusal = "The text is not a patch: no file header was found in it." }
    }

    private var current: File?
    private var currentHasNames = false

    private mutating func finishFile() {
        if let current, refusal == nil {
            if current.path.isEmpty {
                refuse("a header does not tell which file it is about")
            } else {
                files.append(current)
            }
        }
        current = nil
        currentHasNames = false
    }

    private mutating func read(_ line: PatchReader.Line) {
        switch line {
        case .gitHeader(let name, let raw):
            finishFile()
            // Where the header holds no common name, the following lines name the file.
            current = File(path: name.map(Self.path) ?? "", change: .modified)
            if let name { check(name, raw) }
        case .oldName(let name, let raw):
            if current == nil || currentHasNames {
                finishFile()
                current = File(path: "", change: .modified)
            }
            currentHasNames = true
            if name.elementsEqual("/dev/null".utf8) {
                current?.change = .added
            } else {
                check(name, raw)
                if current?.path.isEmpty == true { current?.path = Self.path(name) }
            }
        case .newName(let name, let raw):
            if name.elementsEqual("/dev/null".utf8) {
                current?.change = .deleted
            } else {
                check(name, raw)
                current?.path = Self.path(name)
            }
        case .movedName(let name, let isNew, let change, let raw):
            guard current != nil else { return }
            check(Array("a/".utf8) + name, raw)
            if isNew { current?.path = String(decoding: name, as: UTF8.self) }
            current?.change = change
        case .mode(let mode, let change):
            guard current != nil else { return }
            if let change { current?.change = change }
            switch mode {
            case "100644", "100755", "100664", "": break
            case "120000": refuse("it makes or changes a symbolic link")
            case "160000": refuse("it makes or changes a submodule")
            default: refuse("it sets the file mode \(mode.prefix(12))")
            }
        case .binary:
            if current != nil { refuse("it holds binary content") }
        case .other: break
        }
    }

    /// A name without its first folder.
    private static func path(_ name: [UInt8]) -> String {
        String(decoding: name.drop { $0 != 0x2F }.dropFirst(), as: UTF8.self)
    }

    private mutating func refuse(_ reason: String) {
        guard refusal == nil else { return }
        let path = current.map { $0.path.isEmpty ? "" : " at \(Self.shown($0.path))" } ?? ""
        refusal = "The patch is refused\(path): \(reason)."
    }

    /// Refuses a name of a path where no patch may write. The name comes with its first folder (`a/`, `b/`).
    private mutating func check(_ name: [UInt8], _ raw: String) {
        guard refusal == nil else { return }
        func refuse(_ reason: String) { refusal = "The patch is refused: the path \(Self.shown(raw)) \(reason)." }
        if name.first == 0x2F { return refuse("is absolute") }
        let parts = name.split(separator: 0x2F, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count > 1 else {
            return refuse("has no folder like a/ or b/ in front, so it cannot be told what it names")
        }
        if let fault = PlainPath.fault(in: Array(parts.dropFirst())) { refuse(fault) }
    }

    /// A path for a message: one line, without control characters, at most about 120 characters long.
    private static func shown(_ path: String) -> String {
        let quoted = GitPath.quoted(path)
        return quoted.count > 120 ? quoted.prefix(120) + "…" : quoted
    }
}
