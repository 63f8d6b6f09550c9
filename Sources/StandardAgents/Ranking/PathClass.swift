import Support

/// The class of a file, judged by its path: a task that does not mention tests is seldom about a test.
enum PathClass: Sendable {
    /// The product itself.
    case product
    /// Documents and articles.
    case document
    /// Tests and their fixtures.
    case test
    /// Examples, benchmarks, tools beside the product.
    case aside
    /// Files that people seldom read or write: change logs, licences, settings, projects, generated lists.
    case record

    /// The share of its score that a file keeps when the task contains none of the class's ``words``.
    var weight: Double {
        switch self {
        case .product: 1
        case .document: 0.7
        case .test, .aside: 0.5
        case .record: 0.3
        }
    }

    /// Words of a task that ask for files of the class.
    var words: Set<String> {
        switch self {
        case .product: []
        case .document: ["document", "documentation", "doc", "docs", "readme", "article", "guide"]
        case .test: ["test", "tests", "fixture"]
        case .aside: ["example", "benchmark", "tool", "plugin", "script"]
        case .record: ["changelog", "license", "workflow", "ci", "project", "config"]
        }
    }

    init(_ path: String) {
        let parts = path.lowercased().pathSegments
        let name = parts.last ?? ""
        let folders = parts.dropLast()
        func hasFolder(_ names: Set<Substring>) -> Bool { folders.contains { names.contains($0) } }
        let isTest =
            folders.contains { $0 == "test" || $0 == "spec" || $0 == "specs" || $0.hasSuffix("tests") }
            || name.hasPrefix("test_")
            || ["test.", "tests.", "_test.", ".spec."].contains { name.contains($0) }
        if isTest {
            self = .test
        } else if name.hasPrefix("changelog") || name.hasPrefix("license") || name.hasPrefix("contribut")
            || name.hasPrefix("notice") || name.hasPrefix("code_of_conduct") || name.hasPrefix(".")
            || folders.contains(where: {
                $0.hasPrefix(".") || $0.hasSuffix(".xcodeproj") || $0.hasSuffix(".xcworkspace")
            })
            || [".json", ".yml", ".yaml", ".toml", ".lock", ".pbxproj", ".plist", ".cmake", ".in", ".txt", ".podspec"]
                .contains(
                    where: { name.hasSuffix($0) })
        {
            self = .record
        } else if hasFolder([
            "example", "examples", "benchmark", "benchmarks", "demo", "plugins", "snippets", "tools", "scripts",
        ]) {
            self = .aside
        } else if [".md", ".rst", ".adoc"].contains(where: { name.hasSuffix($0) }) || hasFolder(["doc", "docs"]) {
            self = .document
        } else {
            self = .product
        }
    }
}
