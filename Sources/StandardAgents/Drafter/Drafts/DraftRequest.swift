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

    /// The files that the task names, by their paths or, where one file alone has it, by their names.
    var namedPaths: Set<ExactString> {
        let text = ([description] + requirements).joined(separator: "\n")
        let words = Set(text.split { $0.isWhitespace || "\"'`()[]{}<>,;:!?*".contains($0) }.map(Self.withoutFullStop))
        let byName = Dictionary(grouping: texts.keys, by: Self.fileName)
        return Set(
            texts.keys.filter { path in
                if words.contains(path) { return true }
                let name = Self.fileName(path)
                return name.string.contains(".") && words.contains(name) && byName[name]?.count == 1
            })
    }

    private static func fileName(_ path: ExactString) -> ExactString {
        ExactString(path.string.lastPathSegment)
    }

    private static func withoutFullStop(_ word: Substring) -> ExactString {
        ExactString(word.hasSuffix(".") ? word.dropLast() : word)
    }

    /// The files that the task is about: those it names or else those that share words with it.
    var subjectPaths: Set<ExactString> {
        let named = namedPaths
        return named.isEmpty ? Set(ranking.map { ExactString($0) }).intersection(texts.keys) : named
    }

    /// All paths, those that the task names first, then the relevant ones.
    var orderedPaths: [String] {
        let named = namedPaths
        let ranked =
            named.sorted() + ranking.map { ExactString($0) }.filter { texts[$0] != nil && !named.contains($0) }
        let known = Set(ranked)
        let others = texts.keys.filter { !known.contains($0) }.sorted().map(\.string)
        return ranked.map(\.string) + others.filter { !Self.isAside($0) } + others.filter(Self.isAside)
    }

    /// Whether a path is not part of the product: examples, benchmarks, tools of the build.
    private static func isAside(_ path: String) -> Bool {
        let folders: Set<String> = [
            "benchmark", "benchmarks", "demo", "examples", "example", "plugins", "snippets", "tools",
        ]
        return path.pathSegments.dropLast().contains { folders.contains($0.lowercased()) }
    }
}
