import SourceCode

/// Test files for the targets of a Swift package, in test targets that already import them.
struct SwiftTestSkeletons: Sendable {
    private(set) var skeletons: [TestSkeleton] = []
    private(set) var checklist: [ChecklistItem] = []

    init(_ input: DraftInput) {
        var seen: Set<String> = []
        for path in input.orderedPaths {
            guard let target = Self.target(of: path), seen.insert(target).inserted else { continue }
            let files = input.orderedPaths.filter { Self.target(of: $0) == target }.compactMap { input.sources[$0] }
            let values = files.flatMap { SwiftStatedValues($0).values }.prefix(input.limits.assertionsPerTestFile)
            guard !values.isEmpty else { continue }
            guard let importer = Self.testFile(importing: target, input.sources) else {
                checklist.append(
                    TestSkeletonRule.open(
                        "Test the values that \(target) declares (\(values.count) could be stated).",
                        "No file under Tests/ imports \(target), so no test target is known to depend on it."))
                continue
            }
            let folder = importer.path.split(separator: "/").prefix(2).joined(separator: "/")
            let suite = target.filter { $0.isLetter || $0.isNumber } + "DeclaredValuesTests"
            let path = "\(folder)/\(suite).swift"
            guard input.sources[path] == nil,
                !input.sources.files.contains(where: { $0.symbols.contains { $0.name == suite } })
            else { continue }
            let framework = Self.framework(input.sources, folder)
            skeletons.append(
                TestSkeleton(
                    path: path, text: Self.text(suite, target, Array(values), framework),
                    subject: "the module \(target)",
                    declarations: values.map(\.declaration)))
        }
    }

    private enum Framework: String { case testing = "Testing", xctest = "XCTest" }

    /// The target of a source file in SwiftPM's usual layout.
    private static func target(of path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.count >= 3, parts[0] == "Sources", Language(path: path) == .swift, parts.last != "main.swift" else {
            return nil
        }
        return String(parts[1])
    }

    private static func testFile(importing target: String, _ sources: SourceIndex) -> IndexedFile? {
        sources.files.first { file in
            file.language == .swift && file.path.hasPrefix("Tests/\(target)Tests/")
                && imports(file).contains(target)
        }
    }

    private static func framework(_ sources: SourceIndex, _ folder: String) -> Framework {
        let imported = sources.files.filter { $0.path.hasPrefix(folder + "/") && $0.language == .swift }.map(imports)
        let testing = imported.contains { $0.contains("Testing") }
        return !testing && imported.contains { $0.contains("XCTest") } ? .xctest : .testing
    }

    private static func imports(_ file: IndexedFile) -> Set<String> {
        Set(
            file.mask.lineStarts.indices.compactMap { line in
                file.code(line).wholeMatch(of: /\s*(?:@testable\s+)?import\s+([A-Za-z_][A-Za-z0-9_]*)\s*/)
                    .map { String($0.1) }
            })
    }

    private static func text(
        _ suite: String, _ target: String, _ values: [SwiftStatedValues.Value], _ framework: Framework
    ) -> String {
        var types: [String] = []
        for value in values where !types.contains(value.type) { types.append(value.type) }
        var lines = [target, framework.rawValue].sorted().map { "import \($0)" }
        lines += [
            "", "/// Holds values that the declarations of `\(target)` state; a change of one is then a decision.",
        ]
        lines.append(framework == .testing ? "@Suite struct \(suite) {" : "final class \(suite): XCTestCase {")
        for (number, type) in types.enumerated() {
            let name = type.split(separator: ".").map { String($0).capitalizedFirst }.joined()
            if number > 0 { lines.append("") }
            lines.append(
                framework == .testing
                    ? "    @Test func valuesOf\(name)() {" : "    func testValuesOf\(name)() {")
            for value in values where value.type == type {
                lines.append(
                    framework == .testing
                        ? "        #expect(\(value.expression) == \(value.literal))"
                        : "        XCTAssertEqual(\(value.expression), \(value.literal))")
            }
            lines.append("    }")
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }
}
