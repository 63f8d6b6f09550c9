import SourceCode
import Support

/// Test files for the targets of a Swift package, in test targets that already import them.
struct SwiftTestSkeletons: Sendable {
    private(set) var skeletons: [TestSkeleton] = []
    private let texts: [ExactString: String]

    init(_ input: DraftInput) {
        let request = input.request
        texts = request.texts
        let paths = request.orderedPaths
        var seen: Set<String> = []
        for path in paths {
            guard let target = Self.target(of: path), seen.insert(target).inserted else { continue }
            let values = paths.filter { Self.target(of: $0) == target }
                .flatMap { SwiftRawValues(texts[$0] ?? "", request.symbols[$0] ?? []).values }
            let folder = "Tests/\(target)Tests/"
            let tests = texts.keys.sorted().map(\.string)
                .filter { $0.hasPrefix(folder) && Language(path: $0) == .swift }
            guard !values.isEmpty, let importer = tests.first(where: { imports($0).contains(target) }) else { continue }
            // A test that names the type and the literal is taken to hold it already.
            let stated = values.filter { value in
                !tests.contains { texts[$0]?.contains(value.literal) == true && names(value.type, in: $0) }
            }.prefix(input.limits.assertionsPerTestFile)
            let suite = target.filter { $0.isLetter || $0.isNumber } + "RawValueTests"
            guard !stated.isEmpty, texts[folder + suite + ".swift"] == nil,
                !request.symbols.values.contains(where: { $0.contains { $0.name == suite } })
            else { continue }
            skeletons.append(
                TestSkeleton(
                    path: folder + suite + ".swift",
                    text: header(of: importer, among: tests)
                        + Self.text(suite, target, Array(stated), framework(tests)),
                    subject: "the raw values of \(target)", declarations: stated.map(\.declaration)))
        }
    }

    private enum Framework: String { case testing = "Testing", xctest = "XCTest" }

    /// The target of a source file in SwiftPM's usual layout.
    private static func target(of path: String) -> String? {
        let parts = path.pathSegments
        guard parts.count >= 3, parts[0] == "Sources", Language(path: path) == .swift, parts.last != "main.swift" else {
            return nil
        }
        return String(parts[1])
    }

    private func names(_ type: String, in path: String) -> Bool {
        guard let last = type.split(separator: ".").last else { return false }
        return texts[path]?.contains(last) == true
    }

    private func framework(_ tests: [String]) -> Framework {
        let imported = tests.map(imports)
        let testing = imported.contains { $0.contains("Testing") }
        return !testing && imported.contains { $0.contains("XCTest") } ? .xctest : .testing
    }

    private func imports(_ path: String) -> Set<String> {
        Set(
            (texts[path] ?? "").split(whereSeparator: \.isNewline).compactMap { line in
                line.wholeMatch(of: /\s*(?:@testable\s+)?import\s+([A-Za-z_][A-Za-z0-9_]*)\s*/).map { String($0.1) }
            })
    }

    /// The comment with which test files begin, such as a licence, where another file has the same.
    private func header(of importer: String, among tests: [String]) -> String {
        func comment(_ path: String) -> [Substring] {
            let lines = (texts[path] ?? "").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            return Array(lines.prefix { $0.hasPrefix("//") && !$0.hasPrefix("///") })
        }
        let own = comment(importer)
        guard !own.isEmpty, tests.contains(where: { $0 != importer && comment($0) == own }) else { return "" }
        return own.joined(separator: "\n") + "\n\n"
    }

    private static func text(
        _ suite: String, _ target: String, _ values: [SwiftRawValues.Value], _ framework: Framework
    ) -> String {
        var types: [String] = []
        for value in values where !types.contains(value.type) { types.append(value.type) }
        var lines = [target, framework.rawValue].sorted().map { "import \($0)" }
        lines += ["", "/// Raw values that may have been stored or sent: a change of one is then a decision."]
        lines.append(framework == .testing ? "@Suite struct \(suite) {" : "final class \(suite): XCTestCase {")
        for (number, type) in types.enumerated() {
            let name = type.split(separator: ".").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            if number > 0 { lines.append("") }
            lines.append(
                framework == .testing
                    ? "    @Test func rawValuesOf\(name)() {" : "    func testRawValuesOf\(name)() {")
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
