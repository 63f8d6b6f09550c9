import SourceCode
import Support

/// The files that fixers may be shown, in order of their relevance to the task.
struct FixerCandidates: Sendable {
    /// The lines at a file's beginning in which it says that it is generated. 10.
    private static let headLines = 10
    /// Folders of files that are others', or that are as they are on purpose.
    private static let foreignFolders: Set<String> = [
        "fixtures", "node_modules", "snapshots", "testdata", "third_party", "thirdparty", "third-party", "vendor",
        "vendored", "__snapshots__",
    ]

    private let files: [(path: String, language: Language)]

    init(_ input: DraftInput) {
        files = input.request.orderedPaths.compactMap { path in
            let language = Language(path: path)
            guard let text = input.request.texts[path], text.utf8.count <= input.limits.fileBytes,
                Self.languages.contains(language), !Self.isForeign(path), !Self.isGenerated(text)
            else { return nil }
            return (path, language)
        }
    }

    /// The most relevant files that a fixer could be shown.
    func paths(for fixer: Fixer, atMost limit: Int, _ search: inout ConfigurationSearch) -> [String] {
        var found: [String] = []
        for file in files where found.count < limit && fixer.languages.contains(file.language) {
            if fixer.steps.contains(where: { search.covers(file.path, $0.configurations) }) { found.append(file.path) }
        }
        return found
    }

    /// Whether there is a file of a fixer's languages.
    func hasFiles(for fixer: Fixer) -> Bool { files.contains { fixer.languages.contains($0.language) } }

    private static let languages = Fixer.all.reduce(into: Set<Language>()) { $0.formUnion($1.languages) }

    private static func isForeign(_ path: String) -> Bool {
        path.pathSegments.dropLast().contains { foreignFolders.contains($0.lowercased()) }
            || path.hasSuffix(".min.js") || path.hasSuffix(".min.css")
    }

    private static func isGenerated(_ text: String) -> Bool {
        text.split(maxSplits: headLines, omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(
            headLines
        )
        .contains { line in
            let line = line.lowercased()
            return line.contains("@generated") || line.contains("do not edit")
        }
    }
}
