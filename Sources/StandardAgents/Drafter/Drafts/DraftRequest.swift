import SourceCode
import Support

/// The input of a draft.
package struct DraftRequest: Sendable {
    /// The workspace for which the patch is made; `git apply --check` reads it, and nothing writes to it.
    package var workspace: String
    /// The task's description.
    package var description: String
    /// The task's requirements.
    package var requirements: [String]
    /// The texts of the files that may be changed, by path relative to the workspace.
    package var texts: [ExactString: String]
    /// The declarations of those files, by path.
    package var symbols: [ExactString: [Symbol]]
    /// Paths in the order of their relevance to the task, the most relevant first; paths not in it follow, sorted.
    package var ranking: [String]

    /// Makes a request.
    package init(
        workspace: String, description: String = "", requirements: [String] = [], texts: [ExactString: String],
        symbols: [ExactString: [Symbol]], ranking: [String] = []
    ) {
        self.workspace = workspace
        self.description = description
        self.requirements = requirements
        self.texts = texts
        self.symbols = symbols
        self.ranking = ranking
    }

    /// All paths, the relevant ones first.
    var orderedPaths: [String] {
        let ranked = ranking.filter { texts[$0] != nil }
        let known = Set(ranked.map { ExactString($0) })
        let others = texts.keys.filter { !known.contains($0) }.sorted().map(\.string)
        return ranked + others.filter { !Self.isAside($0) } + others.filter(Self.isAside)
    }

    /// Whether a path is not part of the product: examples, benchmarks, tools of the build.
    private static func isAside(_ path: String) -> Bool {
        let folders: Set<String> = [
            "benchmark", "benchmarks", "demo", "examples", "example", "plugins", "snippets", "tools",
        ]
        return path.split(separator: "/").dropLast().contains { folders.contains($0.lowercased()) }
    }
}

/// How much one draft may change.
package struct DraftLimits: Sendable, Hashable, Codable {
    /// The most files that get comments. Default 5.
    package var documentedFiles: Int
    /// The most declarations that get a comment, over all files. Default 20.
    package var documentedDeclarations: Int
    /// The most test files that are added. Default 2.
    package var testFiles: Int
    /// The most assertions per added test file. Default 20.
    package var assertionsPerTestFile: Int
    /// The largest file that is changed, in bytes. Default 512 KiB.
    package var fileBytes: Int

    /// Makes limits; negative values count as 0.
    package init(
        documentedFiles: Int = 5, documentedDeclarations: Int = 20, testFiles: Int = 2, assertionsPerTestFile: Int = 20,
        fileBytes: Int = 512 << 10
    ) {
        self.documentedFiles = max(0, documentedFiles)
        self.documentedDeclarations = max(0, documentedDeclarations)
        self.testFiles = max(0, testFiles)
        self.assertionsPerTestFile = max(0, assertionsPerTestFile)
        self.fileBytes = max(0, fileBytes)
    }

    enum CodingKeys: String, CodingKey {
        case documentedFiles = "documented_files"
        case documentedDeclarations = "documented_declarations"
        case testFiles = "test_files"
        case assertionsPerTestFile = "assertions_per_test_file"
        case fileBytes = "file_bytes"
    }
}
