import Coordinator
import FoundationEssentials
import Support

/// One artifact as files.
struct ArtifactFiles: Sendable {
    /// How the page previews the artifact.
    enum Kind: Sendable, Equatable { case patch, checklist, text, folder, json }

    /// The artifact's name on the blackboard.
    let name: String
    let kind: Kind
    let files: [ArtifactFile]

    /// The most files one artifact becomes; a larger map of paths is written as one JSON document.
    static let maxFiles = 2000

    /// The files of all artifacts, in order of their names.
    static func all(of artifacts: JSONObject) throws -> [ArtifactFiles] {
        var paths = FilePaths()
        return try artifacts.sorted { $0.key < $1.key }.map { name, value in
            try make(name.string, value, &paths)
        }
    }

    private static func make(
        _ name: String, _ value: JSONValue, _ paths: inout FilePaths
    ) throws -> ArtifactFiles {
        if case .string(let text) = value {
            let kind = kind(of: text, named: name)
            let path = paths.take(["artifacts", fileName(name, kind)])
            // git calls a patch corrupt that has lost its last line feed; readers lose it easily.
            let text = kind == .patch && !text.utf8.isEmpty && text.utf8.last != 0x0A ? text + "\n" : text
            return ArtifactFiles(name: name, kind: kind, files: [ArtifactFile(path: path, title: name, text: text)])
        }
        if let texts = textsByPath(value) {
            let folder = FileName.safe(name)
            let files = texts.sorted { $0.key < $1.key }.map { path, text in
                ArtifactFile(
                    path: paths.take(["artifacts", folder] + FileName.safePath(path.string)), title: path.string,
                    text: text)
            }
            return ArtifactFiles(name: name, kind: .folder, files: files)
        }
        let json = String(decoding: try ReportJSON.encode(value, pretty: true), as: UTF8.self) + "\n"
        let path = paths.take(["artifacts", named(name, ".json")])
        return ArtifactFiles(name: name, kind: .json, files: [ArtifactFile(path: path, title: name, text: json)])
    }

    private static func kind(of text: String, named name: String) -> Kind {
        let lowered = name.lowercased()
        if lowered == "patch" || lowered.hasSuffix(".diff") || lowered.hasSuffix(".patch")
            || text.hasPrefix("diff --git ") || text.hasPrefix("--- ") && text.contains("\n+++ ")
        {
            return .patch
        }
        return lowered == "checklist" || lowered.hasSuffix(".md") ? .checklist : .text
    }

    private static func fileName(_ name: String, _ kind: Kind) -> String {
        switch kind {
        case .patch: name.hasSuffix(".patch") ? FileName.safe(name) : named(name, ".diff")
        case .checklist: named(name, ".md")
        default: hasExtension(name) ? FileName.safe(name) : named(name, ".txt")
        }
    }

    private static func named(_ name: String, _ suffix: String) -> String {
        let safe = FileName.safe(name)
        return safe.lowercased().hasSuffix(suffix) ? safe : safe + suffix
    }

    /// Texts by path: every value is a string and every key reads as a path of a file.
    private static func textsByPath(_ value: JSONValue) -> [ExactString: String]? {
        guard let members = value.objectValue, !members.isEmpty, members.count <= maxFiles else { return nil }
        var texts: [ExactString: String] = [:]
        for (name, member) in members {
            let path = name.string
            guard let text = member.stringValue, path.contains("/") || hasExtension(path) else { return nil }
            texts[name] = text
        }
        return texts
    }

    private static func hasExtension(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return false }
        let suffix = name[name.index(after: dot)...]
        return (1...12).contains(suffix.count) && suffix.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
